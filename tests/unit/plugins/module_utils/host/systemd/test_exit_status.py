# SPDX-License-Identifier: GPL-3.0-or-later
"""Statuses of systemd in words, and which units have them."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import exit_status

from ..fake_systemd import DOWN, UP, FakeSystemd

#: As ``systemd-analyze exit-status`` of systemd 252 prints them; the manual has another number for BPF.
NAMES = """\
200 CHDIR, 201 NICE, 202 FDS, 203 EXEC, 204 MEMORY, 205 LIMITS, 206 OOM_ADJUST, 207 SIGNAL_MASK, 208 STDIN,
209 STDOUT, 210 CHROOT, 211 IOPRIO, 212 TIMERSLACK, 213 SECUREBITS, 214 SETSCHEDULER, 215 CPUAFFINITY,
216 GROUP, 217 USER, 218 CAPABILITIES, 219 CGROUP, 220 SETSID, 221 CONFIRM, 222 STDERR, 224 PAM, 225 NETWORK,
226 NAMESPACE, 227 NO_NEW_PRIVILEGES, 228 SECCOMP, 229 SELINUX_CONTEXT, 230 PERSONALITY, 231 APPARMOR,
232 ADDRESS_FAMILIES, 233 RUNTIME_DIRECTORY, 235 CHOWN, 236 SMACK_PROCESS_LABEL, 237 KEYRING,
238 STATE_DIRECTORY, 239 CACHE_DIRECTORY, 240 LOGS_DIRECTORY, 241 CONFIGURATION_DIRECTORY, 242 NUMA_POLICY,
243 CREDENTIALS, 244 BPF"""


def test_every_status_of_systemd_is_known_by_its_name() -> None:
    known = {status: name for status, (name, _failed, _way_out) in exit_status.STATUSES.items()}
    named = (words.split() for words in NAMES.replace("\n", " ").split(","))
    assert known == {int(status): name for status, name in named}


@pytest.mark.parametrize("status", ["226", 226])
def test_a_status_of_systemd_is_told_with_its_name_and_the_way_out(status: str | int) -> None:
    told = exit_status.told(status)
    assert told.startswith("exit 226/NAMESPACE: systemd could not make a mount, UTS or IPC namespace")
    assert "--features nesting=1" in told and "lxc.seccomp.profile" in told


@pytest.mark.parametrize("status", ["0", "7", "199", "234", "255", ""])
def test_any_other_status_is_that_of_the_program(status: str) -> None:
    assert exit_status.told(status) == f"exit {status}"


def failed(**properties: str) -> dict[str, str]:
    """A unit that is down for a reason."""
    return {**DOWN, "ActiveState": "failed", "Result": "exit-code", "ExecMainStatus": "0", **properties}


def test_units_whose_program_systemd_could_not_start_are_found(fake: FakeSystemd) -> None:
    checked = "{ path=/bin/true ; argv[]=/bin/true ; code=exited ; status=243 }"
    fake.units = {
        "main.service": failed(ExecMainStatus="226"),
        "check.service": failed(ExecStartPre=checked),
        "program.service": failed(ExecMainStatus="7"),
        "up.service": {**UP, "ExecMainStatus": "0", "ExecStartPre": checked},
        "gone.timer": DOWN,
    }
    found = exit_status.refusals(fake.units)
    assert {name: told.partition(":")[0] for name, told in found.items()} == {
        "check.service": "exit 243/CREDENTIALS",
        "main.service": "exit 226/NAMESPACE",
    }
