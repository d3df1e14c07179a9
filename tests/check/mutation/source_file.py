# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of the product and all its mutants."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .change import CHANGES, Change
from .mutant import MESSAGE, Key, Mutant

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Annotations are not executed, and a pattern takes no parentheses.
NOT_BEHAVIOUR = ("annotation", "returns", "decorator_list", "type_comment", "pattern")
SHOWN_CHARACTERS = 120
Lines = tuple[int, int]


class SourceFile:
    """``path`` is relative to the clone at ``root``."""

    def __init__(self, root: Path, path: str) -> None:
        self._path = path
        self._text = (root / path).read_bytes()
        self._line_starts = [0]
        for line in self._text.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))

    def mutants(self) -> Iterator[Mutant]:
        """Those of every function body, from top to bottom."""
        seen: Counter[Key] = Counter()
        for function, node in _functions(ast.parse(self._text), ""):
            for change, lines in _changes_in(node):
                mutant = self._mutant(function, change, lines, seen)
                seen[mutant.key] += 1
                yield mutant

    def _mutant(self, function: str, change: Change, lines: Lines, seen: Counter[Key]) -> Mutant:
        node = change.node
        start = self._line_starts[node.lineno - 1] + node.col_offset
        end = self._line_starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        # As many lines as before: what stands below keeps its place.
        padding = "\n" * ((node.end_lineno or 0) - node.lineno)
        text = f"{change.text}{padding}" if isinstance(node, ast.stmt) else f"({change.text}{padding})"
        key = Key(self._path, function, change.kind, _shown(ast.unparse(node)), _shown(change.text))
        return Mutant(key, seen[key], start, end, text, lines)


def _shown(text: str) -> str:
    squeezed = " ".join(text.split())
    return squeezed if len(squeezed) <= SHOWN_CHARACTERS else squeezed[:SHOWN_CHARACTERS] + "…"


def _functions(node: ast.AST, name: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions with their qualified names, as Python writes them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield f"{name}{child.name}", child
            yield from _functions(child, f"{name}{child.name}.<locals>.")
        else:
            yield from _functions(child, f"{name}{child.name}." if isinstance(child, ast.ClassDef) else name)


def _changes_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[Change, Lines]]:
    for statement in function.body:
        yield from _changes_below(statement, (0, 0))


def _changes_below(node: ast.AST, lines: Lines) -> Iterator[tuple[Change, Lines]]:
    """Changes of ``node`` and of what it holds, but for functions in it: they are visited by their own names."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)) or _is_docstring(node):
        return
    if isinstance(node, ast.stmt):
        lines = _own_lines(node)
    for kind in CHANGES:
        yield from ((change, lines) for change in kind(node))
    for child in _parts(node):
        yield from _raised(node, _changes_below(child, lines))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What ``node`` holds that runs."""
    # Places within a formatted text are not told right before Python 3.12.
    if isinstance(node, ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name not in NOT_BEHAVIOUR:
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST))


def _raised(node: ast.AST, changes: Iterator[tuple[Change, Lines]]) -> Iterator[tuple[Change, Lines]]:
    """Every text of an error is a message."""
    for change, lines in changes:
        is_text = isinstance(node, ast.Raise) and change.kind == "text"
        yield (change._replace(kind=MESSAGE) if is_text else change), lines


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _own_lines(statement: ast.stmt) -> Lines:
    """Of a statement that holds others, its head only."""
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return statement.lineno, max(statement.lineno, body[0].lineno - 1)
    return statement.lineno, statement.end_lineno or statement.lineno
