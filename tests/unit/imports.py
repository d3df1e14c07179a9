# SPDX-License-Identifier: GPL-3.0-or-later
"""What our files import, read from their syntax; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where Python finds the collection: ansible-test works on a real tree, everything else on a link.
TREE = ROOT.parents[2] if ROOT.parts[-3] == "ansible_collections" else ROOT / ".cache" / "collections"
PACKAGE = "ansible_collections.fractalops.infra."


@dataclass(frozen=True)
class Import:
    """One imported name; one of ours starts at ``plugins``, any other at its distribution."""

    file: str
    line: int
    name: str
    #: Whether the file can do without it.
    is_guarded: bool = False
    #: Whether it is not yet made when the file is imported: in a function, or for types only.
    is_deferred: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"

    def is_within(self, *places: str) -> bool:
        """Whether the name is one of the dotted places, or below one."""
        return any(self.name == place or self.name.startswith(f"{place}.") for place in places)


def python_files(folder: str) -> list[str]:
    """Paths from the root of the collection, sorted. Raises ValueError when there are none to scan."""
    found = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py"))
    if not found:
        raise ValueError(f"{folder}: holds no Python file")
    return found


def imports(file: str) -> Iterator[Import]:
    """Every import of ``file``, also those within functions; ``from x import y`` is ``x.y`` when that is a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"), file)
    guarded = {inner for node in ast.walk(tree) if _is_guard(node) for inner in ast.walk(node)}
    deferred = {inner for node in ast.walk(tree) if _is_later(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(file, node)
            names = [_submodule(base, alias.name) for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(file, node.lineno, name.removeprefix(PACKAGE), node in guarded, node in deferred)


def _is_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.Try) and any(
        isinstance(handler.type, ast.Name) and handler.type.id == "ImportError" for handler in node.handlers
    )


def _is_later(node: ast.AST) -> bool:
    is_for_types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return is_for_types or isinstance(node, (ast.FunctionDef, ast.Lambda))


def _absolute(file: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return (node.module or "").removeprefix(PACKAGE)
    package = Path(file).parts[: -node.level]
    return ".".join((*package, *((node.module,) if node.module else ())))


def _submodule(base: str, name: str) -> str:
    place = ROOT.joinpath(*base.split("."))
    is_ours = base.startswith("plugins.")
    return f"{base}.{name}" if is_ours and ((place / f"{name}.py").is_file() or (place / name).is_dir()) else base
