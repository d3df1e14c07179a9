# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenBao of the lab: a real server over TLS, initialised, unsealed and seeded."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import requests
import yaml

from . import authority, network, server
from .claim import claim, hold
from .errors import LabError
from .place import MARKERS, OPENBAO, read, write_private
from .progress import say, step

ADDRESS = f"https://{network.GATEWAY.ip}:8200"
CA = OPENBAO / "ca.pem"
CERTIFICATE = OPENBAO / "server.pem"
CERTIFICATE_KEY = OPENBAO / "server-key.pem"
ROOT_TOKEN = OPENBAO / "root_token"
UNSEAL_KEY = OPENBAO / "unseal_key"
APPROLE = OPENBAO / "approle.json"
AUDIT_LOG = OPENBAO / "audit.log"
SEEDS = Path(__file__).with_name("secrets.yml")
START_SECONDS = 30

CONFIG = f"""\
api_addr = "{ADDRESS}"
cluster_addr = "https://127.0.0.1:8201"
ui = false
storage "raft" {{
  path = "{server.STORAGE}"
  node_id = "lab"
  performance_multiplier = 1
}}
listener "tcp" {{
  address = "{network.GATEWAY.ip}:8200"
  tls_cert_file = "{CERTIFICATE}"
  tls_key_file = "{CERTIFICATE_KEY}"
}}
listener "tcp" {{
  address = "127.0.0.1:8200"
  cluster_address = "127.0.0.1:8202"
  tls_cert_file = "{CERTIFICATE}"
  tls_key_file = "{CERTIFICATE_KEY}"
}}
audit "file" "file" {{
  options {{
    file_path = "{AUDIT_LOG}"
  }}
}}
"""

#: All the controller may do. It lacks the default policy too, which could wrap responses in new tokens.
CONTROLLER_POLICY = 'path "secret/data/*" { capabilities = ["read"] }\n'
CONTROLLER_ROLE = {
    "token_policies": ["controller"],
    "token_no_default_policy": True,
    "token_ttl": "10m",
    "token_max_ttl": "10m",
    "secret_id_ttl": "24h",
}


@dataclass(frozen=True)
class OpenBao:
    """The API, as one token may use it."""

    token: str = ""
    address: str = ADDRESS

    def call(
        self, method: str, path: str, body: object = None, *, timeout_seconds: float = 10, is_wrapped: bool = False
    ) -> Any:
        """The JSON answer of ``/v1/<path>`` (none: ``{}``)."""
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update({"X-Vault-Token": self.token} if self.token else {})
            session.headers.update({"X-Vault-Wrap-TTL": "120s"} if is_wrapped else {})
            url = f"{self.address}/v1/{path}"
            try:
                answer = session.request(
                    method, url, json=body, timeout=timeout_seconds, verify=str(CA), allow_redirects=False
                )
            except (requests.RequestException, OSError) as error:
                raise LabError(f"OpenBao {method} {path}: no answer ({type(error).__name__}); is it up?") from None
        if not answer.ok:
            raise LabError(f"OpenBao {method} {path}: {answer.status_code} {answer.text.strip()[:300]}")
        return answer.json() if answer.content else {}


def up() -> None:
    """A new server: storage, CA, keys, credentials and secrets are all fresh."""
    with claim():
        network.up()
        with step("starting OpenBao"):
            server.stop()
            AUDIT_LOG.unlink(missing_ok=True)
            addresses = (str(network.GATEWAY.ip), "127.0.0.1")
            authority.issue(CA, CERTIFICATE, CERTIFICATE_KEY, addresses)
            server.start(CONFIG)
            _initialise()
            _configure(root())
    say(f"OpenBao at {ADDRESS}, CA {CA}, controller's AppRole {APPROLE}")


def down() -> None:
    """No server, and nothing left that it knew."""
    with claim():
        server.stop()
        for file in (*OPENBAO.glob("*"), MARKERS):
            file.unlink(missing_ok=True)
    say("OpenBao removed")


def stop() -> None:
    """Stop the server; its storage stays, ``start`` brings it back."""
    with hold():
        server.stop()


def start() -> None:
    """Start the stopped server again and unseal it."""
    with hold():
        if not server.is_running():
            server.resume()
        unseal()


def seal() -> None:
    """Seal it, as an operator would."""
    root().call("PUT", "sys/seal")


def unseal() -> None:
    """Unseal it and wait until it serves."""
    key = read(UNSEAL_KEY)
    _wait(lambda: "sealed" in OpenBao().call("GET", "sys/seal-status"))
    OpenBao().call("PUT", "sys/unseal", {"key": key})
    _wait(_is_active)


def root() -> OpenBao:
    """The API with the root token."""
    return OpenBao(read(ROOT_TOKEN))


def accessors() -> int:
    """How many tokens there are; equal before and after a run that leaves none behind."""
    return len(root().call("LIST", "auth/token/accessors")["data"]["keys"])


def markers() -> tuple[str, ...]:
    """Every seeded secret value, for leak scans."""
    return tuple(json.loads(read(MARKERS)))


def approle(name: str, policy: str | None = None) -> Path:
    """A credentials file of an AppRole role: a new one with this policy, or one that exists."""
    bao, file = root(), OPENBAO / f"{name}.json"
    if policy is not None:
        bao.call("PUT", f"sys/policies/acl/{name}", {"policy": policy})
        bao.call("POST", f"auth/approle/role/{name}", {**CONTROLLER_ROLE, "token_policies": [name]})
    write_private(file, json.dumps(_identity(bao, name)))
    return file


def wrapped_approle() -> dict[str, str]:
    """A credential of the controller whose secret_id nobody has seen, as the starter of a job hands it over."""
    bao = root()
    wrapped = bao.call("POST", "auth/approle/role/controller/secret-id", is_wrapped=True)
    role_id = bao.call("GET", "auth/approle/role/controller/role-id")["data"]["role_id"]
    return {"role_id": role_id, "wrapped_secret_id": wrapped["wrap_info"]["token"]}


def secret(path: str) -> dict[str, str]:
    """The newest version of a secret (``path`` inside the KV mount)."""
    data: dict[str, str] = root().call("GET", f"secret/data/{path}")["data"]["data"]
    return data


def write(path: str, data: dict[str, str]) -> int:
    """Write a new version of a secret (``path`` inside the KV mount); returns its number."""
    return int(root().call("POST", f"secret/data/{path}", {"data": data})["data"]["version"])


def _initialise() -> None:
    _wait(lambda: "initialized" in OpenBao().call("GET", "sys/init"))
    keys = OpenBao().call("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1}, timeout_seconds=30)
    write_private(UNSEAL_KEY, keys["keys_base64"][0])
    write_private(ROOT_TOKEN, keys["root_token"])
    unseal()


def _configure(bao: OpenBao) -> None:
    bao.call("POST", "sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
    bao.call("POST", "sys/auth/approle", {"type": "approle"})
    bao.call("PUT", "sys/policies/acl/controller", {"policy": CONTROLLER_POLICY})
    bao.call("POST", "auth/approle/role/controller", CONTROLLER_ROLE)
    write_private(APPROLE, json.dumps(_identity(bao, "controller")))
    _seed()


def _identity(bao: OpenBao, role: str) -> dict[str, str]:
    """A new secret_id of an AppRole role, with its role_id."""
    role_id = bao.call("GET", f"auth/approle/role/{role}/role-id")["data"]["role_id"]
    secret_id = bao.call("POST", f"auth/approle/role/{role}/secret-id")["data"]["secret_id"]
    return {"role_id": role_id, "secret_id": secret_id}


def _seed() -> None:
    seeds: dict[str, dict[str, str]] = {
        path: {key: f"seed-{key}-{secrets.token_hex(12)}" for key in keys}
        for path, keys in yaml.safe_load(SEEDS.read_text()).items()
    }
    write_private(MARKERS, json.dumps([value for data in seeds.values() for value in data.values()]))
    for path, data in seeds.items():
        _wait(partial(_is_written, path, data))


def _is_written(path: str, data: dict[str, str]) -> bool:
    return write(path, data) > 0


def _is_active() -> bool:
    return bool(OpenBao().call("GET", "sys/health")["initialized"])


def _wait(is_so: Callable[[], bool]) -> None:
    """Until the server agrees; it refuses connections, then is sealed, then on standby, then upgrades the KV mount."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if is_so():
                return
            last = "not ready"
        except LabError as error:
            last = str(error)
        if not server.is_running():
            raise server.explain()
        if time.monotonic() > deadline:
            raise LabError(f"OpenBao: not ready within {START_SECONDS} s; last answer: {last}; see {server.LOG}")
        time.sleep(0.05)
