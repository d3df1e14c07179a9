# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP session: what stands between us and the wire.

No redirects, no proxies, no netrc, no cookies, one server, one deadline for everything, and reads that are
tried again.
"""

from __future__ import annotations

import random
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping

from .answer import ClosedError
from .deadline import Deadline
from .failure import DeadlineError, NoAnswerError, UnreachableError, UntrustedServerError
from .incoming import AnswerTooLargeError, CutShortError
from .pool import Pool
from .reply import Reply
from .server import Server

#: Pauses between the tries of a read, halved at random so that many hosts do not come back at once; 6 s in all.
PAUSES_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
TRANSIENT = frozenset({429, 500, 502, 503, 504})
_READS = frozenset({"GET", "HEAD", "LIST"})
#: The longest we obey a server that asks for a pause; then it may say so again.
MAX_ASKED_SECONDS = 10
#: Not the module's own generator: forks inherit its state and would all wait the same time.
_RANDOM = random.SystemRandom()
_REASONS: Mapping[type[Exception], str] = {
    socket.gaierror: "its name has no address",
    ConnectionRefusedError: "connection refused",
    ConnectionResetError: "connection reset",
    AnswerTooLargeError: "the answer is too large",
    CutShortError: "the answer was cut short",
    ClosedError: "connection closed without an answer",
}
_HEADERS = {"User-Agent": "fractalops.infra", "Accept-Encoding": "identity"}


class HttpSession:
    """Speaks to one server until one deadline. Raises NoAnswerError, never an error of a socket.

    ``is_final`` tells an answer that another try would not change, whatever its status. Raises ServerSettingsError.
    """

    def __init__(
        self, server: Server, deadline: Deadline, headers: Mapping[str, str], is_final: Callable[[Reply], bool]
    ) -> None:
        self._pool, self._deadline, self._server = Pool(server, deadline), deadline, server
        self._headers, self._is_final = {**_HEADERS, **headers}, is_final

    def request(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """The last answer; reads are tried again after a broken connection or a transient status."""
        pauses = iter(PAUSES_SECONDS if method in _READS else ())
        while True:
            outcome = self._attempt(method, target, {**self._headers, **headers}, body)
            if not self._goes_again(outcome, pauses):
                break
        if isinstance(outcome, NoAnswerError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _attempt(self, method: str, target: str, headers: dict[str, str], body: bytes | None) -> Reply | NoAnswerError:
        """One request: no redirect, no repetition, and no time-out but the deadline."""
        try:
            return self._pool.exchange(method, target, headers, body)
        except (OSError, UnicodeError) as error:
            return self._failure(error, method)

    def _failure(self, error: OSError | UnicodeError, method: str) -> NoAnswerError:
        """What a broken request means; the error itself names hosts and headers, so none of it is repeated."""
        is_write = method not in _READS
        if self._deadline.is_over:
            return DeadlineError(self._server, self._deadline.seconds, is_write=is_write)
        broken = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        if isinstance(error, ssl.SSLError) and not isinstance(error, broken):
            return UntrustedServerError(self._server)
        return UnreachableError(self._server, _reason(error), is_write=is_write)

    def _goes_again(self, outcome: Reply | NoAnswerError, pauses: Iterator[float]) -> bool:
        """Whether to try again; if so, only after the pause that is due."""
        if isinstance(outcome, NoAnswerError):
            is_transient, asked = isinstance(outcome, UnreachableError), 0.0
        else:
            is_transient = outcome.status_code in TRANSIENT and not self._is_final(outcome)
            asked = _retry_after_seconds(outcome)
        pause = next(pauses, None) if is_transient else None
        return pause is not None and self._sleep(asked, pause)

    def _sleep(self, asked: float, pause: float) -> bool:
        """Sleep what the server asked for and somewhat more, or our own pause; not if that outlasts the deadline."""
        if self._deadline.is_over or max(asked, pause) >= self._deadline.remaining():
            return False
        jittered = min(asked, MAX_ASKED_SECONDS) + pause * _RANDOM.uniform(0.5, 1)
        time.sleep(min(jittered, self._deadline.remaining()))
        return True


def _retry_after_seconds(reply: Reply) -> float:
    """What the server asks for, as seconds or as a date; 0 for nothing and for nonsense. Source: RFC 9110 10.2.3."""
    asked = reply.headers.get("Retry-After", "0").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    from email.utils import mktime_tz, parsedate_tz

    date = parsedate_tz(asked)
    try:
        return max(0.0, mktime_tz(date) - time.time()) if date else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _reason(error: OSError | UnicodeError) -> str:
    """The plainest words for why there was no answer."""
    return next((words for kind, words in _REASONS.items() if isinstance(error, kind)), "no connection")
