# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed bundles: the secrets of hosts, for the night on which OpenBao is down.

A bundle is a signed header in clear (hosts, actions, pinned refs, validity, serial) over an age ciphertext of the
values. Who uses one::

    log = BundleLog(Path(log_file))                        # the break-glass log of the controller
    use = Use("worker-1", "repair", operator, reason, needs=tuple(refs(document)))
    policy = Policy.of(topology_break_glass)               # the section as the inventory gives it
    verified = log.verified(path, use, policy, now)        # BundleRefusedError, on record before it is raised
    identity = read_identity(identity_file)                # regular, yours, 0600
    values = log.opened(verified, use, identity)           # pinned ref -> Secret, on record before it returns
    resolution = resolution_of(values, use.needs)          # as ``openbao.resolve`` gives it, so nothing else differs
    ...
    log.used(verified, use)                                # once the host confirmed; not after a drill
    for one in log.warnings(): warn(one)                   # the chain was tampered with: loud, and never in the way
"""

from __future__ import annotations

from .bundle import Bundle
from .bundle_file import read_bundle
from .bundle_log import BundleLog
from .bundle_store import BundleContents, BundleOutline, BundleStore
from .header import ACTIONS, BundleHeader
from .identity import IdentityError, read_identity
from .opening import open_bundle, resolution_of
from .policy import Policy
from .refusal import BundleRefusedError, Refusal
from .sealing import seal
from .seen import NOTHING_SEEN, Seen
from .signing_key import SigningKey, SigningKeyError
from .use import Use
from .verification import VerifiedBundle, verify

__all__ = [
    "ACTIONS",
    "NOTHING_SEEN",
    "Bundle",
    "BundleContents",
    "BundleHeader",
    "BundleLog",
    "BundleOutline",
    "BundleRefusedError",
    "BundleStore",
    "IdentityError",
    "Policy",
    "Refusal",
    "Seen",
    "SigningKey",
    "SigningKeyError",
    "Use",
    "VerifiedBundle",
    "open_bundle",
    "read_bundle",
    "read_identity",
    "resolution_of",
    "seal",
    "verify",
]
