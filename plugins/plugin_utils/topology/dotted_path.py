# SPDX-License-Identifier: GPL-3.0-or-later
"""From the path a person types to the path of a value; the other way is ``violation.dotted``."""

from __future__ import annotations

import re

from ..errors import InfraError
from .position import Path

_STEP = re.compile(r'(?:^|\.)(?P<key>[^.\[\]"]+)|\[(?P<index>[0-9]{1,9})\]|\["(?P<quoted>[^"]+)"\]')


class MalformedPathError(InfraError):
    """The text is not a path of a topology."""


def parsed_path(text: str) -> Path:
    """``runtime_assets.web-1.services.api.exec[0]`` as steps; other keys stand in brackets: ``secrets["tls.key"]``.

    Raises MalformedPathError.
    """
    steps: list[str | int] = []
    end = 0
    while end < len(text) and (found := _STEP.match(text, end)):
        end = found.end()
        steps.append(int(found["index"]) if found["index"] else found["key"] or found["quoted"])
    if not steps or end < len(text):
        hint = 'write keys with dots, list numbers and other keys in brackets: web-1.exec[0], directories["/srv/api"]'
        raise MalformedPathError(f"PATH: is not a path of a topology; {hint}")
    return tuple(steps)
