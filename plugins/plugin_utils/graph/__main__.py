# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a topology, without Ansible.

python -m …plugin_utils.graph FILE --format mermaid|html

Exit status: 0, or 1 for an invalid topology, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys

from ..topology import load_topology
from ..topology.command import exit_with
from . import FORMATS, draw


def main() -> int:
    """Draw the topology that is named; returns the exit status."""
    parser = argparse.ArgumentParser(prog="graph", description="Draw what runs where.")
    parser.add_argument("file", metavar="FILE", help="a topology, or a folder of one")
    parser.add_argument(
        "--format", choices=FORMATS, default=FORMATS[0], help="Mermaid text, or one page with a picture"
    )
    given = parser.parse_args()
    sys.stdout.write(draw(load_topology(given.file).topology, given.format))
    return 0


if __name__ == "__main__":
    exit_with(main)
