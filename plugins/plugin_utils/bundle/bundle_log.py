# SPDX-License-Identifier: GPL-3.0-or-later
"""The break-glass log of the controller, as far as it is about bundles."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from ..openbao.secret import Secret
from .bundle import Bundle
from .bundle_file import read_bundle
from .log import Log
from .opening import open_bundle
from .policy import Policy
from .refusal import BundleRefusedError
from .seen import MADE, NOTHING_SEEN, OPENED, REFUSED, USED, Seen
from .use import Use
from .verification import VerifiedBundle, verify


class BundleLog:
    """Every look into a bundle is a line here, refusals too, written before anything comes of it.

    All of it raises InfraError when the chain cannot be written: a bundle is not opened unseen.
    """

    def __init__(self, path: Path) -> None:
        self._log = Log(path)

    def verified(
        self, path: str, use: Use, policy: Policy, now: dt.datetime, also_seen: Seen = NOTHING_SEEN
    ) -> VerifiedBundle:
        """The bundle in the file ``path``, fit for ``use``. ``also_seen`` is what the host's own chain tells.

        Raises BundleRefusedError.
        """
        try:
            return verify(read_bundle(path), policy, use, now, self.seen(use.host) | also_seen)
        except BundleRefusedError as refused:
            self._refused(refused, use)
            raise

    def opened(self, verified: VerifiedBundle, use: Use, identity: Secret) -> dict[str, Secret]:
        """Pinned ref → value, once that is on record. Raises BundleRefusedError."""
        try:
            values = open_bundle(verified, identity)
        except BundleRefusedError as refused:
            self._refused(refused, use)
            raise
        self._log.append(OPENED, {**_facts(verified.bundle), **_use(use)})
        return values

    def used(self, verified: VerifiedBundle, use: Use) -> None:
        """The host was repaired with it, so it is never good for that host again."""
        self._log.append(USED, {**_facts(verified.bundle), **_use(use)})

    def made(self, bundle: Bundle) -> None:
        """It is about to be written."""
        header = bundle.header
        about = {"hosts": list(header.hosts), "expires": header.expires}
        self._log.append(MADE, {**_facts(bundle), **about, "operator": header.operator, "reason": header.reason})

    def seen(self, host: str) -> Seen:
        """What the chain tells about a host; also of a broken chain, every line that can be read."""
        return Seen.of(self._log.records(), host)

    def is_used(self, serial: int, hosts: tuple[str, ...]) -> bool:
        """Whether one of ``hosts`` was repaired with this bundle."""
        records = self._log.records()
        return any(serial in Seen.of(records, host).used_serials for host in hosts)

    def last_made(self) -> int:
        """The highest serial made here; 0 when none was."""
        serials = [record.get("serial") for record in self._log.records() if record.get("event") == MADE]
        return max((serial for serial in serials if isinstance(serial, int)), default=0)

    def told(self) -> dict[str, Any]:
        """For a result: where the chain ends now, and what is wrong with it."""
        log = self._log
        head = None if log.head is None else str(log.head)
        return {"file": str(log.path), "head": head, "breaks": [str(one) for one in log.breaks]}

    def warnings(self) -> list[str]:
        """A warning; the work went on."""
        hint = "keep the file as it is, and find out who changed it"
        return [f"break-glass log {self._log.path}: {one}; {hint}" for one in self._log.breaks]

    def _refused(self, refused: BundleRefusedError, use: Use) -> None:
        self._log.append(REFUSED, {"refusal": refused.refusal.value, "why": str(refused), **_use(use)})


def _facts(bundle: Bundle) -> dict[str, Any]:
    return {"bundle": bundle.name, "serial": bundle.header.serial, "ciphertext_sha256": bundle.header.ciphertext_sha256}


def _use(use: Use) -> dict[str, Any]:
    return {"host": use.host, "action": use.action, "operator": use.operator, "reason": use.reason}
