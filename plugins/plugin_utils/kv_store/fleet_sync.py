# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of the fleet: the config is put and read back, the secrets are only proven to be readable."""

from __future__ import annotations

from dataclasses import dataclass

from ..kv import FleetDocuments
from ..kv.fleet_document import VALUE_KEY
from ..openbao import OpenBao, Secret, resolve
from ..reconcile import Result, State
from .given_secret import GivenSecret, GivenSecrets
from .imported_secrets import verify
from .retry import reconcile_again_on_conflict
from .secret_path import SecretPath


@dataclass(frozen=True, slots=True)
class FleetSync:
    """``is_verified`` is false only where check mode kept the config from being written."""

    result: Result
    config: str
    config_version: int
    is_verified: bool
    secrets: tuple[str, ...]
    """Refs at the version that was read."""


def sync_fleet(openbao: OpenBao, documents: FleetDocuments, config_text: str, *, check: bool) -> FleetSync:
    """Put ``config_text`` as ``{value: <text>}`` and prove that every key of the secrets document can be read.

    The secrets come first: a fleet whose config points at keys that are not there must not get it.
    Raises UnresolvedRefsError with every key that cannot be read, UnverifiedSecretError, PlaceError, ServerError.
    """
    resolution = resolve(openbao, documents.secret_refs)
    where = SecretPath(documents.mount, documents.config_path)
    # Not a secret, and written like one, so that there is one way to write.
    desired = GivenSecret(where, {VALUE_KEY: Secret(config_text)})
    store = GivenSecrets(openbao)
    result = reconcile_again_on_conflict(store, desired, State.PRESENT, check=check)
    is_written = not (check and result["changed"])
    if is_written:
        verify(openbao, desired)
    return FleetSync(
        result=result,
        config=str(where),
        config_version=store.outline.version if store.outline else 0,
        is_verified=is_written,
        secrets=tuple(secret.pinned for secret in resolution.secrets.values()),
    )
