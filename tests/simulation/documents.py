# SPDX-License-Identifier: GPL-3.0-or-later
"""Generations as a controller sends them. From the old to the new one every kind of change happens once.

One unit changes with its release and its credential, one only its config and reads it again, one goes and one
comes; a unit of somebody else gets settings, another a mask.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import GENERATION_MARK

Document = dict[str, Any]
WINDOW_SECONDS = 6
FOREIGN, MASKED = "foreign.service", "other.service"
REF = "bao://secret/app#password@"
PORTS = {"api": 8001, "conf": 8002, "first": 8003, "second": 8004}
RELEASES = ("1", "2", "3")


def secrets(version: str) -> dict[str, str]:
    """Pinned ref → value."""
    return {REF + version: f"value of {version}"}


def unit(name: str, version: str, behaves: str = "", **fields: Any) -> dict[str, Any]:
    """A service that runs ``version`` and ``behaves`` like a word of ``definition``."""
    port, release = PORTS.get(name), f"/opt/app/releases/{version}"
    words = [f"{release}/run", f"--port={port}", *([f"--behaves={behaves}"] if behaves else [])]
    service = f"[Service]\nExecStart={' '.join(words)} {GENERATION_MARK}/files\nRestart=on-failure\n"
    made: dict[str, Any] = {
        "text": service,
        "dropin": "[Service]\nNoNewPrivileges=yes\n",
        "files": {},
        "credentials": {},
        "properties": {"NoNewPrivileges": "yes"},
        "state": "running",
        "release": release,
        "health": None if port is None else {"url": f"http://127.0.0.1:{port}/", "status": 200, "within_seconds": 2},
    }
    return {**made, **fields}


def _api(version: str, behaves: str) -> dict[str, Any]:
    sealed = f"LoadCredentialEncrypted=password:{GENERATION_MARK}/credentials/fractalops-api.service/password\n"
    dropin = f"[Service]\nNoNewPrivileges=yes\n{sealed}"
    return unit("api", version, behaves, dropin=dropin, credentials={"password": REF + version})


def document(version: str, behaves: str = "", *, others: bool = True, soak: int = 0) -> Document:
    """The generation of a release; the api, and what only this one has, behave as told.

    ``others``: with settings over a unit of somebody else, and a mask over another.
    """
    extra = {"1": "first", "2": "second", "3": "third"}[version]
    config = {"config.json": f'{{"version": {version}}}\n'}
    conf = "fractalops-conf.service"
    units = {
        "fractalops-api.service": _api(version, behaves),
        conf: unit("conf", "3" if version == "3" else "1", files=config, reloads=True, release=None),
        f"fractalops-{extra}.service": unit(extra, version, depends_on=["fractalops-api.service"]),
    }
    text = "[Service]\nNice=5\n"
    over = {FOREIGN: {"text": text, "properties": {"Nice": "5"}, "restart": True}}
    return {
        "activation": {"window_seconds": WINDOW_SECONDS, "soak_seconds": soak},
        "units": units,
        "drop_ins": over if others else {},
        "masks": [MASKED] if others else [],
        "users": ["app"],
        "sysusers": "u app\n",
        "tmpfiles": f"L+ /run/fractalops/files/{conf} - - - - {GENERATION_MARK}/files/{conf}\n",
    }
