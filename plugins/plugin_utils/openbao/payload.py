# SPDX-License-Identifier: GPL-3.0-or-later
"""Module input that holds secrets: text for the wire, silent when it is printed."""

from __future__ import annotations


class Payload(str):
    """A string whose ``repr`` says nothing: with debugging on, Ansible prints the arguments of every module call."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"
