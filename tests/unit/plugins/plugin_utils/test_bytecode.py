# SPDX-License-Identifier: GPL-3.0-or-later
"""Below Ansible's loader, ``plugin_utils`` is found as Python finds other modules, for as long as was asked."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins import plugin_utils
from ansible_collections.fractalops.infra.plugins.plugin_utils.bytecode import kept_bytecode

UTILS = plugin_utils.__name__
FOLDER = list(plugin_utils.__path__)
#: Loads the inventory plugin as Ansible does, and says how each module of plugin_utils came in.
LOAD = """
import json, sys
from ansible.plugins.loader import init_plugin_loader, inventory_loader
init_plugin_loader()
before = list(sys.meta_path)
plugin = inventory_loader.get("fractalops.infra.topology")
modules = {name: module for name, module in sys.modules.items() if ".infra.plugins.plugin_utils." in name}
loaders = {name: type(module.__spec__.loader).__name__ for name, module in modules.items()}
print(json.dumps({"loaders": loaders, "is_as_before": sys.meta_path == before}))
"""


def test_a_module_is_found_with_its_bytecode() -> None:
    with kept_bytecode():
        found = sys.meta_path[0].find_spec(f"{UTILS}.errors", FOLDER, None)
    assert found is not None
    assert isinstance(found.loader, SourceFileLoader)
    assert found.origin is not None
    assert found.cached == cache_from_source(found.origin)


def test_a_package_is_found_with_its_folder() -> None:
    with kept_bytecode():
        found = sys.meta_path[0].find_spec(f"{UTILS}.topology", FOLDER, None)
    assert found is not None
    assert found.submodule_search_locations == [str(Path(FOLDER[0]) / "topology")]


@pytest.mark.parametrize("name", ["json", f"{UTILS}_of_others.errors", f"{UTILS}.no_such_module"])
def test_what_is_not_there_is_left_to_others(name: str) -> None:
    with kept_bytecode():
        assert sys.meta_path[0].find_spec(name, FOLDER, None) is None


def test_imports_are_as_before_afterwards() -> None:
    before = list(sys.meta_path)
    with kept_bytecode():
        assert sys.meta_path[1:] == before
    assert sys.meta_path == before


def test_imports_are_as_before_after_an_error() -> None:
    before = list(sys.meta_path)
    with pytest.raises(LookupError), kept_bytecode():
        raise LookupError
    assert sys.meta_path == before


def test_the_inventory_plugin_compiles_hardly_anything() -> None:
    """Under Ansible's loader, only what the plugin needs to ask for bytecode comes without."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    compiled = {name for name, loader in answer["loaders"].items() if loader != "SourceFileLoader"}
    assert answer["is_as_before"]
    assert f"{UTILS}.topology.loader" in answer["loaders"]
    assert compiled == {f"{UTILS}.{name}" for name in ("bytecode", "command_end", "errors", "paused_collection")}
