# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology without Ansible.

python -m …plugin_utils.topology FILE…                 check topologies
python -m …plugin_utils.topology explain FILE PATH     say where a value comes from
python -m …plugin_utils.topology changes BEFORE AFTER  one line for each change that matters to security
python -m …plugin_utils.topology schema                print the JSON Schema, for editors

A file that is called like a command is written with its folder: ./schema.
Exit status: 0 when every topology is valid, 1 when one is not or has no such value, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from ..errors import InfraError, InvalidTopologyError
from .command import exit_with
from .dotted_path import parsed_path
from .explanation import explain, explanation_text
from .loader import LoadedTopology, load_topology
from .rules.assets import lxc_assets, services
from .rules.references import secret_refs
from .schema.schema import topology_schema
from .security_change import security_changes

Words = Sequence[str]


def main(arguments: Words | None = None) -> int:
    """Run a command, or check every file that is named; returns the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    command = COMMANDS.get(words[0]) if words else None
    return command(words[1:]) if command else _check_all(words)


def _check_all(words: Words) -> int:
    parser = argparse.ArgumentParser(
        prog="topology", epilog=f"Commands of their own, each with --help: {', '.join(COMMANDS)}."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a topology, or a folder of one")
    return max(_check(file) for file in parser.parse_args(words).files)


def _explain(words: Words) -> int:
    parser = argparse.ArgumentParser(prog="topology explain", description="Say where a value comes from.")
    parser.add_argument("file", metavar="FILE", help="a topology, or a folder of one")
    parser.add_argument("path", metavar="PATH", help="such as runtime_dependencies.postgres.derived.URL")
    given = parser.parse_args(words)
    path = parsed_path(given.path)
    sys.stdout.write(explanation_text(explain(load_topology(given.file), path)))
    return 0


def _changes(words: Words) -> int:
    parser = argparse.ArgumentParser(
        prog="topology changes", description="Print one line of JSON for each change that matters to security."
    )
    parser.add_argument("before", metavar="BEFORE", help="a topology, or a folder of one")
    parser.add_argument("after", metavar="AFTER", help="the same, later")
    given = parser.parse_args(words)
    topologies = (load_topology(given.before).topology, load_topology(given.after).topology)
    sys.stdout.writelines(f"{change.event}\n" for change in security_changes(*topologies))
    return 0


def _schema(words: Words) -> int:
    argparse.ArgumentParser(prog="topology schema", description="Print the JSON Schema.").parse_args(words)
    sys.stdout.write(topology_schema())
    return 0


def _check(file: str) -> int:
    try:
        loaded = load_topology(file)
        print(_summary(file, loaded))
        for found in loaded.advice:
            print(f"advice: {found}")
    except InvalidTopologyError as error:
        print(error)
        print(f"{file}: {len(error.violations)} to correct", file=sys.stderr)
        return 1
    except InfraError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _summary(file: str, loaded: LoadedTopology) -> str:
    topology = loaded.topology
    return (
        f"{file}: valid; profile {topology.profile}, {len(topology.runtime_assets)} assets,"
        f" {sum(1 for _ in lxc_assets(topology))} hosts, {sum(1 for _ in services(topology))} services,"
        f" {len(topology.clusters)} clusters, {len({ref for _path, ref in secret_refs(topology)})} secret refs"
    )


COMMANDS: dict[str, Callable[[Words], int]] = {
    "changes": _changes,
    "explain": _explain,
    "schema": _schema,
}


def run() -> None:
    """The program: what ``main`` returns is its exit status."""
    exit_with(main)


if __name__ == "__main__":
    run()
