# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents over a socket: whole or not at all."""

from __future__ import annotations

import socket
import threading

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader import frame


def test_a_document_arrives_as_it_was_sent() -> None:
    document = {"strings": ["ü" * 100_000, '"\\\n'], "number": 1}
    one, other = socket.socketpair()
    with one, other:
        sender = threading.Thread(target=frame.send, args=(one, document))
        sender.start()
        assert frame.receive(other) == document
        sender.join()


@pytest.mark.parametrize("sent", (b"", b"\0\0", b"\0\0\0\5{", b"\xff\xff\xff\xff{}", b"\0\0\0\4{{{{", b"\0\0\0\1\xff"))
def test_less_than_a_document_or_none_at_all_is_an_error(sent: bytes) -> None:
    one, other = socket.socketpair()
    with other:
        with one:
            one.sendall(sent)
        with pytest.raises(frame.BrokenFrameError):
            frame.receive(other)
