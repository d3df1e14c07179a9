# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of wrong changes: each is a generator from a node of the syntax tree to what may stand there instead."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import copy
from typing import NamedTuple

from .mutant import MESSAGE

Node = ast.expr | ast.stmt
#: A boundary moves by one, and everything else turns into its opposite.
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OTHER_SUM: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)
#: Their result is the same in any order.
COMMUTATIVE = ("max", "min")
MARK = "XX"


class Change(NamedTuple):
    """``text`` instead of ``node``."""

    kind: str
    node: Node
    text: str


def comparison(node: ast.AST) -> Iterator[Change]:
    """``<`` for ``<=``, ``!=`` for ``==``, ``not in`` for ``in``."""
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            other = copy(node)
            other.ops = [*node.ops[:index], OPPOSITE[type(operator)](), *node.ops[index + 1 :]]
            yield Change("comparison", node, ast.unparse(other))


def boolean(node: ast.AST) -> Iterator[Change]:
    """``or`` for ``and``, and no ``not``."""
    if isinstance(node, ast.BoolOp):
        other = copy(node)
        other.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield Change("boolean", node, ast.unparse(other))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Change("boolean", node, ast.unparse(node.operand))


def condition(node: ast.AST) -> Iterator[Change]:
    """The opposite of what is asked by a name or a call."""
    tests = [node.test] if isinstance(node, ast.If | ast.IfExp | ast.While) else []
    for test in [*tests, *(node.ifs if isinstance(node, ast.comprehension) else [])]:
        if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
            yield Change("condition", test, f"not {ast.unparse(ast.UnaryOp(ast.UAdd(), test))[1:]}")


def guard(node: ast.AST) -> Iterator[Change]:
    """An ``if`` that only leaves is never true; a filter of a comprehension lets all pass."""
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], LEAVES):
        # Not False: what the compiler can tell to be dead is not in the code at all.
        yield Change("guard", node.test, "[]")
    if isinstance(node, ast.comprehension):
        yield from (Change("guard", test, "True") for test in node.ifs)


def constant(node: ast.AST) -> Iterator[Change]:
    """One more, the other truth, or another text."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield Change("truth", node, repr(not value))
    elif isinstance(value, int | float):
        yield Change("number", node, repr(value + 1))
    elif isinstance(value, bytes):
        yield Change("text", node, repr(value + MARK.encode()))
    elif isinstance(value, str):
        yield Change(MESSAGE if " " in value else "text", node, repr(value + MARK))


def formatted(node: ast.AST) -> Iterator[Change]:
    """A formatted text with more at its end."""
    if isinstance(node, ast.JoinedStr):
        other = ast.JoinedStr([*node.values, ast.Constant(MARK)])
        plain = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        yield Change(MESSAGE if " " in plain else "text", node, ast.unparse(other))


def arithmetic(node: ast.AST) -> Iterator[Change]:
    """``-`` for ``+``, ``&`` for ``|``."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OTHER_SUM:
        other = copy(node)
        other.op = OTHER_SUM[type(node.op)]()
        yield Change("arithmetic", node, ast.unparse(other))


def statement(node: ast.AST) -> Iterator[Change]:
    """A call for its effect, an item given out or a ``raise`` that is left out."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield Change("call", node, "pass")
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
        yield Change("yield", node, "yield from ()")
    if isinstance(node, ast.Raise):
        yield Change("raise", node, "pass")


def result(node: ast.AST) -> Iterator[Change]:
    """Nothing given back."""
    if isinstance(node, ast.Return) and node.value is not None and not _is_none_or_truth(node.value):
        yield Change("result", node, "return None")


def _is_none_or_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def argument(node: ast.AST) -> Iterator[Change]:
    """The first two arguments in the other order, or a named one left out."""
    if not isinstance(node, ast.Call):
        return
    first, second = (*node.args, None, None)[:2]
    is_ordered = not (isinstance(node.func, ast.Name) and node.func.id in COMMUTATIVE)
    if is_ordered and first and second and not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred):
        yield _called(node, "order", args=[second, first, *node.args[2:]])
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield _called(node, "argument", keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])


def _called(node: ast.Call, kind: str, **parts: list[ast.expr] | list[ast.keyword]) -> Change:
    other = copy(node)
    for name, value in parts.items():
        setattr(other, name, value)
    return Change(kind, node, ast.unparse(other))


CHANGES: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
    comparison,
    boolean,
    condition,
    guard,
    constant,
    formatted,
    arithmetic,
    statement,
    result,
    argument,
)
