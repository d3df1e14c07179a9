# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of docs/development.md, enforced: who may import whom."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest
from ansible_collections.fractalops.infra.tests.unit.imports import Import, imports, python_files

UTILS = "plugins.plugin_utils"
ERRORS = f"{UTILS}.errors"
SECRET_REF = f"{UTILS}.secret_ref"
PAUSED_COLLECTION = f"{UTILS}.paused_collection"
DOCUMENTATION = f"{UTILS}.documentation"
TEXT = f"{UTILS}.text"
TOPOLOGY = f"{UTILS}.topology"
RECONCILE = f"{UTILS}.reconcile"
#: What secrets look like; modules on hosts need it too.
SECRET_SHAPE = "plugins.module_utils.secret_shape"
KV = f"{UTILS}.kv"
OPENBAO = f"{UTILS}.openbao"
HTTP = f"{UTILS}.http"
CORE_DUMP = "plugins.module_utils.host.core_dump"
#: What a projection would need to look at a clock, to throw dice or to reach a file, a process or a server.
IMPURE = (
    *("asyncio", "datetime", "fcntl", "getpass", "http", "io", "multiprocessing", "os", "pathlib", "platform"),
    *("random", "secrets", "shutil", "socket", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
)


@dataclass(frozen=True)
class Layer:
    """A place, and what its files may import beside themselves and the standard library."""

    place: str
    may_import: tuple[str, ...] = ()
    must_not_import: tuple[str, ...] = ()

    @property
    def files(self) -> list[str]:
        folder = self.place.replace(".", "/")
        return [file for file in python_files("plugins") if file == f"{folder}.py" or file.startswith(f"{folder}/")]

    def allows(self, one: Import) -> bool:
        """Whether one of this layer's files may hold the import."""
        is_standard = one.name.partition(".")[0] in sys.stdlib_module_names
        is_allowed = is_standard or one.is_within(self.place, *self.may_import)
        return is_allowed and not one.is_within(*self.must_not_import)


def projection(name: str, *may_import: str) -> Layer:
    """Topology in, documents out; never each other, never a client."""
    return Layer(f"{UTILS}.{name}", (TOPOLOGY, ERRORS, SECRET_REF, *may_import), IMPURE)


LAYERS = (
    Layer(ERRORS),
    Layer(SECRET_REF, (ERRORS,)),
    Layer(TEXT),
    Layer(DOCUMENTATION),
    Layer(PAUSED_COLLECTION),
    Layer(f"{UTILS}.command_end", ("ansible",)),
    # Which hosts and tags a command line leaves is for Ansible to say.
    Layer(f"{UTILS}.targets", (ERRORS, "ansible")),
    # How plugins import the rest of plugin_utils.
    Layer(f"{UTILS}.bytecode"),
    Layer(
        TOPOLOGY,
        (
            *(ERRORS, SECRET_REF, SECRET_SHAPE, PAUSED_COLLECTION, DOCUMENTATION),
            *("pydantic", "jsonschema", "referencing", "yaml"),
        ),
    ),
    projection("inventory"),
    projection("host", "jinja2"),
    projection("manifest", "yaml"),
    projection("kubernetes", f"{UTILS}.manifest"),
    Layer(HTTP, (ERRORS,)),
    Layer(OPENBAO, (ERRORS, SECRET_REF, HTTP, CORE_DUMP, "hvac", "cryptography", "nkeys", "pyrage")),
    # Every fork imports it, so of the client it imports only what the reader's own process needs.
    Layer(f"{UTILS}.play_reader", (ERRORS, HTTP, OPENBAO, CORE_DUMP)),
    projection("kv"),
    projection("openbao_admin", TEXT),
    Layer(f"{UTILS}.openbao_admin_store", (ERRORS, RECONCILE, OPENBAO, f"{UTILS}.openbao_admin")),
    Layer(
        f"{UTILS}.kv_store",
        (ERRORS, SECRET_REF, RECONCILE, OPENBAO, KV, f"{TOPOLOGY}.yaml.reader", f"{TOPOLOGY}.yaml.source"),
    ),
    # What action plugins have in common: of all that is on the controller, never each other.
    Layer(
        f"{UTILS}.task",
        (
            *(ERRORS, DOCUMENTATION, SECRET_REF, TOPOLOGY, OPENBAO, CORE_DUMP, "ansible"),
            *(f"{UTILS}.{name}" for name in ("break_glass", "bundle", "host", "play_reader")),
        ),
    ),
    # Answers of hosts in, documents out; a page reads its style, which lies beside it.
    Layer(f"{UTILS}.report", (ERRORS,), tuple(name for name in IMPURE if name != "pathlib")),
    # A topology as a picture. A page reads its style, which lies beside it; a URL is taken apart, never asked.
    Layer(
        f"{UTILS}.graph",
        (ERRORS, SECRET_REF, TOPOLOGY, f"{UTILS}.report.html_page"),
        tuple(name for name in IMPURE if name not in ("pathlib", "urllib")),
    ),
    # Where to ask follows from the topology alone; asking is done as hosts do it.
    Layer(f"{UTILS}.health", (ERRORS, TOPOLOGY, "plugins.module_utils.host.health.get")),
    # A source is packed by the rules by which a host unpacks it: one definition of both.
    Layer(
        f"{UTILS}.release", (ERRORS, "plugins.module_utils.release", "plugins.module_utils.host.host_error", "ansible")
    ),
    # Used when OpenBao is down: of its client only what a value is and how a credential file is read.
    Layer(
        f"{UTILS}.bundle",
        (
            *(ERRORS, SECRET_REF, TEXT, DOCUMENTATION, RECONCILE, "cryptography", "pyrage"),
            *(f"{OPENBAO}.{name}" for name in ("auth.credentials_file", "failure", "resolution", "secret")),
            *("plugins.module_utils.log_chain", "plugins.module_utils.host"),
        ),
    ),
    # The way to a host and the secrets for it, when the usual ones are down.
    Layer(
        f"{UTILS}.break_glass",
        (
            *(ERRORS, TEXT, OPENBAO, f"{UTILS}.bundle"),
            *("plugins.module_utils.log_chain", "plugins.module_utils.host.host_error"),
        ),
    ),
    Layer(RECONCILE, (ERRORS,)),
    Layer(f"{UTILS}.tree", (ERRORS, RECONCILE, "yaml")),
    Layer(f"{UTILS}.scan", (ERRORS, f"{TOPOLOGY}.yaml")),
    Layer(f"{UTILS}.audit", (OPENBAO,)),
    # Also run outside Ansible, by systemd on the host: the standard library only.
    Layer("plugins.module_utils.host", must_not_import=("yaml",)),
    Layer(SECRET_SHAPE, must_not_import=("yaml",)),
    Layer("plugins.module_utils.audit", ("plugins.module_utils.host", SECRET_SHAPE), must_not_import=("yaml",)),
    Layer("plugins.module_utils.log_chain", ("plugins.module_utils.host",), must_not_import=("yaml",)),
    Layer("plugins.module_utils.release", ("plugins.module_utils.host",), must_not_import=("yaml",)),
    Layer("plugins.modules", ("plugins.module_utils", "ansible.module_utils")),
    Layer("plugins.action", (UTILS, "plugins.module_utils.audit.rule", "ansible")),
    Layer(
        "plugins.connection",
        (*(f"{UTILS}.{name}" for name in ("break_glass", "task.deadline", "task.keepalive")), "ansible"),
    ),
    Layer("plugins.doc_fragments"),
    Layer("plugins.filter", (UTILS, "ansible")),
    Layer("plugins.inventory", (UTILS, "ansible")),
    Layer("plugins.lookup", (UTILS, "ansible")),
)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.place)
def test_a_layer_imports_only_what_stands_below_it(layer: Layer) -> None:
    found = [one for file in layer.files for one in imports(file)]
    assert [str(one) for one in found if not layer.allows(one)] == []


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.place)
def test_a_layer_has_files(layer: Layer) -> None:
    assert layer.files, "a layer without files checks nothing"


def test_every_file_belongs_to_one_layer() -> None:
    placed = [file for layer in LAYERS for file in layer.files]
    assert sorted(placed) == python_files("plugins")


def test_no_action_imports_another() -> None:
    found = [one for file in python_files("plugins/action") for one in imports(file)]
    assert [str(one) for one in found if one.is_within("plugins.action")] == []


def test_yaml_is_read_written_and_compared_in_one_place_each() -> None:
    found = {one.file for file in python_files("plugins") for one in imports(file) if one.is_within("yaml")}
    assert found == {
        "plugins/plugin_utils/manifest/yaml_writer.py",
        "plugins/plugin_utils/topology/yaml/place.py",
        "plugins/plugin_utils/topology/yaml/reader.py",
        "plugins/plugin_utils/tree/structure.py",
    }


@pytest.mark.parametrize(
    ("place", "name"),
    (
        (f"{UTILS}.host", f"{UTILS}.openbao"),
        (f"{UTILS}.kubernetes", f"{UTILS}.host.document"),
        (f"{UTILS}.kubernetes", "time"),
        (f"{UTILS}.kubernetes", "urllib.request"),
        (f"{UTILS}.openbao", TOPOLOGY),
        (HTTP, OPENBAO),
        (f"{UTILS}.kv", f"{UTILS}.openbao"),
        (f"{UTILS}.openbao_admin", f"{UTILS}.openbao"),
        (f"{UTILS}.openbao_admin_store", TOPOLOGY),
        (f"{UTILS}.kv_store", f"{TOPOLOGY}.model.topology"),
        (f"{UTILS}.reconcile", f"{UTILS}.tree"),
        ("plugins.module_utils.host", UTILS),
        ("plugins.module_utils.host", "pydantic"),
        ("plugins.module_utils.host", "ansible.module_utils.basic"),
        ("plugins.modules", ERRORS),
    ),
)
def test_an_import_across_the_layers_is_found(place: str, name: str) -> None:
    layer = next(layer for layer in LAYERS if layer.place == place)
    assert not layer.allows(Import("some/file.py", 1, name))
