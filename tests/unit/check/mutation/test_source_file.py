# SPDX-License-Identifier: GPL-3.0-or-later
"""Which wrong changes are made of a function, and which are not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.check.mutation.mutant import Mutant
from ansible_collections.fractalops.infra.tests.check.mutation.source_file import SourceFile


def mutants(tmp_path: Path, source: str) -> list[Mutant]:
    (tmp_path / "one.py").write_text(source)
    return list(SourceFile(tmp_path, "one.py").mutants())


@pytest.mark.parametrize(
    ("body", "kind", "before", "after"),
    [
        ("a < 1", "comparison", "a < 1", "a <= 1"),
        ("0 < a <= 9", "comparison", "0 < a <= 9", "0 < a < 9"),
        ("a in b", "comparison", "a in b", "a not in b"),
        ("a and b", "boolean", "a and b", "a or b"),
        ("not a", "boolean", "not a", "a"),
        ("a if b else c", "condition", "b", "not b"),
        ("if a: pass", "condition", "a", "not a"),
        ("if a: return", "guard", "a", "[]"),
        ("[a for a in b if a]", "guard", "a", "True"),
        ("[a for a in b if a]", "condition", "a", "not a"),
        ("a[0]", "number", "0", "1"),
        ("a(True)", "truth", "True", "False"),
        ("a['key']", "text", "'key'", "'keyXX'"),
        ("a('two words')", "message", "'two words'", "'two wordsXX'"),
        ("raise E('word')", "message", "'word'", "'wordXX'"),
        ("raise E", "raise", "raise E", "pass"),
        ("a(f'/{b}')", "text", "f'/{b}'", "f'/{b}XX'"),
        ("a(f'no {b}')", "message", "f'no {b}'", "f'no {b}XX'"),
        ("a + b", "arithmetic", "a + b", "a - b"),
        ("a |= b", "arithmetic", "a |= b", "a &= b"),
        ("a()", "call", "a()", "pass"),
        ("yield a", "yield", "yield a", "yield from ()"),
        ("return a", "result", "return a", "return None"),
        ("a(b, c)", "order", "a(b, c)", "a(c, b)"),
        ("a(b=c)", "argument", "a(b=c)", "a()"),
    ],
)
def test_each_kind_of_change_is_made(tmp_path: Path, body: str, kind: str, before: str, after: str) -> None:
    found = mutants(tmp_path, f"def f():\n    {body}\n")
    assert [(one.key.before, one.key.after) for one in found if one.key.kind == kind] in (
        [(before, after)],
        [("0 < a <= 9", "0 <= a <= 9"), (before, after)],
    )


@pytest.mark.parametrize(
    "source",
    [
        'DOCUMENTATION = "options: {a: 1}"',
        "if __name__ == '__main__':\n    main()",
        'def f(a: "int" = 1) -> "str":\n    """What it does."""',
        "def f():\n    a: dict['x', 1]",
        "@d(1)\ndef f():\n    pass",
        "def f():\n    return None",
        "def f():\n    min(a, b) ; x = max(a, b)",
    ],
)
def test_what_does_not_run_in_a_function_is_left_alone(tmp_path: Path, source: str) -> None:
    assert [one for one in mutants(tmp_path, source) if one.key.kind != "call"] == []


def test_the_changed_file_is_the_old_one_but_for_one_place(tmp_path: Path) -> None:
    source = "def f(a):\n    # ä\n    return 'ä', a == (\n        1)  # end\n\n\nVALUE = 1\n"
    found = {one.key.before: one for one in mutants(tmp_path, source)}
    changed = found["a == 1"].source(tmp_path).decode()
    assert changed == source.replace("a == (\n        1)", "(a != 1\n)")
    assert ast.parse(changed).body[-1].lineno == ast.parse(source).body[-1].lineno


def test_functions_are_named_as_python_names_them(tmp_path: Path) -> None:
    source = "class A:\n    def f(self):\n        def g():\n            a()\n        b()\n"
    assert [(one.key.function, one.key.before) for one in mutants(tmp_path, source)] == [
        ("A.f", "b()"),
        ("A.f.<locals>.g", "a()"),
    ]


def test_the_lines_of_a_condition_are_not_those_below_it(tmp_path: Path) -> None:
    found = mutants(tmp_path, "def f():\n    if (a or\n            b):\n        c()\n")
    assert {one.key.kind: one.lines for one in found} == {"boolean": (2, 3), "call": (4, 4)}


def test_the_same_change_twice_in_a_function_has_one_key(tmp_path: Path) -> None:
    first, second = mutants(tmp_path, "def f():\n    a()\n    a()\n")
    assert (first.key, first.nth, second.nth) == (second.key, 0, 1)


def test_a_mutant_survives_its_way_through_json(tmp_path: Path) -> None:
    (mutant,) = mutants(tmp_path, "def f():\n    a()\n")
    assert Mutant.load(mutant.dump()) == mutant
