# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of a host."""

from __future__ import annotations


class HostError(Exception):
    """Something we can explain: ``where: what is wrong; what to do``. Never holds a secret."""

    def __init__(self, where: str, what: str, hint: str) -> None:
        self.where = where
        self.what = what
        self.hint = hint
        super().__init__(f"{where}: {what}; {hint}")
