# SPDX-License-Identifier: GPL-3.0-or-later
"""What a policy says, drawn at random: sound stanzas, and some of a wrong type or out of range."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

CAPABILITIES = ("create", "delete", "deny", "list", "patch", "read", "scan", "sudo", "update")
#: Paths with each character that has a meaning somewhere.
PATHS = (
    *("a", "path", "kv/data/a", "kv/data/a/b", "kv/metadata/a", "kv/ä", "kv/😀", "a.b-c_d", "x y", "sys/mounts"),
    *('kv/quo"te', "kv/back\\slash", "kv/tab\tbed", "kv/two\nlines", "kv/$1", "kv/{1}", "auth/token/revoke-self"),
)
PATTERNS = (
    *("kv/data/*", "kv/+/a", "kv/+/a*", "+", "*", "/kv/slash", "//kv/slash"),
    "kv/{{identity.entity.aliases.m.name}}",
)
_NO_CAPABILITIES = ("Read", "", "write", 5, ["read"], True)
_DURATIONS = (
    *("", "x", "1", "-5", "1.5h", ".5s", "1h1", "1d2h", "2h 1m", "9" * 19, "1us", "+3s", "1.5d"),
    *(True, 1.5, [], {}),
)
_MOMENTS = (
    *("", "2999-01-01", "2999-02-30T00:00:00Z", "2999-01-01T0:00:00,5+24:60", "2999-01-01T00:00:60Z"),
    32503680000,
)
_NUMBERS = (-1, "0x_1F", "010", "08", "1_0", "_1", "", 1.5, True, "x", [1])
_VALUES = (
    *([], {}, "x", 1, True, 1.5, [1, "x", True, [1], {"a": 1}]),
    *({"a": [{"b": 1, "c": [{}]}]}, {"a": "x"}, {"a": {}}),
)
_GROUP = {
    "factor": {"x": {"controlled_capabilities": ["read"], "identity": {"group_names": ["g"], "approvals": 1}}},
}
_SOUND = (
    ("comment", ("one\ntwo\n", "# not a comment", "", "x")),
    ("policy", ("read", "write", "sudo", "deny")),
    ("allowed_parameters", ({"a": ["one\n", 1, True], "*": []},)),
    ("denied_parameters", ({"a": [], "b": ["x"]},)),
    ("required_parameters", (["a", "b"],)),
    ("mfa_methods", ([],)),
    ("pagination_limit", (0, 5, "7")),
    ("min_wrapping_ttl", (1, "1s")),
    ("max_wrapping_ttl", (3600, "1h30m", "7d")),
    ("expiration", ("2999-12-31T23:59:59Z", "32503680000")),
)
#: Including what only one of the two languages can say.
_UNSOUND = (
    ("min_wrapping_ttl", _DURATIONS),
    ("max_wrapping_ttl", _DURATIONS),
    ("expiration", _MOMENTS),
    ("pagination_limit", _NUMBERS),
    ("policy", ("", "Read", "x", 5, True, [])),
    ("control_group", (_GROUP, {}, {"ttl": 5, **_GROUP}, {"ttl": "x", **_GROUP}, {"x": 1}, 5)),
    ("list_scan_response_keys_filter_path", ("{{ .path }}{{ .key }}", "{{ .path }}", "x", "{{", "")),
    *((name, _VALUES) for name in ("comment", "capabilities", "mfa_methods", "Capabilities", "path", "x")),
    *((f"{name}_parameters", _VALUES) for name in ("allowed", "denied", "required")),
)


@dataclass
class Entry:
    """A stanza: its path, and attributes in order; one name may come twice."""

    path: str
    attributes: list[tuple[str, Any]] = field(default_factory=list)


def entries(random: Random, *, is_sound: bool = False) -> list[Entry]:
    """One to four stanzas; a sound one holds what HCL and JSON say alike."""
    return [_entry(random, is_sound=is_sound) for _ in range(random.randint(1, 4))]


def _entry(random: Random, *, is_sound: bool) -> Entry:
    listed: list[Any] = random.choices(CAPABILITIES, k=random.randint(0, 3))
    if not is_sound and random.random() < 0.1:
        listed.insert(random.randint(0, len(listed)), random.choice(_NO_CAPABILITIES))
    attributes = [("capabilities", listed)] if is_sound or random.random() < 0.7 else []
    attributes += [_attribute(random, is_sound=is_sound) for _ in range(random.choice([0, 0, 1, 2]))]
    random.shuffle(attributes)
    return Entry(random.choice(PATHS if random.random() < 0.7 else PATTERNS), attributes)


def _attribute(random: Random, *, is_sound: bool) -> tuple[str, Any]:
    name, values = random.choice(_SOUND if is_sound or random.random() < 0.7 else _UNSOUND)
    return name, random.choice(values)
