# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a break-glass log, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .entry import GENESIS, Entry

#: Kinds of a break.
CHANGED, REMOVED, REORDERED, REPLACED, TRUNCATED = "changed", "removed", "reordered", "replaced", "truncated"


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many lines there have been, and the digest of the last."""

    seq: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> Optional[Head]:  # noqa: UP045  Python 3.9
        """From ``<seq> <sha256>``, as ``str`` gives it; None when it is not that."""
        seq, _blank, sha256 = text.strip().partition(" ")
        if not seq.isascii() or not seq.isdigit() or len(seq) > 18 or len(sha256) != 64:
            return None
        return cls(int(seq), sha256)

    def __str__(self) -> str:
        return f"{self.seq} {self.sha256}"


#: Of a chain without a line.
EMPTY = Head(0, GENESIS)


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold."""

    line: int
    """Counts from 1; the line after the last is the end of the file."""
    kind: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """A chain as it was read."""

    entries: tuple[Entry, ...]
    """Whatever is in the form of an entry, also after a break."""
    breaks: tuple[Break, ...]
    head: Head

    @property
    def is_whole(self) -> bool:
        """Nothing was changed, removed, reordered or cut off, as far as can be seen."""
        return not self.breaks


def judged(content: bytes, anchors: dict[str, Head]) -> Verdict:
    """What ``content`` is as a chain. ``anchors`` are heads that are known from somewhere, by what to call them."""
    lines = content.split(b"\n")
    tail = lines.pop()
    found = [(number, Entry.of(line)) for number, line in enumerate(lines, start=1)]
    seqs = {entry.seq for _number, entry in found if entry is not None}
    breaks, head = [], EMPTY
    for number, entry in found:
        if entry is None:
            breaks.append(Break(number, CHANGED, "this is no entry, or not in the form entries are written in"))
            continue
        breaks += _breaks(number, entry, head, seqs)
        head = Head(entry.seq, entry.sha256)
    end = len(lines) + 1
    if tail:
        breaks.append(Break(end, TRUNCATED, "the line ends in the middle"))
    entries = tuple(entry for _number, entry in found if entry is not None)
    breaks += [found for name, anchor in anchors.items() for found in _cut(end, entries, name, anchor)]
    return Verdict(entries, tuple(breaks), head)


def _breaks(number: int, entry: Entry, head: Head, seqs: set[int]) -> list[Break]:
    """What is wrong with a line that comes after ``head``; ``seqs`` are those of the whole file."""
    breaks = []
    if entry.sha256 != entry.digest():
        breaks.append(Break(number, CHANGED, f"entry {entry.seq} is not what its digest was made of"))
    if entry.seq != head.seq + 1:
        breaks.append(_out_of_order(number, entry.seq, head.seq, seqs))
    elif entry.previous != head.sha256:
        what = f"entry {entry.seq} was written after another line than the one before it"
        breaks.append(Break(number, REPLACED, what))
    return breaks


def _out_of_order(number: int, seq: int, before: int, seqs: set[int]) -> Break:
    """Entries that are elsewhere in the file were moved; those that are nowhere were removed."""
    missing = [one for one in range(before + 1, min(seq, before + 1000)) if one not in seqs]
    if not missing:
        return Break(number, REORDERED, f"entry {seq} stands after entry {before}")
    last = seq - 1 if len(missing) == seq - 1 - before else missing[-1]
    span = f"entry {missing[0]} is" if last == missing[0] else f"entries {missing[0]} to {last} are"
    return Break(number, REMOVED, f"{span} missing before entry {seq}")


def _cut(end: int, entries: tuple[Entry, ...], name: str, anchor: Head) -> list[Break]:
    """What a head from elsewhere tells: the entry it names must be there, as it was."""
    if anchor.seq == 0:
        return []
    named = [entry for entry in entries if entry.seq == anchor.seq]
    if any(entry.sha256 == anchor.sha256 for entry in named):
        return []
    if named:
        return [Break(end, REPLACED, f"entry {anchor.seq} is not the one {name} knows")]
    return [Break(end, REMOVED, f"{name} knows entry {anchor.seq}, which is not there")]
