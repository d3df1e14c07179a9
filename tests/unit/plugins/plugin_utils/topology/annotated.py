# SPDX-License-Identifier: GPL-3.0-or-later
"""Topologies that show in comments what is wrong with them.

Below a faulty line stands, for each violation of it, a comment with a caret under the column and the words of the
error. ``#<`` stands for a caret under the first column, where the comment itself starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

FOLDER = Path(__file__).with_name("broken")
#: The place of an error about no key in particular ends with a colon.
_PLACE = re.compile(r"^(\d+:\d+): ")
_ANNOTATION = re.compile(r"#( *)([\^<]) (.*)")


def expected(file: Path) -> list[str]:
    """``line:column words`` of every annotation."""
    return list(_annotations(file.read_text(encoding="utf-8").splitlines()))


def actual(path: Path) -> list[str]:
    """``line:column words`` of every violation of the topology at ``path``."""
    return [_PLACE.sub(r"\1 ", text.removeprefix(f"{path}:")) for text in violations(path)]


def violations(path: Path) -> list[str]:
    """Every violation of ``path`` as text; none when it is valid."""
    try:
        load_topology(path)
    except InvalidTopologyError as error:
        return [str(violation) for violation in error.violations]
    return []


def _annotations(lines: list[str]) -> Iterator[str]:
    faulty = 0
    for number, line in enumerate(lines, 1):
        found = _ANNOTATION.fullmatch(line)
        if found is None:
            faulty = number
        else:
            column = 1 if found[2] == "<" else len(found[1]) + 2
            yield f"{faulty}:{column} {found[3]}"
