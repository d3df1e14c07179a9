# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholders in commands and environments: a word in braces. All other braces are text for the program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

#: Taken for a placeholder is neither a template of Go or Jinja nor what a shell, curl or tmux fills in.
_BRACED = re.compile(r"\{\{.*?\}\}|[$%#]\{[^{}]*\}|\{([a-z][a-z0-9_]*)\}")


def placeholders(text: str) -> Iterator[str]:
    """The name of each placeholder in ``text``, known or not."""
    return (found[1] for found in _BRACED.finditer(text) if found[1])


def filled(text: str, meaning: Callable[[str], str]) -> str:
    """``text`` with the ``meaning`` of each placeholder by name, and everything else as it was."""
    return _BRACED.sub(lambda found: meaning(found[1]) if found[1] else found[0], text)
