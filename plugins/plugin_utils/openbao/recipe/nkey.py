# SPDX-License-Identifier: GPL-3.0-or-later
"""An NKey of NATS."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import nkeys

from ..secret import Secret
from .failure import InvalidRecipeError
from .recipe import PairRecipe

#: The role of a key is the first letter of its public half: U, A, O, N.
KINDS: dict[str, int] = {
    "user": nkeys.PREFIX_BYTE_USER,
    "account": nkeys.PREFIX_BYTE_ACCOUNT,
    "operator": nkeys.PREFIX_BYTE_OPERATOR,
    "server": nkeys.PREFIX_BYTE_SERVER,
}
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class NKey(PairRecipe):
    """The seed, ``S…``, and the public key. Source: NATS documentation, "NKeys"."""

    kind: str = "user"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidRecipeError(f"recipe nkey: no such kind; choose one of {', '.join(KINDS)}")

    def pair(self) -> tuple[Secret, Secret]:
        seed: bytes = nkeys.encode_seed(secrets.token_bytes(SEED_BYTES), KINDS[self.kind])
        public: bytes = nkeys.from_seed(bytearray(seed)).public_key
        return Secret(seed.decode()), Secret(public.decode())
