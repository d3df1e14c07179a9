# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies that are spoilt, and pieces of policies in any order."""

from __future__ import annotations

from random import Random

_MARKS = (
    *(
        "{",
        "}",
        "[",
        "]",
        "=",
        ",",
        ":",
        '"',
        "\\",
        "\n",
        "\r",
        " ",
        "#",
        "//",
        "/*",
        "*/",
        "/",
        "<",
        "$",
        "${",
        "+",
        "-",
    ),
    *(".", "{{", "}}", "{}", "[]", "[[]]", "<<EOF\n", "<<-EOF\n", "EOF\n", "  EOF\n", "<<\n", "<<E\r\n", "E\r\n"),
)
_CHARACTERS = ("x", "é", "²", "\0", "\ue123", "\ufeff", "\ufffd")
_ESCAPES = (*("\\x41", "\\u0041", "\\101", "\\400", "\\ud800", "\\U00110000", "\\UFFFFFF41", "\\n", "\\/", "\\'"),)
_LITERALS = (
    *(
        "0",
        "7",
        "08",
        "0x1F",
        "0x",
        "0189",
        "1.5",
        "1.",
        "1e",
        "1e5",
        "1e999",
        ".5",
        ".5e",
        "-1",
        "00",
        "9" * 20,
        "1_0",
    ),
    *("true", "false", "null", '"x"', '["read"]', "PATH", "+*"),
)
_ITEMS = (
    *('path "a" { capabilities = ["read"] }', '"path": {"a": {"capabilities": ["read"]}}', "path =", "policy ="),
    *('capabilities = ["list"]', 'capabilities "x" {}', 'policy = "read"', 'name = "x"', "name =", "comment = 1e"),
    *('"capabilities": ["deny", "x"],', '"policy": "write",', '"name": "x",', "pagination_limit = 08"),
    *(
        "min_wrapping_ttl = 5",
        'min_wrapping_ttl = "2h"',
        'max_wrapping_ttl = "1d"',
        'expiration = "2999-01-01T00:00:00Z"',
    ),
)
FRAGMENTS = (*_MARKS, *_CHARACTERS, *_ESCAPES, *_LITERALS, *_ITEMS)
#: Where most fragments can stand, so that not all that comes out is refused.
_AROUND = (
    *("%s", "{%s}", 'path "a" { %s }', 'path "a" { comment = %s }', 'path "a" { capabilities = ["deny"] %s }'),
    *(
        'path "a%s" {}',
        '{"path": {"a": {%s}}}',
        '{"path": {"a": %s}}',
        '{"path": {"a%s": {}}}',
        'name = %s\npath "a" {}',
    ),
    *("name = <<EOF\n%s\nEOF\n", "name = <<-EOF\n %s\n EOF\n", 'path "a" { allowed_parameters = {x = [%s]} }'),
    *('{"path": {"a": {"allowed_parameters": {"x": [%s]}, "comment": 1}}}', 'path "a" { control_group = { %s } }'),
)


def spoilt(random: Random, text: str) -> str:
    """``text`` with one to three pieces taken away, doubled, put in or exchanged."""
    for _ in range(random.randint(1, 3)):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.choice([0, 0, 1, 1, 2, 8]))
        fragment = random.choice(FRAGMENTS)
        text = text[:start] + random.choice(["", text[start:end] * 2, fragment, fragment]) + text[end:]
    return text


def pieces(random: Random) -> str:
    """Few pieces next to each other, often inside something."""
    found = random.choices(FRAGMENTS, k=random.choice([1, 1, 2, 2, 3, 8]))
    return random.choice(_AROUND).replace("%s", random.choice(["", " "]).join(found))
