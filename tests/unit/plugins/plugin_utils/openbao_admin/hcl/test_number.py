# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl.number import fraction, plain, whole
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        *((whole, text, 8) for text in ("8", "+8", "0x8", "0X_8", "010", "0o10", "0O10", "0b1000", "0_1_0")),
        *(
            (whole, text, number)
            for text, number in (("0", 0), ("-0x1F", -31), ("1_000", 1000), (str(2**63 - 1), 2**63 - 1))
        ),
        *((plain, text, number) for text, number in (("010", 10), ("-5", -5), ("+5", 5))),
        *(
            (fraction, text, number)
            for text, number in (("1.", 1.0), (".5", 0.5), ("-1.5e-1", -0.15), ("01", 1.0), ("1e5", 1e5))
        ),
    ],
)
def test_a_number_is_read(read: Callable[[str], float], text: str, expected: float) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *(
            (whole, text)
            for text in ("", "08", "_1", "1_", "1__0", "0x", "0b2", " 1", "1.5", "٣", str(2**63), str(-(2**63) - 1))
        ),
        *((plain, text) for text in ("", "0x1", "1_0", "x", str(2**63))),
        *((fraction, text) for text in ("", ".", "1e", "1e ", "1e999", "0x1", "inf", "nan", "1_0.0")),
    ],
)
def test_what_is_no_number_is_refused(read: Callable[[str], float], text: str) -> None:
    with pytest.raises(ValueError, match=r"number|64 bits"):
        read(text)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_number_of_64_bits_is_read_in_each_base(number: int) -> None:
    sign, digits = "-" if number < 0 else "", abs(number)
    assert plain(str(number)) == number
    assert {whole(f"{sign}{form}") for form in (digits, hex(digits), oct(digits), bin(digits))} == {number}
