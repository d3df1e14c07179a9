# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of plain-text secrets on its way into OpenBao."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import InfraError
from ..openbao import Secret
from ..openbao.auth.credentials_file import objection
from ..openbao.place import check_path
from ..secret_ref import MalformedRefError, SecretRef
from ..topology.yaml.reader import Reader
from ..topology.yaml.source import Source, refused_characters

MAX_BYTES = 4 * 1024 * 1024
Values = dict[str, dict[str, Secret]]


class ValuesFileError(InfraError):
    """The file is not one that only its owner can read, or not path → key → value. Never quotes what is in it."""


class _TwiceError(ValueError):
    """A key of a JSON object stands there twice."""


def read_values(path: str, mount: str) -> Values:
    """Path → key → value of a YAML file, or a JSON one when it is named ``*.json``.

    The rules are those of the credentials file: regular, owned by the current user, mode 0600 or 0400, one link.
    Raises ValuesFileError with every reason.
    """
    text = _text(path, _bytes(path))
    data = _json(path, text) if path.endswith(".json") else _yaml(path, text)
    return _checked(path, mount, data)


def _bytes(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a path"
        raise ValuesFileError(f"{path}: {reason}; name a file of yours with mode 0600") from None
    with open(descriptor, "rb") as stream:
        reason = objection(os.fstat(descriptor))
        if reason:
            raise ValuesFileError(f"{path}: {reason}; it must be a regular file of yours with mode 0600")
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValuesFileError(f"{path}: larger than 4 MiB; split it")
    return content


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValuesFileError(f"{path}: not UTF-8; save it as UTF-8") from None


def _yaml(path: str, text: str) -> Any:
    """The data of a YAML file, read as strictly as a topology. Reasons name lines, not keys, which may be secrets."""
    source = Source(path, text.encode(), text)
    reader = Reader(source)
    reader.read()
    reasons = [f"{one.position}: {one.what}; {one.hint}" for one in [*reader.violations, *refused_characters(source)]]
    if reasons:
        raise ValuesFileError("\n".join(reasons))
    return reader.data


def _json(path: str, text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _value in pairs}) < len(pairs):
            raise _TwiceError
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except _TwiceError:
        reason = "a key is given twice; keep one of them"
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = f"line {line} is not JSON; correct it, or name the file *.yml if it is YAML"
    raise ValuesFileError(f"{path}: {reason}") from None


def _checked(path: str, mount: str, data: Any) -> Values:
    """The values as Secrets. What is named in a reason has passed as the path or key of a ref first."""
    if not isinstance(data, Mapping) or not data:
        raise ValuesFileError(f"{path}: holds no secrets; write path, then key, then value")
    values: Values = {}
    reasons: list[str] = []
    for number, (secret, keys) in enumerate(data.items(), start=1):
        reason = _objection(mount, secret, keys)
        if reason:
            reasons.append(f"{path}: secret {number}{reason}")
        else:
            values[secret] = {key: Secret(value) for key, value in keys.items()}
    if reasons:
        raise ValuesFileError("\n".join(reasons))
    return values


def _objection(mount: str, secret: str, keys: Any) -> str:
    """Why this is not a secret with its keys, or nothing."""
    try:
        check_path(mount, secret)
    except MalformedRefError:
        return ": its path has other characters than letters, digits, _ - . and /; rename it"
    if not isinstance(keys, Mapping) or not keys:
        return f" ({secret}): needs keys with values; write key: value lines below it"
    return _bad_key(mount, secret, keys.items())


def _bad_key(mount: str, secret: str, items: Iterable[tuple[str, Any]]) -> str:
    for number, (key, value) in enumerate(items, start=1):
        try:
            SecretRef.parse(str(SecretRef(mount, secret, key)))
        except MalformedRefError:
            return f" ({secret}): key {number} has other characters than letters, digits, _ - and .; rename it"
        if not isinstance(value, str):
            return f" ({secret}): the value of {key} is not text; quote it"
        if not value:
            return f" ({secret}): the value of {key} is empty; write one or remove the key"
    return ""
