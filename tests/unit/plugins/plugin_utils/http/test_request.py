# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as bytes; none can be read as two."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.request import UnfitRequestError, request_bytes


def test_a_read_is_a_line_and_headers() -> None:
    sent = request_bytes("bao.example:8200", "GET", "/v1/a?b=c", {"X-One": "1"}, None)
    assert sent == b"GET /v1/a?b=c HTTP/1.1\r\nHost: bao.example:8200\r\nX-One: 1\r\n\r\n"


@pytest.mark.parametrize(("body", "length", "end"), ((None, b"0", b""), (b"", b"0", b""), (b"{}", b"2", b"{}")))
def test_a_write_says_how_long_its_body_is(body: bytes | None, length: bytes, end: bytes) -> None:
    sent = request_bytes("a", "POST", "/", {}, body)
    assert sent == b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + b"\r\n\r\n" + end


@pytest.mark.parametrize("target", ("/a b", "/a\r\nX: y", "/ä", "/a\x00", "/\x7f"))
def test_a_target_that_would_end_its_line_is_refused(target: str) -> None:
    with pytest.raises(UnfitRequestError):
        request_bytes("a", "GET", target, {}, None)


@pytest.mark.parametrize("header", (("X", "canary\r\nY: z"), ("X", "canary\n"), ("X\r\n", "canary"), ("X", "\0canary")))
def test_a_header_that_would_be_two_is_refused_and_not_quoted(header: tuple[str, str]) -> None:
    with pytest.raises(UnfitRequestError) as failure:
        request_bytes("a", "GET", "/", dict([header]), None)
    assert "canary" not in str(failure.value)


def test_a_header_beyond_latin_1_is_refused() -> None:
    with pytest.raises(UnicodeError):
        request_bytes("a", "GET", "/", {"X": "Ω"}, None)
