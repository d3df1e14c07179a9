# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP session that hvac is given instead of its own.

No redirects, no proxies, no netrc, no cookies, one origin, one deadline for everything, and reads that are
tried again.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from .answer import is_sealed
from .connection import Connection
from .deadline import Deadline
from .failure import DeadlineError, ServerError, UnreachableError, UntrustedServerError
from .trust import ca_name
from .wire import SingleOrigin

#: Pauses between the tries of a read, halved at random so that many hosts do not come back at once; 6 s in all.
PAUSES_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
TRANSIENT = frozenset({429, 500, 502, 503, 504})
_READS = frozenset({"GET", "HEAD", "LIST"})
#: Not the module's own generator: forks inherit its state and would all wait the same time.
_RANDOM = random.SystemRandom()
#: Words of hvac's that we overrule on every request.
_OURS: dict[str, Any] = {"timeout": None, "allow_redirects": False, "verify": True, "cert": None, "proxies": None}


class Session(requests.Session):
    """Speaks to one OpenBao until one deadline. Raises ServerError, never an error of requests."""

    def __init__(self, connection: Connection, auth: AuthBase, deadline: Deadline) -> None:
        super().__init__()
        self.trust_env = False
        self.auth = auth
        self.headers["Accept-Encoding"] = "identity"
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.adapters.clear()
        self.mount(f"{connection.address}/", SingleOrigin(connection, deadline))
        self._server, self._ca = connection.address, ca_name(connection.ca_file)
        self._deadline = deadline

    def request(self, method: Any, url: Any, *args: Any, **settings: Any) -> requests.Response:
        """The last answer; reads are tried again after a broken connection or a transient status."""
        pauses = iter(PAUSES_SECONDS if method.upper() in _READS else ())
        while True:
            outcome = self._attempt(method, url, *args, **{**settings, **_OURS})
            if not self._goes_again(outcome, pauses):
                break
        if isinstance(outcome, ServerError):
            raise outcome
        return outcome

    def _attempt(self, *args: Any, **settings: Any) -> requests.Response | ServerError:
        try:
            return super().request(*args, **settings)
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            return self._failure(error)

    def _failure(self, error: BaseException) -> ServerError:
        """What a broken request means; the error itself names hosts and headers, so none of it is repeated."""
        if self._deadline.is_over:
            return DeadlineError(self._server, self._deadline.seconds)
        causes = tuple(_causes(error))
        broken = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, broken) for cause in causes):
            return UntrustedServerError(self._server, self._ca)
        return UnreachableError(self._server, _reason(causes))

    def _goes_again(self, outcome: requests.Response | ServerError, pauses: Iterator[float]) -> bool:
        """Whether to try again; if so, only after the pause that is due."""
        if isinstance(outcome, ServerError):
            is_transient, asked = isinstance(outcome, UnreachableError), 0.0
        else:
            is_transient = outcome.status_code in TRANSIENT and not is_sealed(outcome)
            asked = _retry_after_seconds(outcome)
        pause = next(pauses, None) if is_transient else None
        return pause is not None and self._sleep(max(asked, pause * _RANDOM.uniform(0.5, 1)))

    def _sleep(self, seconds: float) -> bool:
        """Sleep, unless that would outlast the deadline."""
        if self._deadline.is_over or seconds >= self._deadline.remaining():
            return False
        time.sleep(seconds)
        return True


def _retry_after_seconds(response: requests.Response) -> float:
    try:
        return Retry().parse_retry_after(response.headers.get("Retry-After", "0"))
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
