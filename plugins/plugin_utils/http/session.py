# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP session: what stands between us and the wire.

No redirects, no proxies, no netrc, no cookies, one server, one deadline for everything, and reads that are
tried again.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping

from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from .deadline import Deadline
from .failure import DeadlineError, NoAnswerError, UnreachableError, UntrustedServerError
from .reply import Reply
from .server import Server
from .wire import open_pool

#: Pauses between the tries of a read, halved at random so that many hosts do not come back at once; 6 s in all.
PAUSES_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
TRANSIENT = frozenset({429, 500, 502, 503, 504})
_READS = frozenset({"GET", "HEAD", "LIST"})
#: The longest we obey a server that asks for a pause; then it may say so again.
MAX_ASKED_SECONDS = 10
#: Not the module's own generator: forks inherit its state and would all wait the same time.
_RANDOM = random.SystemRandom()
_HEADERS = {"User-Agent": "fractalops.infra", "Accept-Encoding": "identity"}


class HttpSession:
    """Speaks to one server until one deadline. Raises NoAnswerError, never an error of urllib3.

    ``is_final`` tells an answer that another try would not change, whatever its status. Straight over urllib3: a
    session of requests costs twice the time per read (0.52 against 0.28 ms). Raises ServerSettingsError.
    """

    def __init__(
        self, server: Server, deadline: Deadline, headers: Mapping[str, str], is_final: Callable[[Reply], bool]
    ) -> None:
        self._pool, self._deadline, self._server = open_pool(server, deadline), deadline, server
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
        """One request: no redirect, no retry of urllib3's, and no time-out but the deadline."""
        try:
            response = self._pool.urlopen(
                method, target, body, headers, retries=False, redirect=False, assert_same_host=False, timeout=None
            )
        except (HTTPError, OSError, UnicodeError) as error:
            return self._failure(error, method)
        return Reply(method, response.status, response.headers, response.data)

    def _failure(self, error: BaseException, method: str) -> NoAnswerError:
        """What a broken request means; the error itself names hosts and headers, so none of it is repeated."""
        is_write = method not in _READS
        if self._deadline.is_over:
            return DeadlineError(self._server, self._deadline.seconds, is_write=is_write)
        causes = tuple(_causes(error))
        broken = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, broken) for cause in causes):
            return UntrustedServerError(self._server)
        return UnreachableError(self._server, _reason(causes), is_write=is_write)

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
    try:
        return Retry().parse_retry_after(reply.headers.get("Retry-After", "0"))
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it came from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _reason(causes: tuple[BaseException, ...]) -> str:
    """The plainest words for why there was no answer."""
    names = {
        "gaierror": "its name has no address",
        "ConnectionRefusedError": "connection refused",
        "ConnectionResetError": "connection reset",
        "AnswerTooLargeError": "the answer is too large",
        "IncompleteRead": "the answer was cut short",
        "RemoteDisconnected": "connection closed without an answer",
    }
    found = (names[type(cause).__name__] for cause in causes if type(cause).__name__ in names)
    return next(found, "no connection")
