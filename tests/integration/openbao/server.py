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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

ROOT_TOKEN = "root"  # of a server that lives as long as a test module
#: Reads of everything in ``runtime``; nothing else, not even metadata.
POLICY = 'path "secret/data/runtime/*" { capabilities = ["read"] }\n'


class Server:
    """The process and its API as root."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.audit_log, self._log = folder, folder / "audit.log", folder / "server.log"
        self.ca, self.certificate, self.key = (folder / f"vault-{name}.pem" for name in ("ca", "cert", "key"))
        self.token, self.port = ROOT_TOKEN, free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        self._prepare()
        self.start()

    def _prepare(self) -> None:
        """What must be there before the first start."""
        audit = f'audit "file" "file" {{ options {{ file_path = "{self.audit_log}" }} }}\n'
        (self.folder / "server.hcl").write_text(audit)

    def _arguments(self) -> list[str]:
        return [
            "-dev",
            "-dev-tls",
            "-dev-no-store-token",
            f"-dev-tls-cert-dir={self.folder}",
            f"-dev-root-token-id={ROOT_TOKEN}",
            f"-dev-listen-address=127.0.0.1:{self.port}",
        ]

    def _is_up(self) -> bool:
        return "Development mode should NOT" in self._log.read_text()

    def start(self) -> None:
        """Start the process; in memory that is a new, empty server."""
        command = [str(Path(sys.executable).with_name("bao")), "server", *self._arguments()]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, f"-config={self.folder / 'server.hcl'}"], stdout=log, stderr=log
            )
        self.wait(self._is_up)

    def wait(self, is_true: Callable[[], bool]) -> None:
        """Until something holds; 30 s at most."""
        for _ in range(600):
            if self._process.poll() is not None:
                break
            if is_true():
                return
            time.sleep(0.05)
        raise AssertionError(self._log.read_text()[-2000:])

    def call(self, method: str, path: str, body: object = None, namespace: str = "") -> Any:
        answer = self._request(method, path, body, namespace)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def keys(self, path: str, namespace: str = "") -> list[str]:
        """Names below ``path``, sorted. Nothing there is a 404 without errors; a refusal fails the test."""
        answer = self._request("LIST", path, None, namespace)
        if answer.status_code == 404 and answer.json() == {"errors": []}:
            return []
        assert answer.ok, f"LIST {path}: {answer.status_code} {answer.text}"
        return sorted(answer.json()["data"]["keys"])

    def _request(self, method: str, path: str, body: object, namespace: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"X-Vault-Token": self.token, **({"X-Vault-Namespace": namespace} if namespace else {})}
            return session.request(
                method, f"{self.address}/v1/{path}", json=body, headers=headers, verify=str(self.ca), timeout=10
            )

    def write(self, path: str, data: object) -> int:
        """A new version of ``secret/<path>``."""
        return int(self.call("POST", f"secret/data/{path}", {"data": data})["data"]["version"])

    def approle(self, name: str, policy: str = POLICY, namespace: str = "", **settings: object) -> str:
        """A credentials file of a new AppRole with this policy."""
        self.policy(name, policy, namespace)
        role = {"token_policies": [name], "token_no_default_policy": True, **settings}
        self.call("POST", f"auth/approle/role/{name}", role, namespace)
        role_id = self.call("GET", f"auth/approle/role/{name}/role-id", namespace=namespace)["data"]["role_id"]
        secret = self.call("POST", f"auth/approle/role/{name}/secret-id", namespace=namespace)["data"]
        secret_id = secret["secret_id"]
        return self.private(name, json.dumps({"role_id": role_id, "secret_id": secret_id}))

    def policy(self, name: str, policy: str = POLICY, namespace: str = "") -> None:
        self.call("PUT", f"sys/policies/acl/{name}", {"policy": policy}, namespace)

    def token_file(self, name: str, policies: list[str], **settings: object) -> str:
        """A credentials file of a new token."""
        auth = self.call("POST", "auth/token/create", {"policies": policies, **settings})["auth"]
        return self.private(name, f"{auth['client_token']}\n")

    def private(self, name: str, content: str) -> str:
        """A file that only its owner can read."""
        file = self.folder / f"{name}.credentials"
        file.touch(mode=0o600)
        file.write_text(content)
        return str(file)

    def accessors(self, namespace: str = "") -> list[str]:
        """Every token there is; a new namespace has none."""
        return self.keys("auth/token/accessors", namespace)

    def requests_for(self, prefix: str) -> list[str]:
        """Paths of the requests that the audit log holds, in order."""
        entries = [json.loads(line) for line in self.audit_log.read_text().splitlines()]
        paths = [entry["request"]["path"] for entry in entries if entry["type"] == "request"]
        return [path for path in paths if path.startswith(prefix)]

    def seal(self) -> None:
        self.call("PUT", "sys/seal")

    def unseal(self) -> None:
        self.call("PUT", "sys/unseal", {"key": self.unseal_key})

    @property
    def unseal_key(self) -> str:
        match = re.search(r"Unseal Key: (\S+)", self._log.read_text())
        assert match is not None
        return match[1]

    @property
    def pid(self) -> int:
        return self._process.pid

    def pause(self) -> None:
        """Still listening, no longer answering."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """After a pause."""
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """SIGKILL, as when the machine dies."""
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
