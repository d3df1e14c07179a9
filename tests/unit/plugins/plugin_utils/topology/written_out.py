# SPDX-License-Identifier: GPL-3.0-or-later
"""A shipped topology as plain data, changed and written again; positions come from PyYAML's composer, not from us."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from pydantic import BaseModel

from .base import ROOT

SCHEMAS = ROOT / "inventories" / "schemas"
SHIPPED = ("lxc-pve-lab", "lxc-prod")
Step = str | int
#: What a topology says in one way only, said in another: the lab with something else at these paths.
OTHER_WAYS: dict[str, dict[tuple[Step, ...], dict[str, Step]]] = {
    "jwt, flux and lxc": {
        ("openbao", "auth"): {"method": "jwt", "role": "controller"},
        ("clusters", "lab", "delivery"): {"type": "flux", "namespace": "flux-system", "source": "clusters"},
        ("nodes", "pve1", "containers"): {"type": "lxc"},
    },
    "kubernetes": {("openbao", "auth"): {"method": "kubernetes", "role": "controller"}},
    "token file": {("openbao", "auth"): {"method": "token_file"}},
}
ALL = (*SHIPPED, *OTHER_WAYS)
#: Ways to ask for health beside a URL.
OTHER_HEALTH: dict[str, dict[str, Any]] = {
    "asked-tcp": {"tcp": "127.0.0.1:6379", "within_seconds": 5},
    "asked-socket": {"socket": "/run/asked.sock", "within_seconds": 5},
    "asked-exec": {"exec": ["/bin/true"], "within_seconds": 5},
    "asked-notify": {"notify": True, "within_seconds": 5},
    "asked-last-run": {"last_run": "success"},
    "asked-tls": {"http": "https://127.0.0.1:8443/", "tls": {"ca_file": "/etc/ssl/ca.pem"}, "within_seconds": 5},
}


class WrittenOut(yaml.CSafeDumper):
    """Blocks only, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@lru_cache
def shipped(name: str) -> Any:
    """The plain data of one of ALL, with the parts of the model it does without; not to be changed."""
    data = _data(ROOT / "inventories" / _profile(name) / "topology.yml")
    for path, value in OTHER_WAYS.get(name, {}).items():
        _reached(data, path[:-1])[path[-1]] = value
    cluster = next(iter(data["clusters"].values()))
    cluster["cluster_store"] = {"name": "shared", "namespaces": ["data"]}
    host = next(one for one in data["runtime_assets"].values() if one["binding"]["type"] == "lxc")
    host["accept_not_in_force"] = [{"directives": ["PrivateIPC"], "reason": "An old node", "expires": "2027-01-31"}]
    for user, health in OTHER_HEALTH.items():
        host["services"][user] = {"user": user, "exec": ["/bin/true"], "hardening": "strict", "health": health}
    host["services"]["asked-notify"]["type"] = "notify"
    host["services"]["asked-last-run"]["state"] = "on-demand"
    return data


def saved(data: Any, folder: Path) -> Path:
    """``data``, one of ALL perhaps with changes, as a topology in ``folder``, which gets the schemas as well."""
    schemas = folder / "schemas"
    if not schemas.exists():
        shutil.copytree(SCHEMAS, schemas)
    file = folder / "topology.yml"
    text = yaml.dump(data, Dumper=WrittenOut, sort_keys=False, width=10_000, allow_unicode=True)
    file.write_text(text.replace("../schemas/", "schemas/"))
    return file


def model_parts(file: Path) -> list[tuple[tuple[Step, ...], BaseModel]]:
    """Each part of the topology in ``file`` that is a model, with its path; parts left to defaults are not there."""
    data = _data(file)
    return [(path, part) for path, part in _parts((), load_topology(file).topology) if _reached(data, path) is not None]


def changed(data: Any, path: tuple[Step, ...]) -> tuple[Any, Any]:
    """A copy of ``data``, and what stands at ``path`` in it."""
    copied = copy.deepcopy(data)
    return copied, _reached(copied, path)


def key_position(file: Path, path: tuple[Step, ...]) -> str:
    """``line:column`` of the last step of ``path``: a key, or the item of a list; 1:1 for the topology itself."""
    node = _composed(file)
    mark = node.start_mark
    for step in path:
        if isinstance(step, int):
            node = node.value[step]
            mark = node.start_mark
        else:
            key, node = next(pair for pair in node.value if pair[0].value == step)
            mark = key.start_mark
    return f"{mark.line + 1}:{mark.column + 1}"


def _profile(name: str) -> str:
    return SHIPPED[0] if name in OTHER_WAYS else name


@lru_cache(maxsize=1)
def _composed(file: Path) -> Any:
    return yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _data(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # the safe one, in C


def _parts(path: tuple[Step, ...], value: Any) -> Iterator[tuple[tuple[Step, ...], BaseModel]]:
    if isinstance(value, BaseModel):
        yield path, value
        for name, info in type(value).model_fields.items():
            yield from _parts((*path, info.alias or name), getattr(value, name))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _parts((*path, key), entry)
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _parts((*path, number), entry)


def _reached(data: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        if isinstance(data, dict) and step not in data:
            return None
        data = data[step]
    return data
