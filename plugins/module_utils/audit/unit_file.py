# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a unit file that can hold a secret. Source: systemd.exec(5), systemd.syntax(7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from . import rule
from .command_line import assigned_words, is_secret_command, secret_arguments, words_of

_ENVIRONMENT = frozenset({b"Environment", b"DefaultEnvironment", b"ManagerEnvironment"})


class Setting(NamedTuple):
    """One assignment, its continuation lines joined; ``line`` is its first."""

    line: int
    name: bytes
    value: bytes


def settings(content: bytes) -> Iterator[Setting]:
    """Every assignment of a unit file, in order."""
    start = 0
    parts: list[bytes] = []
    for number, text in enumerate(content.split(b"\n"), start=1):
        line = text.strip()
        if parts and line.startswith((b"#", b";")):
            continue
        start = start if parts else number
        parts.append(line[:-1] if line.endswith(b"\\") else line)
        if not line.endswith(b"\\"):
            name, equals, value = b" ".join(parts).partition(b"=")
            if equals and not name.startswith((b"#", b";", b"[")):
                yield Setting(start, name.strip(), value.strip())
            parts = []


def secret_settings(content: bytes) -> Iterator[tuple[int, str]]:
    """Line and rule of each setting that holds a secret in clear."""
    for line, name, value in settings(content):
        if name in _ENVIRONMENT and any(True for _ in assigned_words(value)):
            yield line, rule.UNIT_ENVIRONMENT
        elif name == b"SetCredential" and value.partition(b":")[2]:
            yield line, rule.UNIT_SET_CREDENTIAL
        elif name.startswith(b"Exec") and _has_secret(value):
            yield line, rule.UNIT_COMMAND


def environment_files(content: bytes) -> Iterator[bytes]:
    """Paths and patterns of the files from which the unit takes variables."""
    for _line, name, value in settings(content):
        path = value.lstrip(b"-").strip(b"\"'")
        if name == b"EnvironmentFile" and path.startswith(b"/"):
            yield path


def _has_secret(command: bytes) -> bool:
    return is_secret_command(command) or any(True for _ in secret_arguments(words_of(command)))
