# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that somebody may read in OpenBao, looked for in every form they could have been written down in.

They come over standard input and live in the memory of this process; nothing is made of them that outlives it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote_from_bytes

from .literals import Literals

#: Shorter ones stand everywhere by chance.
MIN_BYTES = 8
#: Longer values are known by their start; a form is at most three times as long, and chunks overlap by more than that.
MAX_BYTES = 8192
#: A user, a database, a host: words are not looked for, they stand where they should.
_WORDS = re.compile(r"[a-z]+(?:[ ._-][a-z]+)*|[A-Z]+(?:[ ._-][A-Z]+)*|[0-9.:]+")
_LONGEST_WORDS = 15
_PEM_LINE = re.compile(r"[A-Za-z0-9+/=]{40,76}")


class KnownValues:
    """What to look for, and which ref each text gives away."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._refs: dict[bytes, str] = {}
        self.skipped = sorted(ref for ref, value in values.items() if not is_searchable(value))
        """Refs whose values are too short or too plain to say anything when they are found."""
        for ref in sorted(set(values) - set(self.skipped)):
            for form in forms(values[ref]):
                self._refs.setdefault(form, ref)
        self.searched = len(values) - len(self.skipped)
        self._literals = Literals(self._refs)

    def __bool__(self) -> bool:
        return bool(self._refs)

    def find(self, content: bytes) -> Iterator[tuple[int, str]]:
        """Position and ref of each value in ``content``."""
        for at, form in self._literals.find(content):
            yield at, self._refs[form]


def is_searchable(value: str) -> bool:
    """To find it would mean something."""
    plain = value.strip()
    is_words = len(plain) <= _LONGEST_WORDS and _WORDS.fullmatch(plain) is not None
    return len(_bytes(plain)) >= MIN_BYTES and len(set(plain)) > 3 and not is_words


def forms(value: str) -> set[bytes]:
    """Each way to write ``value`` down: raw, base64 at three alignments and in two alphabets, URL, hex, JSON.

    A key in PEM is also looked for line by line, since it is often indented.
    """
    raw = _bytes(value.strip())[:MAX_BYTES]
    text = raw.decode(errors="ignore")
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), *_base64(raw)}
    for quoted in (quote_from_bytes(raw, ""), quote_from_bytes(raw)):
        found |= {quoted.encode(), quoted.replace("%20", "+").encode()}
    found |= {json.dumps(text, ensure_ascii=is_ascii)[1:-1].encode() for is_ascii in (True, False)}
    if text.startswith("-----BEGIN "):
        found |= {line.encode() for line in text.split() if _PEM_LINE.fullmatch(line)}
    return found


def _bytes(value: str) -> bytes:
    return value.encode(errors="surrogatepass")


def _base64(raw: bytes) -> Iterator[bytes]:
    """What base64 makes of ``raw`` wherever it stands in a longer text: the characters no neighbour has a part in."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        end = (shift + len(raw)) * 8 // 6
        inner = encoded[(shift * 8 + 5) // 6 : end]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))
