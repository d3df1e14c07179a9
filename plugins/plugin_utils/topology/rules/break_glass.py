# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about sealed bundles."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.bech32 import is_bech32
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .references import secret_refs
from .repeated import repeated_items


def bundle_recipients_are_listed_once(topology: Topology) -> Iterator[Violation]:
    """Two recipients are two: the same twice would be the loss of every bundle with one identity."""
    recipients = topology.break_glass.recipients if topology.break_glass else ()
    yield from repeated_items(("break_glass", "recipients"), recipients)


def bundle_recipients_are_spelt_right(topology: Topology) -> Iterator[Violation]:
    """A recipient carries a checksum; with one letter wrong nobody could open what is sealed to it."""
    recipients = topology.break_glass.recipients if topology.break_glass else ()
    for number, recipient in enumerate(recipients):
        if not is_bech32(recipient):
            path: Path = ("break_glass", "recipients", number)
            yield Violation(path, "its checksum is wrong", "copy it again from what age-keygen printed")


def the_signing_key_is_for_bundles_alone(topology: Topology) -> Iterator[Violation]:
    """Nothing else reads the secret of the signing key: with it one can make bundles that hosts are repaired from."""
    if topology.break_glass is None:
        return
    own: Path = ("break_glass", "signing_key")
    place = topology.break_glass.signing_key.partition("#")[0]
    for path, ref in secret_refs(topology):
        if path != own and ref.partition("#")[0] == place:
            yield Violation(path, "this secret holds the key that signs bundles", "use a secret of its own", first=own)
