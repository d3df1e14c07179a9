# SPDX-License-Identifier: GPL-3.0-or-later
"""What no policy of ours may say, and what is worth knowing about those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from .acl import CAPABILITIES, Stanza, stanzas
from .hcl import Place, UnreadablePolicyError
from .policies import OWN_TOKEN

#: A segment that is the name of the caller's own alias, and nothing else.
_OWN_NAME = re.compile(r"\{\{identity\.entity\.aliases\.[A-Za-z0-9_-]+\.name\}\}")
#: What the server keeps for itself, and what holding it amounts to.
_POWERS = (
    ("sys", "administers the server"),
    ("auth/token", "makes tokens or ends those of others"),
    ("identity", "changes who somebody is"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a policy."""

    place: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.hint}"


def lint_policy(name: str, text: str) -> list[Finding]:
    """Every finding of a policy in HCL or JSON, in the order of its stanzas."""
    try:
        read = stanzas(text)
    except UnreadablePolicyError as error:
        return [Finding(f"policy {name!r} {error.place}", error.what, error.hint)]
    found: list[Finding] = []
    first: dict[str, Place] = {}
    for stanza in read:
        said = (*_repeated(first, stanza), *_path(stanza), *_capabilities(stanza))
        found += [Finding(f"policy {name!r} {stanza.place}", what, hint) for what, hint in said]
    return found


def _repeated(first: dict[str, Place], stanza: Stanza) -> Iterator[tuple[str, str]]:
    """``first`` is where each path was seen first, and grows."""
    if stanza.path in first:
        yield f"the path of {first[stanza.path]} again", "make them one stanza"
    first.setdefault(stanza.path, stanza.place)


def _path(stanza: Stanza) -> Iterator[tuple[str, str]]:
    segments = stanza.path.split("/")
    if "*" in stanza.path:
        yield f"'*' in {stanza.path!r} allows what nobody has named", "write each path"
    if "+" in segments:
        yield f"'+' in {stanza.path!r} stands for any name", "write each path"
    if any("{{" in segment and not _OWN_NAME.fullmatch(segment) for segment in segments):
        yield f"a template in {stanza.path!r} is not the caller's own name", "use {{identity.entity.aliases.….name}}"
    own = dict(OWN_TOKEN).get(stanza.path)
    for root, power in _POWERS:
        is_below = stanza.path == root or stanza.path.startswith(f"{root}/")
        if is_below and stanza.capabilities != (own,):
            yield f"{stanza.path!r} {power}", "leave it to a policy of an administrator"


def _capabilities(stanza: Stanza) -> Iterator[tuple[str, str]]:
    listed = stanza.capabilities
    if not listed:
        yield "no capabilities", "write capabilities = […]"
    if stanza.short_form:
        yield f"policy = {stanza.short_form!r} hides what it allows", f"write capabilities = [{', '.join(listed)}]"
    for number, capability in enumerate(listed):
        if capability not in CAPABILITIES:
            close = get_close_matches(capability, CAPABILITIES, 1)
            yield f"there is no capability {capability[:32]!r}", f"did you mean {close[0]!r}?" if close else _KNOWN
        elif capability in listed[:number]:
            yield f"{capability!r} is listed twice", "keep one of them"
    if "sudo" in listed:
        yield "sudo opens paths that are kept for root", "remove it"


_KNOWN = f"choose of {', '.join(CAPABILITIES)}"
