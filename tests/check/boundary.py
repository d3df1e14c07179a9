# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles and playbooks may not know: where an asset runs, and what stands in the config of an application.

python tests/check/boundary.py [FOLDER…]

Roles name a runtime asset by its id and get its descriptor. They write no file of an application: its config comes from
the topology alone. A line that must know more says why, after ``# boundary:``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("roles", "playbooks")
#: Words that choose a container, a node or a namespace, alone or after a prefix such as ``portal_``.
SELECTOR = r"(?:\w+_)?(?:vmid|ctid|ct_id|lxc_id|container_id|pve_node|target_node|lxc_nodes|node_map|k8s_namespace)"
KEY = re.compile(rf"{SELECTOR}|namespace")
#: In an expression ``namespace`` alone is a function of Jinja.
EXPRESSION = re.compile(
    rf"\b{SELECTOR}\b"
    r"|(?:\.|\[['\"])(?:namespace|binding)\b"
    r"|\bruntime_asset(?:\.|\[['\"])(?:node|network|address)\b"
)
#: Modules that write a file from what a role holds.
WRITERS = frozenset({"assemble", "blockinfile", "copy", "ini_file", "lineinfile", "replace", "template", "xml"})
#: Text for people.
PROSE = frozenset({"name", "description", "short_description", "msg", "fail_msg", "success_msg", "title"})
WAIVER = re.compile(r"#\s*boundary:\s*\S")


class Finding(NamedTuple):
    """A place that knows too much."""

    file: Path
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.what}"


def findings(folder: Path) -> list[Finding]:
    """Every finding below ``folder``, in order."""
    found = [one for file in sorted(folder.rglob("*")) if file.is_file() for one in _in_file(file)]
    return [one for one in found if not WAIVER.search(one.file.read_text("utf-8").splitlines()[one.line - 1])]


def _in_file(file: Path) -> Iterator[Finding]:
    if file.suffix == ".j2":
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            yield from _in_text(file, line, number, 1)
    elif file.suffix in {".yml", ".yaml"}:
        for document in yaml.compose_all(file.read_text("utf-8"), Loader=yaml.SafeLoader):
            yield from _in_node(file, document, is_task="tasks" in file.parts or "handlers" in file.parts)


def _in_node(file: Path, node: Any, *, is_task: bool) -> Iterator[Finding]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _in_key(file, key, is_task=is_task)
            if key.value not in PROSE or not isinstance(value, yaml.ScalarNode):
                yield from _in_node(file, value, is_task=is_task)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _in_node(file, item, is_task=is_task)
    elif isinstance(node, yaml.ScalarNode):
        yield from _in_text(file, node.value, node.start_mark.line + 1, node.start_mark.column + 1)


def _in_key(file: Path, key: Any, *, is_task: bool) -> Iterator[Finding]:
    place = (file, key.start_mark.line + 1, key.start_mark.column + 1)
    if KEY.fullmatch(str(key.value)):
        yield Finding(*place, f"{key.value} is a raw selector; name the runtime asset by its id")
    if is_task and str(key.value).rpartition(".")[2] in WRITERS:
        yield Finding(*place, f"{key.value} writes a file; what a host holds comes from its generation")


def _in_text(file: Path, text: str, line: int, column: int) -> Iterator[Finding]:
    for word in sorted(set(EXPRESSION.findall(text))):
        shown = word.lstrip(".['\"")
        yield Finding(file, line, column, f"{shown} is a raw selector; name the runtime asset by its id")


def main(words: list[str]) -> int:
    """Print every finding; the exit code."""
    found = [one for folder in (words or [str(ROOT / place) for place in PLACES]) for one in findings(Path(folder))]
    print("\n".join(map(str, found)) or "roles and playbooks know ids only")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
