# SPDX-License-Identifier: GPL-3.0-or-later
"""What a YAML file says, whatever it looks like."""

from __future__ import annotations

from typing import Any

import yaml


def says_the_same(found: bytes, wanted: str) -> bool:
    """Both hold the same documents: comments, layout and the order of keys aside.

    Quotes count, because parsers do not agree on what a plain scalar is: ``0o14`` is a text here and 12 in Go.
    """
    try:
        return _documents(found) == _documents(wanted)
    except (yaml.YAMLError, RecursionError):
        return False


def _documents(text: bytes | str) -> list[Any]:
    # Not libyaml's: its composer ends the process at a deep nesting.
    return [_structure(node) for node in yaml.compose_all(text, Loader=yaml.SafeLoader)]


def _structure(node: yaml.Node) -> tuple[object, ...]:
    if isinstance(node, yaml.ScalarNode):
        return (node.tag, not node.style, node.value)
    if isinstance(node, yaml.SequenceNode):
        return (node.tag, *(_structure(item) for item in node.value))
    pairs = [(_structure(key), _structure(value)) for key, value in node.value]
    return (node.tag, *sorted(pairs, key=repr))
