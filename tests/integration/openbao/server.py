# SPDX-License-Identifier: GPL-3.0-or-later
"""A real OpenBao of one test module's own, over TLS and in memory, so that it can be sealed and throttled at will."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

ROOT_TOKEN = "root"  # of a server that lives as long as a test module
#: Reads of everything in ``runtime``; nothing else, not even metadata.
POLICY = 'path "secret/data/runtime/*" { capabilities = ["read"] }\n'


class Server:
    """The process and its API as root."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ca, self.audit_log = folder, folder / "vault-ca.pem", folder / "audit.log"
        (folder / "audit.hcl").write_text(f'audit "file" "file" {{ options {{ file_path = "{self.audit_log}" }} }}\n')
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"https://127.0.0.1:{port}"
        command = [str(Path(sys.executable).with_name("bao")), "server", "-dev", "-dev-tls", "-dev-no-store-token"]
        command += [
            f"-dev-tls-cert-dir={folder}",
            f"-dev-root-token-id={ROOT_TOKEN}",
            f"-config={folder / 'audit.hcl'}",
        ]
        self._log = folder / "server.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, f"-dev-listen-address=127.0.0.1:{port}"], stdout=log, stderr=log
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            if self._process.poll() is not None:
                break
            if "Development mode should NOT" in self._log.read_text():
                return
            time.sleep(0.05)
        raise AssertionError(self._log.read_text()[-2000:])

    def call(self, method: str, path: str, body: object = None, namespace: str = "") -> Any:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"X-Vault-Token": ROOT_TOKEN, **({"X-Vault-Namespace": namespace} if namespace else {})}
            answer = session.request(
                method, f"{self.address}/v1/{path}", json=body, headers=headers, verify=str(self.ca), timeout=10
            )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def write(self, path: str, data: object) -> int:
        """A new version of ``secret/<path>``."""
        return int(self.call("POST", f"secret/data/{path}", {"data": data})["data"]["version"])

    def approle(self, name: str, policy: str = POLICY, **settings: object) -> str:
        """A credentials file of a new AppRole with this policy."""
        self.call("PUT", f"sys/policies/acl/{name}", {"policy": policy})
        role = {"token_policies": [name], "token_no_default_policy": True, **settings}
        self.call("POST", f"auth/approle/role/{name}", role)
        role_id = self.call("GET", f"auth/approle/role/{name}/role-id")["data"]["role_id"]
        secret_id = self.call("POST", f"auth/approle/role/{name}/secret-id")["data"]["secret_id"]
        return self.private(name, json.dumps({"role_id": role_id, "secret_id": secret_id}))

    def private(self, name: str, content: str) -> str:
        """A file that only its owner can read."""
        file = self.folder / f"{name}.credentials"
        file.touch(mode=0o600)
        file.write_text(content)
        return str(file)

    def accessors(self) -> list[str]:
        """Every token there is."""
        return sorted(self.call("LIST", "auth/token/accessors")["data"]["keys"])

    def requests_for(self, prefix: str) -> list[str]:
        """Paths of the requests that the audit log holds, in order."""
        entries = [json.loads(line) for line in self.audit_log.read_text().splitlines()]
        paths = [entry["request"]["path"] for entry in entries if entry["type"] == "request"]
        return [path for path in paths if path.startswith(prefix)]

    def seal(self) -> None:
        self.call("PUT", "sys/seal")

    def unseal(self) -> None:
        match = re.search(r"Unseal Key: (\S+)", self._log.read_text())
        assert match is not None
        self.call("PUT", "sys/unseal", {"key": match[1]})

    def pause(self) -> None:
        """Still listening, no longer answering."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
