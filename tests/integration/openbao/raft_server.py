# SPDX-License-Identifier: GPL-3.0-or-later
"""A real OpenBao on raft: it survives being killed, and a second one beside it is a standby."""

from __future__ import annotations

from pathlib import Path

import requests
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server, free_port
from ansible_collections.fractalops.infra.tests.lab.authority import issue

CONFIG = """\
api_addr = "{address}"
cluster_addr = "https://127.0.0.1:{cluster_port}"
ui = false
storage "raft" {{
  path = "{folder}/raft"
  node_id = "{port}"
  performance_multiplier = 1
  {join}
}}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster_port}"
  tls_cert_file = "{certificate}"
  tls_key_file = "{key}"
}}
audit "file" "file" {{ options {{ file_path = "{audit_log}" }} }}
"""
JOIN = 'retry_join {{ leader_api_addr = "{leader.address}"\n leader_ca_cert_file = "{leader.ca}" }}'


class RaftServer(Server):
    """Initialised and unsealed; with a ``leader``, a standby of its cluster."""

    def __init__(self, folder: Path, leader: RaftServer | None = None) -> None:
        self._leader, self._key = leader, leader.unseal_key if leader else ""
        super().__init__(folder)
        if leader is None:
            keys = self.call("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
            self._key, self.token = keys["keys_base64"][0], keys["root_token"]
            self.unseal()
            self.wait(lambda: self._health().get("standby") is False)
            self.call("POST", "sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
        else:
            self.token = leader.token
            self.wait(self._joins)

    def _prepare(self) -> None:
        (self.folder / "raft").mkdir()
        issue(self.ca, self.certificate, self.key, ("127.0.0.1",))
        join = JOIN.format(leader=self._leader) if self._leader else ""
        names = {name: getattr(self, name) for name in ("address", "folder", "port", "certificate", "key", "audit_log")}
        (self.folder / "server.hcl").write_text(CONFIG.format(join=join, cluster_port=free_port(), **names))

    def _arguments(self) -> list[str]:
        return []

    def _is_up(self) -> bool:
        return "initialized" in self._health()

    def _joins(self) -> bool:
        """Unsealing is what joins; refused until the leader knows us."""
        health = self._health()
        if health.get("sealed"):
            with self._session() as session:
                session.put(f"{self.address}/v1/sys/unseal", json={"key": self._key}, verify=str(self.ca), timeout=10)
        return health.get("sealed") is False and health.get("standby") is True

    def _health(self) -> dict[str, object]:
        try:
            with self._session() as session:
                return dict(session.get(f"{self.address}/v1/sys/health", verify=str(self.ca), timeout=10).json())
        except (requests.RequestException, ValueError):
            return {}

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        return session

    @property
    def unseal_key(self) -> str:
        return self._key
