# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands where a secret would, and is none: variables, templates, refs, paths, masks, examples."""

from __future__ import annotations

import re

#: A variable, template, command, ref, path or option; compared with the start of a value.
_START = re.compile(
    rb"\$|%[({]|%[A-Za-z](?:/|\Z)|\{\{|\{%|`|<[A-Za-z]|/|\./|~/|@[./A-Za-z]|&[A-Za-z]|\*{3}|\.{3}"
    rb"|bao:|vault:|file:|env:|https?:|unix:|secretref"
)
#: Words of examples, whole.
_EXAMPLE = re.compile(
    rb"(?i:change[-_ ]?me.*|example.*|your[-_ ].*|my[-_]?(?:password|secret|token|key).*|(?:the|some)[-_ ].*"
    rb"|(?:user|pass|passwd|password|secret|token|key|none|null|nil|true|false|yes|no|on|off|auto|default|disabled|"
    rb"enabled|required|optional|redacted|hidden|masked|placeholder|string|empty|undefined|todo|tbd|test|dummy|unset)"
    rb"|x+|\*+|\.+|-+|_+|\d{1,7})"
)
_TEMPLATE = re.compile(rb"\$\{|\$\(|\{\{|\}\}|<[a-z_ -]+>|\[[a-z_ -]+\]|%\([a-z_]+\)s|:/(?!/)")


def is_placeholder(value: bytes) -> bool:
    """``value`` only stands for a secret."""
    return (
        len(set(value)) < 2
        or _START.match(value) is not None
        or _EXAMPLE.fullmatch(value) is not None
        or _TEMPLATE.search(value) is not None
    )
