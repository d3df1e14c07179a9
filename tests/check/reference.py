# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/reference/topology.md, made from the models.

PYTHONPATH=.cache/collections python -m ansible_collections.fractalops.infra.tests.check.reference  writes it anew
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...plugins.plugin_utils.topology.model.kind import KINDS
from ...plugins.plugin_utils.topology.schema.schema import json_schema
from ...plugins.plugin_utils.topology.schema.schema_examples import EXAMPLES

Schema = dict[str, Any]
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "topology.md"
HEAD = """\
# Topology reference

Every key a topology may hold. Made from the models by `tests/check/reference.py`; the same stands in the JSON Schema
that editors use. [Write your first topology](../write-a-topology.md) shows how the parts play together.

A key that is not here is an error.
"""
COLUMNS = "| Key | Value | When it is not written | Meaning |\n| --- | --- | --- | --- |\n"
FREE = {"JsonValue"}
#: What Markdown would take for a link or for HTML.
LITERAL = re.compile(r"\S*(?:://|<)\S*[^\s,;:]")


def reference() -> str:
    """The whole document."""
    schema = json_schema()
    parts = [HEAD, "## The topology itself\n", table(schema, "Topology"), "## Parts\n"]
    for name in names(schema):
        definition = schema["$defs"][name]
        parts.append(f"### {name}\n\n{_words(definition.get('description', ''))}\n")
        parts.append(table(definition, name))
    parts.append("## Kinds of text\n\n| Kind | How to write it |\n| --- | --- |\n" + "\n".join(kinds(schema)))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def names(schema: Schema) -> list[str]:
    """Definitions in the order in which a reader meets them."""
    found: list[str] = []
    waiting = list(_references(schema["properties"]))
    while waiting:
        name = waiting.pop(0)
        if name not in found and name not in FREE:
            found.append(name)
            waiting += _references(schema["$defs"][name].get("properties", {}))
    return found


def table(definition: Schema, model: str) -> str:
    """The keys of one part; nothing when it has none."""
    required = definition.get("required", ())
    rows = [
        f"| `{key}` | {value(field)} | {_default(field, is_required=key in required)} | {_meaning(field, model, key)} |"
        for key, field in definition.get("properties", {}).items()
    ]
    return COLUMNS + "\n".join(rows) + "\n" if rows else "It has no keys.\n"


def value(field: Schema) -> str:
    """What may stand there, in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return "any JSON" if name in FREE else f"[{name}](#{name.lower()})"
    choices = [choice for key in ("oneOf", "anyOf") for choice in field.get(key, ()) if choice.get("type") != "null"]
    if choices:
        return " or ".join(dict.fromkeys(map(value, choices)))
    if "const" in field or "enum" in field:
        return " or ".join(f"`{_json(one)}`" for one in field.get("enum", [field.get("const")]))
    in_words = _OF_TYPE.get(field.get("type", ""))
    return in_words(field) if in_words else "any JSON"


def kinds(schema: Schema) -> Iterator[str]:
    """Each kind of text that is used, with how to write it, by name."""
    used = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(schema)))
    used |= {json.dumps(key) for part in _mappings(schema) for key in part}
    for kind in sorted((KINDS[json.loads(pattern)] for pattern in used), key=lambda one: one.name):
        yield f"| {kind.name} | {_cell(LITERAL.sub(_quoted, kind.hint))} |"


def _quoted(found: re.Match[str]) -> str:
    return f"`{found[0]}`"


def _text(field: Schema) -> str:
    kind = KINDS.get(field.get("pattern", ""))
    length = f", at most {field['maxLength']} characters" if "maxLength" in field else ""
    return (kind.name if kind else "text") + length


def _number(field: Schema) -> str:
    low, high = field.get("minimum"), field.get("maximum")
    limits = f", {low} to {high}" if low is not None and high is not None else ""
    return ("whole number" if field["type"] == "integer" else "number") + limits


def _list(field: Schema) -> str:
    return f"list of {value(field.get('items', {}))}{_at_least(field, 'minItems')}"


def _mapping(field: Schema) -> str:
    for pattern, inside in field.get("patternProperties", {}).items():
        return f"mapping of {KINDS[pattern].name} to {value(inside)}{_at_least(field, 'minProperties')}"
    inside = field.get("additionalProperties")
    return f"mapping of text to {value(inside) if isinstance(inside, dict) else 'any JSON'}"


_OF_TYPE: dict[str, Callable[[Schema], str]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda _field: "`true` or `false`",
    "array": _list,
    "object": _mapping,
}


def _at_least(field: Schema, keyword: str) -> str:
    return f", at least {field[keyword]}" if keyword in field else ""


def _default(field: Schema, *, is_required: bool) -> str:
    if is_required:
        return "**required**"
    return "absent" if field.get("default") is None else f"`{_json(_set(field['default']))}`"


def _set(default: Any) -> Any:
    """A default without the keys that are absent in it."""
    if isinstance(default, dict):
        return {key: _set(inside) for key, inside in default.items() if inside is not None}
    return default


def _meaning(field: Schema, model: str, key: str) -> str:
    examples = [f"`{_json(one)}`" for one in EXAMPLES.get((model, key), ())]
    such_as = f" Such as {_cell(' or '.join(examples))}." if examples else ""
    return _words(field.get("description", "")) + such_as


def _json(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)


def _words(description: str) -> str:
    return _cell(" ".join(description.replace("``", "`").split()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        schema = list(schema.values())
    if isinstance(schema, list):
        for inside in schema:
            yield from _references(inside)


def _mappings(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict):
        if isinstance(schema.get("patternProperties"), dict):
            yield schema["patternProperties"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for inside in schema:
            yield from _mappings(inside)


def main() -> int:
    """Write the document."""
    DOCUMENT.write_text(reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
