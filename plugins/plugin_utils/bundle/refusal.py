# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a bundle is refused: one reason, one word."""

from __future__ import annotations

from enum import Enum

from ..errors import InfraError


class Refusal(Enum):
    """Every reason there is; the value stands in results and in the break-glass log."""

    NOT_A_BUNDLE = "not-a-bundle"
    UNSIGNED = "unsigned"
    OTHER_SIGNER = "other-signer"
    WRONG_SIGNATURE = "wrong-signature"
    """The header is not the one that was signed."""
    OTHER_CIPHERTEXT = "other-ciphertext"
    """The ciphertext is not the one the signed header speaks of."""
    TOO_FEW_RECIPIENTS = "too-few-recipients"
    VALID_TOO_LONG = "valid-too-long"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    WRONG_HOST = "wrong-host"
    WRONG_ACTION = "wrong-action"
    REPLAYED = "replayed"
    LACKS_REF = "lacks-ref"
    WRONG_IDENTITY = "wrong-identity"
    OTHER_CONTENTS = "other-contents"
    """What it holds is not what its signed header lists."""


class BundleRefusedError(InfraError):
    """A bundle that must not be used; ``refusal`` says why in one word. Never holds a value of the bundle."""

    def __init__(self, refusal: Refusal, where: str, what: str, hint: str) -> None:
        self.refusal = refusal
        super().__init__(f"{where}: {what}; {hint}")
