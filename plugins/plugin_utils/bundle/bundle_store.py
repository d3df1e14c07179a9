# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a bundle is kept: one file, replaced as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...module_utils.host.store.durable import write_file
from ..errors import InfraError
from ..openbao.secret import Secret
from ..reconcile import Plan, State
from ..text import time_text
from .bundle import Bundle
from .bundle_file import read_bundle
from .bundle_log import BundleLog
from .header import FORMAT, BundleHeader
from .policy import Policy
from .refusal import BundleRefusedError
from .sealing import seal
from .signing_key import SigningKey
from .use import check_said
from .verification import check_origin


@dataclass(frozen=True, slots=True)
class BundleContents:
    """What a bundle should be. Raises InfraError when nobody says who makes it and why."""

    hosts: tuple[str, ...]
    actions: tuple[str, ...]
    values: Mapping[str, Secret] = field(repr=False)
    """Pinned ref → value."""
    operator: str
    reason: str
    policy: Policy
    key: SigningKey

    def __post_init__(self) -> None:
        check_said(operator=self.operator, reason=self.reason)


@dataclass(frozen=True, slots=True)
class BundleOutline:
    """A bundle as a plan shows it; ``contents`` are there when it is still to be made."""

    header: BundleHeader
    contents: BundleContents | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        header = self.header
        lines = [f"serial: {header.serial}", f"created: {header.created}", f"expires: {header.expires}"]
        for name in ("hosts", "actions", "refs", "recipients"):
            lines += [f"{name}:", *(f"  - {value}" for value in getattr(header, name))]
        return "\n".join(lines) + "\n"


class BundleStore:
    """Keeps one bundle at ``path``. Makes a new one when it says something else, was used, or ends soon.

    Afterwards ``outline`` says what it is or will be.
    """

    def __init__(self, path: Path, log: BundleLog, now: dt.datetime, renew_days: int) -> None:
        self._path, self._log, self._now, self._renew = path, log, now, dt.timedelta(days=renew_days)
        self.outline: BundleOutline | None = None

    def plan(self, desired: BundleContents, state: State) -> Plan[BundleOutline]:
        """Raises InfraError when the file there is foreign, or newer than what would be made."""
        current = self._current()
        before = {str(self._path): BundleOutline(current.header)} if current else {}
        if current is None or not self._is_in_order(current, desired):
            wanted = BundleOutline(self._header(desired), desired)
            self._refuse_older(current, wanted.header, desired.policy)
        else:
            wanted = before[str(self._path)]
        self.outline = wanted if state is State.PRESENT else None
        return Plan.between(str(self._path), before, {str(self._path): wanted} if self.outline else {})

    def apply(self, plan: Plan[BundleOutline]) -> None:
        """On record first, then written: a line about a bundle that was not written does no harm."""
        for change in plan.changes:
            if change.after is None or change.after.contents is None:
                raise InfraError(f"{change.name}: bundles are not removed by a plan; delete the file")
            contents = change.after.contents
            bundle = replace(seal(change.after.header, contents.values, contents.key), name=change.name)
            self._log.made(bundle)
            _write(self._path, bundle.content())

    def facts(self) -> dict[str, Any]:
        """Of the bundle that was planned: everything about it but signature and ciphertext."""
        if self.outline is None:
            return {}
        facts = self.outline.header.facts()
        return {name: value for name, value in facts.items() if name not in ("ciphertext_sha256", "signer")}

    def _current(self) -> Bundle | None:
        if not self._path.exists() and not self._path.is_symlink():
            return None
        try:
            return read_bundle(str(self._path))
        except BundleRefusedError as refused:
            raise InfraError(f"{refused}; what is there is not overwritten, so move it or name another path") from None

    def _is_in_order(self, current: Bundle, desired: BundleContents) -> bool:
        header, policy = current.header, desired.policy
        return (
            (header.hosts, header.actions) == (desired.hosts, desired.actions)
            and header.refs == tuple(sorted(desired.values))
            and header.recipients == tuple(sorted(policy.recipients))
            and header.created_at <= self._now < header.expires_at - self._renew
            and header.expires_at - header.created_at <= dt.timedelta(days=policy.valid_days)
            and _is_ours(current, policy)
            and not self._log.is_used(header.serial, header.hosts)
        )

    def _header(self, desired: BundleContents) -> BundleHeader:
        return BundleHeader(
            format=FORMAT,
            serial=self._serial(),
            created=time_text(self._now),
            expires=time_text(self._now + dt.timedelta(days=desired.policy.valid_days)),
            hosts=desired.hosts,
            actions=desired.actions,
            refs=tuple(sorted(desired.values)),
            recipients=tuple(sorted(desired.policy.recipients)),
            operator=desired.operator,
            reason=desired.reason,
            ciphertext_sha256="",
            signer="",
        )

    def _serial(self) -> int:
        """Seconds since 1970, so that it goes up even where no chain remembers the last one; and always above that."""
        return max(int(self._now.timestamp()), self._log.last_made() + 1)

    def _refuse_older(self, current: Bundle | None, wanted: BundleHeader, policy: Policy) -> None:
        if current is None or not _is_ours(current, policy) or self._now >= current.header.expires_at:
            return
        if current.header.serial >= wanted.serial:
            raise InfraError(
                f"{self._path}: holds serial {current.header.serial}, good until {current.header.expires}, and the new"
                f" one would be {wanted.serial}; set the clock of this machine, or name another path"
            )


def _is_ours(bundle: Bundle, policy: Policy) -> bool:
    try:
        check_origin(bundle, policy.signer)
    except BundleRefusedError:
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    try:
        write_file(path, content, 0o600)
    except OSError as error:
        raise InfraError(f"{path}: {error.strerror}; name a file in a folder you can write to") from None
