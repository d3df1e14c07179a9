# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schemas of a topology."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from ...errors import InfraError
from ..position import Path
from ..yaml.reader import Data

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MAX_BYTES = 1024 * 1024
_SHARED_FOLDER = "schemas"
_SHARED = f"../{_SHARED_FOLDER}/"


class UnusableSchemaError(InfraError):
    """The file is no JSON Schema we may use; carries what and hint."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what}; {hint}")
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class Misfit:
    """A place of some data that does not satisfy its schema."""

    path: Path
    what: str
    hint: str


@dataclass(frozen=True)
class SchemaFolder:
    """Reads each schema once, from the folder of the topology or the folder ``schemas`` beside it, and nothing else.

    Schemas cannot fetch others.
    """

    folder: FilePath
    _validators: dict[str, Validator] = field(default_factory=dict)

    def misfits(self, name: str, content: Data) -> Iterator[Misfit]:
        """What ``content`` does wrong, by the schema file ``name``. Raises UnusableSchemaError."""
        from referencing.exceptions import Unresolvable  # noqa: PLC0415

        try:
            for error in self._validator(name).iter_errors(content):
                yield Misfit(tuple(error.absolute_path), *_words(str(error.validator), error.validator_value))
        except Unresolvable:
            raise UnusableSchemaError(f"{name} refers to another schema", "put the definitions into one file") from None

    def _validator(self, name: str) -> Validator:
        if name not in self._validators:
            self._validators[name] = _validator(name, _read(self.folder, name))
        return self._validators[name]


def _validator(name: str, schema: Any) -> Validator:
    # Imported late: it takes longer than loading a topology of a hundred hosts, and many have no config files.
    from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415
    from jsonschema.validators import validator_for  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    validator = validator_for(schema, default=Draft202012Validator)
    try:
        validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path) or "its root"
        raise UnusableSchemaError(f"{name} is no valid JSON Schema at {place}", "correct the schema") from None
    return validator(schema, registry=Registry())


def _read(folder: FilePath, name: str) -> Any:
    home, file = _located(folder.resolve(), name)
    try:
        if not file.resolve(strict=True).is_relative_to(home):
            raise UnusableSchemaError(f"{name} is a link that leaves the folder", "put the schema itself there")
        if not file.is_file() or file.stat().st_size > _MAX_BYTES:
            raise UnusableSchemaError(f"{name} is not a file of at most 1 MiB", "name a JSON Schema")
        schema = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableSchemaError(f"{name} cannot be read: {error.strerror}", "put it beside the topology") from None
    except (ValueError, RecursionError):
        raise UnusableSchemaError(f"{name} is not JSON", "correct the schema") from None
    if not isinstance(schema, dict):
        raise UnusableSchemaError(f"{name} does not hold an object", "write a JSON Schema")
    return schema


def _located(folder: FilePath, name: str) -> tuple[FilePath, FilePath]:
    """The folder that the schema may not leave, and its file."""
    if name.startswith(_SHARED):
        home = folder.parent / _SHARED_FOLDER
        return home, home / name.removeprefix(_SHARED)
    return folder, folder / name


def _words(keyword: str, wanted: Any) -> tuple[str, str]:
    """What and hint for a keyword of JSON Schema; built from the schema, never from the content."""
    if keyword == "type":
        return "has the wrong type", f"its schema wants {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
    if keyword == "required":
        return "a key is missing", f"its schema requires {', '.join(wanted)}"
    if keyword == "additionalProperties":
        return "holds a key its schema does not know", "remove it or add it to the schema"
    if keyword in ("enum", "const"):
        return "is not one of the values its schema allows", f"write {json.dumps(wanted)}"
    shown = f" {json.dumps(wanted)}" if isinstance(wanted, str | int | float | bool) else ""
    return "does not satisfy its schema", f"see {keyword}{shown} there"
