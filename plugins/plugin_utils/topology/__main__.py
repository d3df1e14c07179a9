# SPDX-License-Identifier: GPL-3.0-or-later
"""Check topologies without Ansible: ``python -m …plugin_utils.topology FILE…``, or print their schema: ``schema``.

Exit status: 0 when every topology is valid, 1 when one is not, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ..errors import InfraError, InvalidTopologyError
from .loader import LoadedTopology, load_topology
from .rules.assets import lxc_assets, services
from .rules.references import secret_refs
from .schema import topology_schema


def main(arguments: Sequence[str] | None = None) -> int:
    """Print violations and summaries; returns the exit status."""
    parser = argparse.ArgumentParser(prog="topology", description="Check topologies, or print their JSON Schema.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a topology, a folder of one, or the word schema")
    files = parser.parse_args(arguments).files
    if files == ["schema"]:
        sys.stdout.write(topology_schema())
        return 0
    return max(_check(file) for file in files)


def _check(file: str) -> int:
    try:
        print(_summary(file, load_topology(file)))
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


if __name__ == "__main__":
    sys.exit(main())
