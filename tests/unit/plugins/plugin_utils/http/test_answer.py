# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of HTTP/1.1: each way to say where one ends, and everything that is none."""

from __future__ import annotations

import socket
import threading

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.answer import (
    ClosedError,
    HttpAnswer,
    NotHttpError,
    read_answer,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.deadline import Deadline
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.incoming import (
    MAX_ANSWER_BYTES,
    AnswerTooLargeError,
    CutShortError,
    Incoming,
)


def _answer(sent: bytes, method: str = "GET", *, piece: int = 1 << 20) -> HttpAnswer:
    """What is read when the other side sends this, in pieces, and ends."""
    one, other = socket.socketpair()

    def send() -> None:
        with other:
            for start in range(0, len(sent), piece):
                other.sendall(sent[start : start + piece])

    sender = threading.Thread(target=send)
    sender.start()
    with one:
        try:
            return read_answer(Incoming(one, Deadline(10)), method)
        finally:
            one.shutdown(socket.SHUT_RDWR)
            sender.join()


@pytest.mark.parametrize("piece", (1, 7, 1000))
@pytest.mark.parametrize(
    ("body", "content", "end"),
    (
        (b"Content-Length: 5\r\n\r\nhello", b"hello", "goes on"),
        (b"Content-Length: 0\r\n\r\n", b"", "goes on"),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", b"hello", "goes on"),
        (b"transfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\nA: trailer\r\n\r\n", b"hello", "goes on"),
        (b"Connection: Keep-Alive, Close\r\nContent-Length: 5\r\n\r\nhello", b"hello", "last"),
        (b"\r\nhello", b"hello", "last"),
    ),
)
def test_a_body_ends_by_length_by_chunks_or_with_the_connection(
    body: bytes, content: bytes, end: str, piece: int
) -> None:
    answer = _answer(b"HTTP/1.1 200 OK\r\n" + body, piece=piece)
    assert (answer.status, answer.content, answer.is_last) == (200, content, end == "last")


@pytest.mark.parametrize(
    ("method", "status"), (("HEAD", b"200 OK\r\nContent-Length: 9"), ("DELETE", b"204 X"), ("GET", b"304 X"))
)
def test_what_has_no_body_is_not_waited_for(method: str, status: bytes) -> None:
    answer = _answer(b"HTTP/1.1 " + status + b"\r\n\r\n", method)
    assert (answer.content, answer.is_last) == (b"", False)


def test_interim_answers_are_passed_over() -> None:
    answer = _answer(b"HTTP/1.1 103 Hint\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    assert (answer.status, answer.content) == (200, b"ok")


def test_the_older_protocol_ends_its_connections() -> None:
    assert _answer(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok").is_last


def test_bytes_nobody_asked_for_end_the_connection() -> None:
    assert _answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n").is_last


def test_header_names_come_in_any_case_and_more_than_once() -> None:
    headers = _answer(b"HTTP/1.1 200\r\nX-One: a\r\nx-one:  b \r\nEmpty:\r\nContent-Length: 0\r\n\r\n").headers
    assert (headers["x-ONE"], headers["empty"], headers.get("none")) == ("a, b", "", None)
    assert len(headers) == len(list(headers)) == 3


@pytest.mark.parametrize(
    "sent",
    (
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nName : value\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n",
    ),
)
def test_what_is_not_plainly_an_answer_is_none(sent: bytes) -> None:
    with pytest.raises(NotHttpError):
        _answer(sent)


@pytest.mark.parametrize(
    "sent",
    (
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    ),
)
def test_an_answer_that_stops_in_the_middle_is_cut_short(sent: bytes) -> None:
    with pytest.raises(CutShortError):
        _answer(sent)


def test_no_answer_at_all_is_told_from_half_of_one() -> None:
    with pytest.raises(ClosedError):
        _answer(b"")


@pytest.mark.parametrize(
    "sent",
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_ANSWER_BYTES + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * MAX_ANSWER_BYTES,
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * MAX_ANSWER_BYTES,
    ),
    ids=("length", "chunk", "no end", "headers"),
)
def test_more_than_any_answer_has_is_not_read(sent: bytes) -> None:
    with pytest.raises(AnswerTooLargeError):
        _answer(sent)
