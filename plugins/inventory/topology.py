# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology as an Ansible inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: topology
short_description: Hosts, groups and variables from a topology
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Reads one typed topology and gives one host for each LXC asset, one host for each Kubernetes cluster, and the
    host C(control_plane), which is the controller itself.
  - The inventory source is the topology itself, a file C(*.yml) whose first key is C(plugin). A topology that is spread
    over the files of a folder is named by a configuration file of two lines instead.
  - Enable this plugin by name, as in the examples. It is found without that too, but then Ansible reads the topology
    once more by itself, which takes longer than all the rest.
  - An invalid topology lists every violation with file, line and column, and ends the command with exit code 4,
    whatever the configuration of Ansible says. So does a configuration file of this plugin that cannot be used.
  - No secret is read. Variables hold secret refs, and nothing is asked of OpenBao.
  - Text of the topology is data. It is never run as a template, even when it looks like one.
  - Hosts of LXC assets are in the groups C(kind_lxc), C(role_<role>), C(node_<node>) and C(profile_<profile>);
    clusters in C(kind_cluster), the control plane in C(kind_control_plane), both in C(profile_<profile>) too.
    A C(-) of an identifier is a C(_) in the name of its group.
requirements:
  - pydantic >= 2.10
  - PyYAML with libyaml
  - jsonschema >= 4.18
options:
  plugin:
    description:
      - Marks the file as one of this plugin, a topology or a configuration file. It starts a line within the first
        4 KiB of the file.
    type: str
    required: true
    choices: [fractalops.infra.topology]
  topology:
    description:
      - The topology, or the folder of its C(*.yml) files. Only in a configuration file.
      - A relative path starts at the folder of the configuration file.
    type: str
    default: topology.yml
notes:
  - Each host of an LXC asset has C(ansible_host), C(ansible_python_interpreter) (Debian's), C(runtime_asset) (role,
    binding and endpoints) and C(host_document) (JSON text of everything its generations are made from). Each cluster
    has C(cluster).
  - C(host_document) also says where its host's secrets and releases are, so roles need no other host; a slice of an AWX
    job may leave C(control_plane) out.
  - It says what each file of the topology was like when it was made, too. What is given a C(host_document) compares
    that with the files that are there now, and refuses when they are not the same, since an inventory that is kept, as
    AWX does, is older than its topology one day.
  - What is said once for the whole topology, C(control_plane) has in C(topology_source), C(topology_profile),
    C(topology_openbao), C(topology_releases), C(topology_nodes) and C(topology_summary). Other hosts read
    C(hostvars.control_plane.topology_source) and so on. Clusters have C(topology_source), too.
  - When a folder is given to C(-i), Ansible tries every file in it. So the JSON Schemas of a topology belong into the
    folder C(schemas) beside that folder, and every file of a topology, also one that an C(inventory.yml) names, begins
    with C(plugin); it is read once.
"""

EXAMPLES = r"""
# inventories/prod/topology.yml; all that it says follows in the same file. Show what Ansible sees:
#   ansible-inventory -i inventories/prod --graph
plugin: fractalops.infra.topology
schema_version: 1
profile: prod

---
# inventories/prod/inventory.yml: a topology that is spread over the files of a folder, for several owners. Each of
# those files has the line "plugin" too.
plugin: fractalops.infra.topology
topology: topology/

# ansible.cfg: the topology is read once, by this plugin.
#   [inventory]
#   enable_plugins = ansible.builtin.host_list, fractalops.infra.topology, ansible.builtin.yaml, ansible.builtin.ini
"""

import gc
import os
import re
import sys
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.template import trust_as_template
from ansible_collections.fractalops.infra.plugins.plugin_utils.bytecode import kept_bytecode
from ansible_collections.fractalops.infra.plugins.plugin_utils.command_end import end_command
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.paused_collection import paused_collection

try:
    with kept_bytecode(), paused_collection():
        from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import (
            OriginDocument,
            document_text,
            host_document,
        )
        from ansible_collections.fractalops.infra.plugins.plugin_utils.inventory import (
            Inventory,
            InventoryHost,
            Variables,
            connection,
            project_inventory,
        )
        from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
        from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
        from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.yaml.source import MAX_BYTES
except ImportError as error:
    MISSING_LIBRARY: str | None = error.name
else:
    MISSING_LIBRARY = None

_OPTIONS = ("plugin", "topology")
_OURS = re.compile(rb"^plugin:\s*['\"]?fractalops\.infra\.topology['\"]?\s*(#.*)?$", re.MULTILINE)
#: A key of the whole file, as our reader and YAML both see it.
_ROOT_KEY = re.compile(r"^([a-z_]+) *:", re.MULTILINE)
#: What could make a template of a text: Jinja's marks, and the header by which Ansible lets a text choose its own.
_TEMPLATE_MARKS = re.compile(r"\{[{%#]|#jinja2:")
#: Longer texts are hardly ever there twice: URLs, documents.
_LONGEST_KNOWN = 24


class InventoryModule(BaseInventoryPlugin):
    """Load → project → add."""

    NAME = "fractalops.infra.topology"

    def verify_file(self, path: str) -> bool:
        """Only a YAML file that names this plugin near its start."""
        if not path.endswith((".yml", ".yaml")) or not os.access(path, os.R_OK):
            return False
        with open(path, "rb") as stream:
            return _OURS.search(stream.read(4096)) is not None

    def parse(  # the signature is Ansible's
        self,
        inventory: InventoryData,
        loader: DataLoader,
        path: str,
        cache: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        """Add the topology's hosts, groups and variables, or say everything that is wrong and end the command."""
        super().parse(inventory, loader, path, cache)
        try:
            source = self._source(path)
            if not _is_read(inventory, source):
                with paused_collection():
                    _add(inventory, source)
                    gc.freeze()  # the hosts stay until the end: not walking them again saves a sixth at 10,000 hosts
        except InfraError as error:
            end_command(f"{source} is not a valid topology:\n{error}")
        except Exception as error:  # noqa: BLE001  # whatever it is, Ansible would go on without the topology
            end_command(error)

    def _source(self, path: str) -> str:
        """The topology: the file, or what it names. Raises AnsibleParserError when the file is no use."""
        if MISSING_LIBRARY:
            raise AnsibleParserError(f"{self.NAME}: Python library {MISSING_LIBRARY} is missing; install it")
        return os.path.abspath(path if _is_topology(path) else self._named(path))

    def _named(self, path: str) -> str:
        """The topology that the configuration file ``path`` names."""
        given = self._read_config_data(path)  # type: ignore[no-untyped-call]  # Ansible is not typed
        unknown = sorted(str(key) for key in given if key not in _OPTIONS)
        if unknown:
            raise AnsibleParserError(
                f"{path} {', '.join(unknown)}: unknown key; remove it, only plugin and topology exist"
            )
        named = self.get_option("topology")  # type: ignore[no-untyped-call]  # as above
        return os.path.join(os.path.dirname(path), named)


def _is_topology(path: str) -> bool:
    """Whether the file has a key of a topology and names none. It is not parsed for that: Ansible's way is slow."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        keys = set(_ROOT_KEY.findall(stream.read(MAX_BYTES)))
    return "topology" not in keys and not keys.isdisjoint(Topology.model_fields.keys() - {"plugin"})


def _is_read(inventory: InventoryData, source: str) -> bool:
    """Whether ``source`` is the topology that was read before, or a file of it: Ansible hands us all of a folder."""
    control_plane = inventory.hosts.get("control_plane")
    before = control_plane and control_plane.vars.get("topology_source")
    return before is not None and before in (source, os.path.dirname(source))


def _add(inventory: InventoryData, source: str) -> None:
    projected, origin, openbao = _projected(source)
    known: dict[str, str] = {}
    for host in projected.hosts:
        if host.asset is not None:
            # As text: only the action plugin looks inside, and everybody else would copy and show fifty values.
            document = host_document(host.name, host.asset)
            document["topology"], document["openbao"] = origin, openbao
            if host.releases:
                document["releases"] = list(host.releases)
            host.variables["host_document"] = document_text(document)
        _add_host(inventory, host, plain(host.variables, known), projected.profile_group)


def _projected(source: str) -> tuple[Inventory, OriginDocument, Variables]:
    """The inventory of the topology at ``source``, and what each document says of the whole. Raises InfraError.

    The text of the files is let go.
    """
    loaded = load_topology(source)
    origin, openbao = OriginDocument(source=source, files=loaded.digest.files), connection(loaded.topology)
    return project_inventory(loaded.topology, source, sys.executable), origin, openbao


def _add_host(inventory: InventoryData, host: InventoryHost, variables: Variables, profile_group: str) -> None:
    """Variables are set at once and groups joined directly: per call, Ansible inspects every value again."""
    inventory.add_host(host.name)
    added = inventory.hosts[host.name]
    added.vars.update(variables)
    for name in (*host.groups, profile_group):
        group = inventory.groups.get(name) or inventory.groups[inventory.add_group(name)]
        group.add_host(added)


def plain(value: Any, known: dict[str, str] | None = None) -> Any:
    """``value`` as Ansible shows it best: text that cannot be a template is marked harmless, all other stays untrusted.

    Without the mark ``ansible-inventory --export`` writes ``__ansible_unsafe`` around every text. ``known`` keeps the
    marked texts: most texts of a topology are there many times, and a mark costs more than the text itself.
    """
    known = {} if known is None else known
    kind = type(value)
    if kind is str:
        return known.get(value) or _marked(value, known)
    if kind is dict:
        return {key: plain(inside, known) for key, inside in value.items()}
    if kind is list:
        return [plain(inside, known) for inside in value]
    return value


def _marked(text: str, known: dict[str, str]) -> str:
    marked = text if _TEMPLATE_MARKS.search(text) else trust_as_template(text)
    if len(text) <= _LONGEST_KNOWN:
        known[text] = marked
    return marked
