# SPDX-License-Identifier: GPL-3.0-or-later
"""A unit file is what it says: however it is written nothing drifts, and a changed directive always does."""

from __future__ import annotations

import random

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd.unit_file import (
    NOT_SHOWN,
    changes,
    settings,
)
from hypothesis import given
from hypothesis import strategies as st

SECTIONS = ("Unit", "Service", "Install")
NAMES = ("After", "ExecStart", "ExecStartPre", "ProtectSystem", "ReadWritePaths", "UMask")
WORDS = st.text("abcXYZ019/=:%$-_", min_size=1, max_size=8)
VALUES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
DIRECTIVES = st.tuples(st.sampled_from(SECTIONS), st.sampled_from(NAMES), VALUES)
UNITS = st.lists(DIRECTIVES, min_size=1, max_size=12)
Unit = list[tuple[str, str, str]]


def plain(unit: Unit) -> str:
    """One section after the other, a line each."""
    return "".join(f"[{section}]\n{name}={value}\n" for section, name, value in unit)


def rewritten(unit: Unit, dice: random.Random) -> str:
    """The same, as somebody else would have written it: values of one directive stay in order, all else moves."""
    kept: dict[tuple[str, str], list[str]] = {}
    for section, name, value in unit:
        kept.setdefault((section, name), []).append(value)
    left = [key for key, values in kept.items() for _value in values]
    dice.shuffle(left)
    lines = []
    for section, name in left:
        value = kept[section, name].pop(0).replace(" ", dice.choice((" ", "\t ", " \\\n  ", " \\\n# in between\n")))
        spaces = dice.choice(("", " ", "\t"))
        noise = dice.choice(("", "\n", "# a comment\n", "  ; another\n"))
        lines.append(f"{noise}{spaces}[{section}]{spaces}\n{noise}{spaces}{name}{spaces}={spaces}{value}{spaces}\n")
    return "".join(lines)


@given(UNITS, st.randoms(use_true_random=False))
def test_comments_blank_lines_order_and_spacing_never_drift(unit: Unit, dice: random.Random) -> None:
    assert changes(plain(unit), rewritten(unit, dice)) == []


@given(UNITS, st.randoms(use_true_random=False), st.data())
def test_another_value_of_any_directive_drifts_and_is_named(
    unit: Unit, dice: random.Random, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(unit) - 1))
    section, name, value = unit[at]
    other = data.draw(VALUES.filter(lambda drawn: drawn != value))
    changed = [*unit[:at], (section, name, other), *unit[at + 1 :]]
    assert [name for name, _expected, _found in changes(plain(unit), rewritten(changed, dice))] == [f"{section}.{name}"]


@given(UNITS, DIRECTIVES, st.randoms(use_true_random=False))
def test_a_directive_more_or_less_drifts(unit: Unit, more: tuple[str, str, str], dice: random.Random) -> None:
    named = [".".join(more[:2])]
    assert [name for name, *_values in changes(plain(unit), rewritten([*unit, more], dice))] == named
    assert [name for name, *_values in changes(rewritten([*unit, more], dice), plain(unit))] == named


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Service]\nExecStart=/bin/x 'a  b'\n", "[Service]\nExecStart=/bin/x 'a b'\n"),
        ("[Service]\nExecStart=/bin/x a\n", "[Service]\n#ExecStart=/bin/x a\n"),
        ("[Service]\nExecStartPre=/a\nExecStartPre=/b\n", "[Service]\nExecStartPre=/b\nExecStartPre=/a\n"),
        ("[Service]\nUMask=0077\n", "[Unit]\nUMask=0077\n"),
        ("[Service]\nUMask=0077\n", "[Service]\numask=0077\n"),
        ("[Service]\nLoadCredential=x:/x\n", "[Service]\nLoadCredential=\nLoadCredential=x:/x\n"),
        ("[Service]\nUMask=0077\n", "[Service]\nUMask=0077\nnonsense\n"),
        ("[Unit]\nDescription=a\\\\\n", "[Unit]\nDescription=a\\\n"),
    ],
)
def test_what_systemd_reads_differently_drifts(before: str, after: str) -> None:
    assert changes(before, after)


def test_a_comment_inside_a_continued_line_is_none_of_its_words() -> None:
    text = "[Service]\nExecStart=/bin/x \\\n; not a word\n  # nor this\n  y\n"
    assert settings(text) == {("Service", "ExecStart"): ["/bin/x y"]}


def test_what_somebody_wrote_into_a_directive_that_may_hold_a_secret_is_not_shown() -> None:
    before = "[Service]\nExecStart=/bin/x\n"
    after = "[Service]\nExecStart=/bin/x --password=hunter2\nEnvironment=TOKEN=hunter2\nSetCredential=a:hunter2\n"
    assert changes(before, after) == [
        ("Service.Environment", None, NOT_SHOWN),
        ("Service.ExecStart", "/bin/x", NOT_SHOWN),
        ("Service.SetCredential", None, NOT_SHOWN),
    ]
