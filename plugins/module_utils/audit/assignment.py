# SPDX-License-Identifier: GPL-3.0-or-later
"""``password = …``: what is assigned to a name of a secret, and whether it is one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from ..secret_shape.placeholder import is_placeholder

_WORDS = (b"passw", b"passphrase", b"pwd", b"secret", b"token", b"key", b"credential")
#: How they are written: token, TOKEN, Token.
MARKERS = tuple(form for word in _WORDS for form in (word, word.upper(), word.capitalize()))
#: From a keyword on: the rest of the name, an assignment, a value in quotes or without.
_ASSIGNED = re.compile(
    rb"(?P<word>(?i:passw|passphrase|pwd|secret|token|key|credential))(?P<rest>[A-Za-z0-9_.-]{0,40})[\\\"'\]]{0,3}"
    rb"[ \t]{0,8}(?:=>|:=|=|:)[ \t]{0,8}"
    rb"(?:\\?\"(?P<double>[^\"\\\n]{8,512})|'(?P<single>[^'\n]{8,512})|(?P<bare>[^\s\"'`,;<>(){}\[\]\\]{8,512}))"
)
#: The name goes on to the left of its keyword.
_LEFT = re.compile(rb"[A-Za-z0-9_.-]{0,40}\Z")
#: What is public although it is called a key: ``public_key``, ``cache-key``, ``primary_key``, ``monkey``.
_PUBLIC = re.compile(
    rb"(?i:pub|public|cache|sort|primary|foreign|partition|routing|index|hot|mon|tur|don|fingerprint)[-_.]?\Z"
)
#: How a name goes on that is about a secret: ``password_file``, ``token_ttl``, ``secret_name``, ``keyring``.
_ABOUT = re.compile(
    rb"(?i:(?:ord|d|ort)?s?[-_.]?(?:file|path|dir|ttl|len|length|min|max|name|url|uri|type|size|usage|alg|hash|kind|mode"
    rb"|expir|created|updated|issued|rotated|version|at\b|encryption|authentication|policy|prompt|hint|less|count|limit"
    rb"|iz|ring|word|map|board|server|index|fingerprint|prefix|field|column|header|param))"
)
#: A key has an id that is public; the id of a secret or a token is a secret.
_KEY_ID = re.compile(rb"(?i:s?[-_.]?id\b|s?_id_)")
_KEYWORD = re.compile(rb"(?i:passw|passphrase|pwd|secret|token|key|credential|pass)")
_UUID = re.compile(rb"(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_HEX = re.compile(rb"[0-9a-f]{16,}|[0-9A-F]{16,}")
_RUN = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
#: Of a value, to tell whether it is random.
_ENOUGH = 96
#: Runs per letter or digit: words of programs have 0.3 at most, random texts about 0.5 (measured).
_RANDOM_RUNS = 0.34
_CLASSES = tuple(re.compile(one) for one in (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^A-Za-z0-9\s._/:-]"))
#: Names of variables and options that hold secrets. PWD is where a shell stands.
NAME = re.compile(
    rb"(?i:[A-Z0-9_.-]{0,64}(?:passw|passphrase|pwd|secret|token|api_?-?key|access_?-?key|private_?-?key"
    rb"|credential|(?<=[_-])key|(?<=[_-])pass|^key)[A-Z0-9_.-]{0,64})"
)


def holds_secret(content: bytes, at: int) -> bool:
    """A random text is assigned to the name of which the keyword at ``at`` is a part."""
    match = _ASSIGNED.match(content, at)
    if match is None:
        return False
    left = _LEFT.search(content, max(0, at - 40), at)
    if _is_about(left.group() if left else b"", match["word"], match["rest"]):
        return False
    if match["bare"] and content[match.end() : match.end() + 1] in (b"(", b"["):
        return False
    value = match["double"] or match["single"] or match["bare"]
    return _is_random(value[:_ENOUGH], match["word"].lower())


def is_named_secret(name: bytes, value: bytes) -> bool:
    """A variable of this name and literal value is a secret, however simple the value is."""
    plain = value.strip().strip(b"\"'")
    return len(plain) >= 4 and names_secret(name) and not is_placeholder(plain)


def names_secret(name: bytes) -> bool:
    """The name is that of a secret."""
    if not NAME.fullmatch(name) or name in (b"PWD", b"OLDPWD"):
        return False
    *_before, last = _KEYWORD.finditer(name)
    return not _is_about(name[: last.start()], last.group(), name[last.end() :])


def named_secrets(words: list[bytes]) -> Iterator[int]:
    """Which words of a command line are secrets or hold one: ``--token=x``, ``--token x``, ``TOKEN=x``."""
    for number, word in enumerate(words):
        name, equals, value = word.partition(b"=")
        name = name.lstrip(b"-")
        if equals and is_named_secret(name, value):
            yield number
        elif word.startswith(b"--") and not equals and words[number + 1 :] and is_named_secret(name, words[number + 1]):
            yield number + 1


def _is_about(left: bytes, word: bytes, rest: bytes) -> bool:
    """The name is of something about a secret, or of a key that is none."""
    is_key = word.lower() == b"key"
    return bool(_ABOUT.match(rest) or (is_key and (_PUBLIC.search(left) or _KEY_ID.match(rest))))


def _is_random(value: bytes, word: bytes) -> bool:
    """No person would read it as words: letters and digits mixed, or many kinds of characters, and high entropy."""
    is_password = word.startswith(b"p")
    if is_placeholder(value) or b"://" in value or b" " in value or len(value) < (8 if is_password else 16):
        return False
    if word == b"key" and _UUID.fullmatch(value):
        return False
    classes = sum(bool(one.search(value)) for one in _CLASSES)
    is_mixed = _is_mixed(value) or (is_password and classes >= (3 if len(value) >= 12 else 4))
    # Sixteen random hex digits have 3.2 bits per character (σ 0.2, measured); thirty-two have 3.6.
    return is_mixed and entropy_bits(value) >= min(3.0, 0.65 * math.log2(len(value)))


def _is_mixed(value: bytes) -> bool:
    """Letters and digits follow each other as they do in no word."""
    runs = _RUN.findall(value)
    has_both = any(run.isdigit() for run in runs) and not all(run.isdigit() for run in runs)
    return has_both and (len(runs) >= _RANDOM_RUNS * sum(map(len, runs)) or _HEX.fullmatch(value) is not None)


def entropy_bits(value: bytes) -> float:
    """Shannon entropy per byte, from the frequencies in ``value`` itself."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values())
