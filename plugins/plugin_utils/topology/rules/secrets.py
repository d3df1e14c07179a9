# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about secrets that stand in the topology itself. They look at the plain data, valid or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..position import Path
from ..secret import secret_name
from ..violation import Violation
from ..yaml.reader import Data
from ..yaml.source import Source

#: Keys of free data whose value can only be a secret or the path of one.
SECRET_KEYS = frozenset(
    {"password", "passwd", "passphrase", "adminPassword", "rootPassword", "postgresPassword"}
    | {"client_secret", "clientSecret", "secret_key", "secretKey", "private_key", "privateKey", "api_key", "apiKey"}
    | {"auth_token", "authToken", "access_token", "accessToken"}
)
_HINT = "put it into OpenBao and write its ref; change it, since it has been in a file"


def literals_that_look_like_secrets(data: Data, sources: Iterable[Source]) -> Iterator[Violation]:
    """No text anywhere in the topology looks like a key, a token or a URL with a password.

    The files are searched as a whole first: a topology without findings and escapes is not walked at all.
    """
    if any("\\" in source.text or secret_name(source.text) for source in sources):
        for path, _key, text in _texts((), data):
            name = secret_name(text)
            if name:
                yield Violation(path, f"this looks like {name}", _HINT)


def secret_keys_of_free_data(path: Path, data: Data) -> Iterator[Violation]:
    """In free data, what a key such as ``password`` holds is a path or null, never the secret."""
    for found, key, text in _texts(path, data):
        if key in SECRET_KEYS and text and not text.startswith("/"):
            yield Violation(found, "a secret must not stand here", "read it from a credential file or a Secret")


def _texts(path: Path, data: Data, key: str = "") -> Iterator[tuple[Path, str, str]]:
    """Every text inside ``data`` with its path and key; keys are texts too, without a key of their own."""
    if isinstance(data, str):
        yield path, key, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield (*path, name), "", name
            yield from _texts((*path, name), value, name)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts((*path, number), value, key)
