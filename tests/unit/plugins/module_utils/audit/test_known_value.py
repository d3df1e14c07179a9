# SPDX-License-Identifier: GPL-3.0-or-later
"""A known value is found in every form it could have been written down in, and only where it means something."""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.known_value import KnownValues, is_searchable
from hypothesis import given
from hypothesis import strategies as st

REF = "bao://secret/runtime/postgres#password"
VALUE = 'p{"4} s/w+örd=7&x'
VALUES = st.text(min_size=9, max_size=40).filter(is_searchable)


def refs_in(value: str, content: bytes) -> set[str]:
    return {ref for _at, ref in KnownValues({REF: value}).find(content)}


@pytest.mark.parametrize(
    "written",
    (
        str,
        lambda value: json.dumps({"key": value}),
        lambda value: json.dumps({"key": value}, ensure_ascii=False),
        lambda value: quote(value, safe=""),
        quote,
        quote_plus,
        lambda value: value.encode().hex(),
        lambda value: value.encode().hex().upper(),
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    ),
)
def test_a_value_is_found_however_it_was_written(written: Callable[[str], str]) -> None:
    assert refs_in(VALUE, f"a line\nkey: {written(VALUE)} more\n".encode()) == {REF}


@given(VALUES, st.binary(max_size=7), st.binary(max_size=7))
def test_base64_is_found_wherever_the_value_stands_in_it(value: str, before: bytes, after: bytes) -> None:
    whole = before + value.strip().encode(errors="surrogatepass") + after
    assert refs_in(value, base64.b64encode(whole)) == {REF}
    assert refs_in(value, base64.urlsafe_b64encode(whole)) == {REF}


@given(st.text(st.characters(codec="utf-8"), min_size=9, max_size=40).filter(is_searchable))
def test_any_value_is_found_in_every_form(value: str) -> None:
    raw = value.strip().encode()
    for form in (raw, raw.hex().encode(), quote(raw, safe="").encode(), json.dumps(value.strip())[1:-1].encode()):
        assert refs_in(value, b"<<" + form + b">>") == {REF}


def test_a_key_in_pem_is_found_indented_too() -> None:
    body = "\n".join(textwrap.wrap(base64.b64encode(bytes(range(180))).decode(), 64))
    pem = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    assert refs_in(pem, textwrap.indent(pem, "    ").encode()) == {REF}


def test_a_trailing_line_break_of_the_value_does_not_matter() -> None:
    assert refs_in("s3cret-of-the-lab\n", b"x=s3cret-of-the-lab;") == {REF}


@pytest.mark.parametrize(
    "plain", ("", "abc1234", "fractalops", "app-user", "POSTGRES", "10.77.0.1:5432", "12345678", "aaaaaaaaaaaaa")
)
def test_what_is_short_or_plain_is_not_looked_for_and_named(plain: str) -> None:
    known = KnownValues({REF: plain, "bao://secret/a#b": "Xy7-9kQ2mmB"})
    assert known.skipped == [REF] and known.searched == 1
    assert list(known.find(b"x" + plain.encode() + b"x")) == []


def test_a_very_long_value_is_found_by_its_start() -> None:
    value = "".join(f"line {number} of a document\n" for number in range(2000))
    assert refs_in(value, b"before " + value.encode()) == {REF}


def test_without_values_nothing_is_looked_for() -> None:
    assert not KnownValues({})
    assert not KnownValues({REF: "short"})
