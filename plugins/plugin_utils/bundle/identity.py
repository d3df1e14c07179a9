# SPDX-License-Identifier: GPL-3.0-or-later
"""The age identity of an operator, from a file only they can read."""

from __future__ import annotations

from ..errors import InfraError
from ..openbao.auth.credentials_file import read_credentials
from ..openbao.failure import CredentialsFileError
from ..openbao.secret import Secret

_START = "AGE-SECRET-KEY-1"


class IdentityError(InfraError):
    """The identity file cannot be used. Never holds its content."""


def read_identity(path: str) -> Secret:
    """The one identity in ``path``, in the form of ``age-keygen``: lines that start with # do not count.

    The file must be regular, of the current user, mode 0600, without a second link. Raises IdentityError.
    """
    try:
        text = read_credentials(path)
    except CredentialsFileError as error:
        raise IdentityError(str(error).replace("the credentials file", "the identity file")) from None
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1 or not lines[0].startswith(_START):
        raise IdentityError(f"{path}: not one age identity; write the one line {_START}… that age-keygen made")
    return Secret(lines[0])
