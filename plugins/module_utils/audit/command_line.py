# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets given to commands: in what somebody typed, in a unit's command, in the arguments of a process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..secret_shape.placeholder import is_placeholder
from .assignment import is_named_secret, named_secrets

#: Of one line: what is longer was not typed, and patterns over it would take long.
MAX_LINE = 4096
_LITERAL = rb"(?P<value>\"[^\"\n]+\"|'[^'\n]+'|[^\s\"';|&]+)"
#: Ways of well-known programs to be given a password without saying so.
_PROGRAMS = tuple(
    re.compile(pattern + _LITERAL)
    for pattern in (
        rb"\b(?:curl|wget|http)\b[^\n|;]{0,500}?\s(?:-u|--user|-U|--proxy-user)[ =]?(?=[\"']?[^\s:\"']+:)",
        rb"\bsshpass\b[^\n|;]{0,500}?\s-p ?",
        rb"\b(?:mysql|mysqldump|mariadb|mysqladmin|mongo|mongosh)\b[^\n|;]{0,500}?\s-p(?=[^\s])",
        rb"\bredis-cli\b[^\n|;]{0,500}?\s-a ?",
        rb"\b(?:bao|vault)\s+(?:login|unwrap|operator\s+unseal)\s+(?:-[^\s]+\s+)*(?=[^\s-])",
        rb"\b(?:docker|podman|helm|skopeo|buildah)\s[^\n|;]{0,500}?login\b[^\n|;]{0,500}?\s-p[ =]?(?=[^\s-])",
        rb"\bX-(?:Vault|Auth)-Token:\s*",
        rb"\bAuthorization:\s*(?:Bearer|Basic|token)\s+",
        rb"\becho\s+(?=[^\n]*\|\s*(?:sudo\s+-S|passwd\b|chpasswd\b|cryptsetup\b|docker\s+login|podman\s+login))",
    )
)
_WORD = re.compile(rb"[A-Za-z_-][^\s=\"']*=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']*)|\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+")
#: Cheap to look for before a line is taken apart.
_HINT = re.compile(rb"(?i:pass|pwd|secret|token|key|credential|auth|user| -[pua]|login|unseal|unwrap|echo)")


def secret_lines(content: bytes) -> Iterator[int]:
    """Numbers of the lines of a shell history that hold a secret in clear."""
    for number, whole in enumerate(content.split(b"\n"), start=1):
        line = whole[:MAX_LINE]
        if _HINT.search(line) and (is_secret_command(line) or any(True for _ in named_secrets(words_of(line)))):
            yield number


def is_secret_command(line: bytes) -> bool:
    """A program is given a password in its own way."""
    matches = (match for pattern in _PROGRAMS for match in pattern.finditer(line[:MAX_LINE]))
    found = (match["value"].strip(b"\"'") for match in matches)
    return any(len(value) >= 4 and not is_placeholder(value.rpartition(b":")[2] or value) for value in found)


def secret_arguments(words: list[bytes]) -> Iterator[int]:
    """Numbers, from 1, of the arguments that are secrets or hold one."""
    yield from (number + 1 for number in named_secrets(words))


def words_of(line: bytes) -> list[bytes]:
    """A command as words, quotes left where they are; what runs two commands together parts words too."""
    return _WORD.findall(line.replace(b";", b" ").replace(b"|", b" "))


def assigned_words(text: bytes) -> Iterator[bytes]:
    """The ``NAME=value`` words of ``text`` whose value is a secret; quotes may be around the word or the value."""
    for word in words_of(text):
        name, equals, value = word.strip(b"\"'").partition(b"=")
        if equals and is_named_secret(name, value):
            yield word
