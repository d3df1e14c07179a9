# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a host did not let us work as root, by what sudo and its neighbours print: the cause, and the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WayInFailure:
    """``signs`` is found in the words of the host or of Ansible; ``{user}`` in the rest is who logs in."""

    signs: str
    cause: str
    way_out: str


#: In this order: the more special first. Sources: sudoers(5), and messages of sudo 1.9, doas 6.8, su and Ansible 2.19.
FAILURES = (
    WayInFailure(
        r"must have a tty to run sudo|no tty present|a terminal is required to (authenticate|read the password)",
        "sudo on the host wants a terminal, which a play with pipelining has not",
        "allow it, by visudo on the host: Defaults:{user} !requiretty",
    ),
    WayInFailure(
        r"Missing \S+ password|[Aa] password is required",
        "{user} needs a password to become root, and the play has none",
        "add --ask-become-pass, or allow it without, by visudo on the host: {user} ALL=(ALL) NOPASSWD: ALL",
    ),
    WayInFailure(
        r"Incorrect \S+ password|incorrect password attempt|Sorry, try again",
        "the password of {user} to become root is not the right one",
        "look at ansible_become_password, or add --ask-become-pass",
    ),
    WayInFailure(
        r"is not in the sudoers file|not allowed to (run|execute)|may not run sudo|[Oo]peration not permitted: doas",
        "{user} may not become root on the host",
        "allow it, by visudo on the host: {user} ALL=(ALL) NOPASSWD: ALL",
    ),
    WayInFailure(
        r"no new privileges",
        "the session of {user} may gain no privileges (NoNewPrivileges), so sudo does not work in it",
        "look at what starts the session: systemctl show ssh -p NoNewPrivileges",
    ),
    WayInFailure(
        r"(sudo|doas|su): (command )?not found|exec: sudo",
        "sudo is not on the host",
        "install it, or log in as root",
    ),
    WayInFailure(
        r"[Tt]im(ed out|eout).* waiting for (privilege escalation prompt|become success)",
        "becoming root on the host gets no answer",
        "look at sudo there, and at what it asks, such as LDAP or DNS",
    ),
    WayInFailure(
        r"interpreter .* was not found|python\S*: (command )?(not found|No such file)",
        "the host has no Python where Ansible looks for it",
        "install python3, or set ansible_python_interpreter",
    ),
)


def words_in_place_of_an_answer(result: Mapping[str, Any]) -> str | None:
    """What came from the host when it was no answer of a module, as Ansible tells it; None when it was one."""
    if not result.get("failed") or "module_stderr" not in result:
        return None
    said = [str(result.get(name) or "").strip() for name in ("module_stderr", "module_stdout", "msg")]
    return "\n".join(filter(None, said)) or "it printed nothing"


def way_in_failure(said: str, user: str | None) -> str | None:
    """``cause; way out`` for what a host or Ansible ``said``; None when it is about something else."""
    who = user or "USER"
    for failure in FAILURES:
        if re.search(failure.signs, said):
            return f"{failure.cause}; {failure.way_out}".format(user=who)
    return None
