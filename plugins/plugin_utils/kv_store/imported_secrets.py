# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain-text values become secrets of OpenBao, and refs take their place."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import TypedDict

from ..errors import InfraError
from ..openbao import OpenBao
from ..reconcile import FileDiff, State
from .current_secret import current_values
from .given_secret import Extent, GivenSecret, GivenSecrets
from .retry import reconcile_again_on_conflict
from .secret_path import SecretPath
from .values_file import Values


class ImportedRow(TypedDict):
    """One secret of the file: its version, and whether every value was read back as it stands in the file."""

    secret: str
    version: int
    keys: list[str]
    is_verified: bool


class UnverifiedSecretError(InfraError):
    """What was read back is not what was written."""


@dataclass(frozen=True, slots=True)
class Import:
    """Everything that was imported."""

    rows: tuple[ImportedRow, ...]
    diff: tuple[FileDiff, ...]

    @property
    def is_verified(self) -> bool:
        """Whether OpenBao holds all that the file holds, so that the file can go."""
        return all(row["is_verified"] for row in self.rows)


def import_values(openbao: OpenBao, mount: str, values: Values, *, check: bool) -> Import:
    """Write what differs, keep other keys, read everything back. Raises UnverifiedSecretError, PlaceError, ServerError.

    Secrets are written one by one; after a failure the same file is imported again, and only the rest is written.
    """
    rows: list[ImportedRow] = []
    diff: list[FileDiff] = []
    for path in sorted(values):
        desired = GivenSecret(SecretPath(mount, path), values[path], Extent.PART)
        store = GivenSecrets(openbao)
        done = reconcile_again_on_conflict(store, desired, State.PRESENT, check=check)
        diff += done["diff"]
        rows.append(_row(openbao, desired, store, is_written=not (check and done["changed"])))
    return Import(tuple(rows), tuple(diff))


def refs_text(mount: str, values: Values) -> str:
    """The file again, as YAML, with a ref instead of each value."""
    lines: list[str] = []
    for path in sorted(values):
        lines.append(f"{json.dumps(path)}:")
        where = SecretPath(mount, path)
        lines += [f"  {json.dumps(key)}: {json.dumps(where.ref(key))}" for key in sorted(values[path])]
    return "\n".join([*lines, ""])


def _row(openbao: OpenBao, desired: GivenSecret, store: GivenSecrets, *, is_written: bool) -> ImportedRow:
    if is_written:
        verify(openbao, desired)
    return ImportedRow(
        secret=str(desired.where),
        version=store.outline.version if store.outline else 0,
        keys=sorted(desired.values),
        is_verified=is_written,
    )


def verify(openbao: OpenBao, desired: GivenSecret) -> None:
    """Read ``desired`` back and compare it, byte for byte. Raises UnverifiedSecretError, which names keys only."""
    current = current_values(openbao, desired.where)
    wrong = []
    for key, value in desired.values.items():
        found = current.value(key)
        if found is None or not hmac.compare_digest(found.reveal().encode(), value.reveal().encode()):
            wrong.append(desired.where.ref(key))
    if wrong:
        raise UnverifiedSecretError("\n".join(f"{ref}: reads back differently; run again" for ref in sorted(wrong)))
