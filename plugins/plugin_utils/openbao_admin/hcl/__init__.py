# SPDX-License-Identifier: GPL-3.0-or-later
"""HCL as OpenBao reads it: version 1 of the language, and its JSON form, as one tree.

python-hcl2 reads version 2, another language. Of 297 generated policies that OpenBao 2.7.2 takes, its 8.1.4 refuses 244
(JSON, commas between stanzas, attribute names in quotes); of others it keeps the escapes, and of two ``capabilities``
only the last. So the reader is ours; ``tests/integration/openbao/test_policy_syntax.py`` compares it with a server.
"""

from __future__ import annotations

from . import json_parser, parser
from .block import Block, Group, Item, Listing, Node
from .place import Place
from .token import Token
from .unreadable import UnreadablePolicyError

__all__ = ["Block", "Group", "Item", "Listing", "Node", "Place", "Token", "UnreadablePolicyError", "parse"]

#: What Go takes for white space around a text.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def parse(text: str) -> tuple[Item, ...]:
    """The items of a policy. A text whose first character is ``{`` is JSON. Raises UnreadablePolicyError."""
    is_json = text.lstrip(_SPACE).startswith("{")
    return json_parser.parse(text) if is_json else parser.parse(text)
