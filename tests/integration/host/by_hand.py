# SPDX-License-Identifier: GPL-3.0-or-later
"""What people, packages and disks do to a real host between two runs of ours: shell for each kind, by a seed.

``$G`` is the folder of the generation that was confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from ansible_collections.fractalops.infra.tests.lab import site

Disturb = Callable[[Random], str]
ETC, RUN = "/etc/systemd/system", "/run/systemd/system"
CONTROL = "/run/systemd/system.control"
API, MAIN, READER = "fractalops-api.service", "agree-main.service", "agree-reader.service"
JOB, REST, TIMER = "agree-job.service", "agree-rest.service", "agree-nightly.timer"
WORKERS = ("agree-worker@a.service", "agree-worker@b.service")
FILES = (API, MAIN, READER, JOB, REST, TIMER, "agree-worker@.service")
SERVICES = (API, MAIN, READER, *WORKERS)
KEPT, MASKED = "foreign-kept.service", "foreign-masked.service"
OURS = "zzzz-fractalops.conf"
RELOAD = "systemctl daemon-reload"
FOREIGN = f"""
for unit in {KEPT} {MASKED}; do
  printf '[Service]\\nExecStart=/bin/sleep 1000000\\n[Install]\\nWantedBy=multi-user.target\\n' >{ETC}/$unit
done
{RELOAD}; systemctl enable --quiet {KEPT} {MASKED}; systemctl start {KEPT} {MASKED}
"""
TRAP = "trap : HUP; while :; do sleep 1000 & wait; done"


def wanted_services() -> dict[str, Any]:
    """A service of each kind."""
    plain: dict[str, Any] = {"exec": ["/bin/sleep", "1000000"], "hardening": "standard"}
    config = {"format": "json", "schema": site.SCHEMA.name}
    return {
        "fractalops-api": site.service(
            "fractalops-api", 8081, {"db-password": "bao://secret/runtime/postgres#password"}
        ),
        "agree-main": plain
        | {"user": "agree-main", "directories": {"/var/lib/agree-main": {}}, "limits": {"open_files": 512, "nice": 3}},
        "agree-reader": {**plain, "user": "agree-reader", "exec": ["/bin/sh", "-c", TRAP]}
        | {"reload": ["/bin/kill", "-HUP", "{main_pid}"], "exec_before": [["/bin/true", "{config}"]]}
        | {"config": {**config, "content": {"name": "reader", "port": 8099, "credentials": []}}},
        "agree-job": {**plain, "user": "agree-job", "exec": ["/bin/true"], "type": "oneshot", "state": "on-demand"},
        "agree-rest": {**plain, "user": "agree-rest", "state": "stopped"},
        "agree-worker": {**plain, "user": "agree-worker", "instances": ["a", "b"]},
    }


def wanted_units() -> dict[str, Any]:
    """A timer, and what is said about units of others."""
    return {
        "timers": {"agree-nightly": {"calendar": ["daily"], "starts": JOB}},
        "drop_ins": {KEPT: {"directives": {"Service": {"TasksMax": "77"}}}},
        "masks": [MASKED],
    }


def _restarted(unit: str) -> str:
    return f"{RELOAD}; systemctl restart {unit}"


def _perhaps(random: Random, *commands: str) -> str:
    """The first of them, and each further one by chance, as far as the one before it."""
    return "; ".join(commands[: random.randint(1, len(commands))])


def _service(random: Random) -> str:
    return random.choice((API, MAIN, READER))


def remove_link(random: Random) -> str:
    """A unit's link goes."""
    unit = random.choice(FILES)
    return _perhaps(random, f"rm -f {ETC}/{unit}", RELOAD, f"systemctl restart {unit.replace('@', '@a')}")


def remove_wanting(random: Random) -> str:
    """A unit no longer starts at boot."""
    return f"rm -f {ETC}/*.wants/{random.choice((*SERVICES, TIMER))}"


def remove_account_lists(random: Random) -> str:
    """The lists for sysusers and tmpfiles, or the masks."""
    folder = random.choice(("sysusers.d/fractalops.conf", "tmpfiles.d/fractalops.conf", "systemd/system-generators/*"))
    return f"rm -f /etc/{folder}"


def move_link(random: Random) -> str:
    """A link leads elsewhere."""
    return _perhaps(random, f"ln -sfn /nowhere {ETC}/{random.choice(FILES)}", RELOAD)


def link_copy(random: Random) -> str:
    """A link leads to a copy that somebody keeps."""
    unit = _service(random)
    copy = f"cp {ETC}/{unit} /root/{unit} && ln -sfn /root/{unit} {ETC}/{unit}"
    return _perhaps(random, copy, _restarted(unit))


def mask(random: Random) -> str:
    """``systemctl mask`` cannot where a file is; people do it by hand."""
    unit = random.choice(FILES)
    return _perhaps(random, f"ln -sfn /dev/null {ETC}/{unit}", RELOAD, f"systemctl stop '{unit.replace('@', '@*')}'")


def mask_until_reboot(random: Random) -> str:
    """In /run, which loses against /etc, and in the folder that wins over it."""
    folder = random.choice((RUN, CONTROL))
    unit = random.choice(FILES)
    link = f"mkdir -p {folder}; ln -sfn /dev/null {folder}/{unit}"
    return _perhaps(random, link, RELOAD, f"systemctl stop '{unit.replace('@', '@*')}'")


def unmask(random: Random) -> str:
    """What we masked."""
    remove = f"rm -f /etc/systemd/system-generators/fractalops; {RELOAD}"
    return _perhaps(random, remove, f"systemctl start {MASKED}")


def sed_link(random: Random) -> str:
    """A file takes the place of a link."""
    unit = random.choice(FILES)
    edit = f"sed -i '1i # by hand\\n[Unit]\\nDescription=by hand' {ETC}/{unit}"
    return _perhaps(random, edit, RELOAD, f"systemctl restart {unit.replace('@', '@a')}")


def sed_dropin(random: Random) -> str:
    """The same with the file that holds limits and hardening."""
    unit = _service(random)
    edit = f"sed -i '$a Nice=7' {ETC}/{unit}.d/{OURS}"
    return _perhaps(random, edit, RELOAD, f"systemctl restart {unit}")


def edit_stored(random: Random) -> str:
    """In the store."""
    unit = random.choice(FILES)
    line = random.choice(("# by hand", "Environment=BY_HAND=1"))
    return _perhaps(random, f"sed -i '$a {line}' $G/units/{unit}", _restarted(unit.replace("@", "@a")))


def edit_config(random: Random) -> str:
    """Bytes of a config file."""
    unit = random.choice((API, READER))
    return _perhaps(random, f"for f in $G/files/{unit}/*; do echo >>$f; done", f"systemctl restart {unit}")


def remove_stored(random: Random) -> str:
    """A file or a folder of the store."""
    place = random.choice((f"units/{random.choice(FILES)}", f"files/{READER}", f"dropins/{MAIN}.d", "sysusers.conf"))
    return f"rm -rf $G/{place}"


def remove_generation(_random: Random) -> str:
    """All of it."""
    return "rm -rf $G"


def remove_other_generations(_random: Random) -> str:
    """Those kept for a rollback."""
    return "for other in /etc/fractalops/generations/*; do [ $other = $G ] || rm -rf $other; done"


def edit_manifest(random: Random) -> str:
    """No JSON, nothing, other JSON, or another topology."""
    kinds = ("echo '{' >$G/manifest.json", "rm $G/manifest.json", ": >$G/manifest.json", "echo '{}' >$G/manifest.json")
    return random.choice((*kinds, "sed -i s/1000000/1000009/ $G/manifest.json"))


def move_pointer(random: Random) -> str:
    """The boot pointer leads nowhere, or is gone."""
    pointer = "/etc/fractalops/confirmed"
    return random.choice((f"rm -f {pointer}", f"ln -sfn generations/0000000000000000 {pointer}"))


def change_mode(random: Random) -> str:
    """Of what is stored."""
    place = random.choice((f"units/{MAIN}", "credentials", f"credentials/{API}/db-password", "manifest.json", "."))
    return random.choice((f"chmod 0777 $G/{place}", f"chown nobody $G/{place}"))


def change_folder(random: Random) -> str:
    """Of a service."""
    folder = "/var/lib/agree-main"
    return random.choice((f"chmod 0777 {folder}", f"chown nobody:nogroup {folder}", f"rm -rf {folder}"))


def spoil_credential(random: Random) -> str:
    """Other bytes, none, a link, another name, or another value under the same key."""
    path = f"$G/credentials/{API}/db-password"
    again = (
        f"printf wrong | systemd-creds encrypt --with-key=host --name=db-password - {path}.new; mv {path}.new {path}"
    )
    kinds = (f"echo noise >{path}", f"rm {path}", f"mv {path} /root/c; ln -s /root/c {path}", f"ln {path} /root/name")
    return _perhaps(random, random.choice((*kinds, again, "rm $G/credentials/sha256sums")), f"systemctl restart {API}")


def replace_key(random: Random) -> str:
    """As a host that was made again from a copy."""
    return _perhaps(random, "rm -f /var/lib/systemd/credential.secret", "systemd-creds setup")


def stop(random: Random) -> str:
    """By hand."""
    return f"systemctl stop {random.choice((*SERVICES, TIMER))}"


def kill(random: Random) -> str:
    """It starts again by itself, or is failed."""
    unit = random.choice(SERVICES)
    return random.choice((f"systemctl kill -s KILL {unit}; sleep 1", f"systemctl kill -s TERM {unit}; sleep 1"))


def fail(random: Random) -> str:
    """What rests or waits for others ends badly."""
    return f"systemd-run --quiet --unit=x-{random.randint(1, 99)} /bin/false; systemctl start {JOB}; sleep 0.2"


def start_resting(_random: Random) -> str:
    """What should be down."""
    return f"systemctl start {REST}"


def restart(random: Random) -> str:
    """By hand; nothing is wrong with that."""
    return f"systemctl restart {random.choice(SERVICES)}"


def reload_units(_random: Random) -> str:
    """As every package does."""
    return RELOAD


def disable(random: Random) -> str:
    """``systemctl`` takes links away, ours too."""
    unit = random.choice((*SERVICES, TIMER))
    verb = random.choice(("disable", "disable --now", "enable", "reenable", "revert"))
    return f"systemctl {verb} {unit}"


def enable_link(random: Random) -> str:
    """The store itself is linked and enabled."""
    return f"systemctl link -f $G/units/{random.choice(FILES)}"


def lay_over(random: Random) -> str:
    """A drop-in of an administrator that takes back what we say, or adds to it."""
    folder = random.choice((ETC, RUN, CONTROL))
    name, unit = random.choice(("zzzzz.conf", "a.conf")), _service(random)
    line = random.choice(("Nice=11", "NoNewPrivileges=no", "Environment=BY_HAND=1", "ExecStartPost=/bin/true"))
    write = f"mkdir -p {folder}/{unit}.d; printf '[Service]\\n{line}\\n' >{folder}/{unit}.d/{name}"
    return _perhaps(random, write, RELOAD, f"systemctl restart {unit}")


def set_property(random: Random) -> str:
    """``systemctl set-property``, for ever or until the next boot."""
    option = random.choice(("", "--runtime "))
    return f"systemctl set-property {option}{_service(random)} {random.choice(('TasksMax=55', 'CPUWeight=77'))}"


def lay_over_foreign(random: Random) -> str:
    """Over a unit that we have settings over."""
    write = f"mkdir -p {ETC}/{KEPT}.d; printf '[Service]\\nTasksMax=5\\n' >{ETC}/{KEPT}.d/zzzzz.conf"
    return _perhaps(random, write, RELOAD)


def remove_dropin(random: Random) -> str:
    """Our settings over a unit of ours or of others."""
    return _perhaps(random, f"rm -f {ETC}/{random.choice((API, MAIN, KEPT))}.d/{OURS}", RELOAD)


def remove_foreign(random: Random) -> str:
    """A package is removed whose unit we have settings over or mask."""
    unit = random.choice((KEPT, MASKED))
    return f"systemctl disable --now {unit} 2>/dev/null; rm -f {ETC}/{unit}; {RELOAD}"


def edit_and_take_back(random: Random) -> str:
    """The process of an edit goes on."""
    unit = random.choice((API, MAIN))
    over = f"{ETC}/{unit}.d/edit.conf"
    return f"printf '[Service]\\nEnvironment=E=1\\n' >{over}; {_restarted(unit)}; sleep 0.1; rm {over}; {RELOAD}"


def change_process(random: Random) -> str:
    """While it runs: more open files, another nice level."""
    pid = f"$(systemctl show {MAIN} -p MainPID --value)"
    limits = f"setpriv --reuid=agree-main --regid=agree-main --clear-groups prlimit --nofile=99 --pid {pid}"
    return random.choice((limits, f"renice 9 {pid}"))


def add_unit(random: Random) -> str:
    """In our namespace, and none of ours."""
    name = f"fractalops-hand-{random.randint(1, 9)}.service"
    return _perhaps(
        random,
        f"printf '[Service]\\nExecStart=/bin/sleep 1000000\\n' >{random.choice((ETC, RUN))}/{name}",
        RELOAD,
        f"systemctl start {name}",
    )


def run_unit(random: Random) -> str:
    """One that is nowhere on disk."""
    return f"systemd-run --quiet --unit=fractalops-run-{random.randint(1, 9)} /bin/sleep 1000000"


def leave_stub(_random: Random) -> str:
    """Of a generation before."""
    return f"ln -sfn /etc/fractalops/confirmed/units/agree-gone.service {ETC}/agree-gone.service"


def leave_trial(random: Random) -> str:
    """Of an activation that ended badly."""
    unit = _service(random)
    return f"mkdir -p {CONTROL}; ln -sfn $G/units/{unit} {CONTROL}/{unit}"


def add_to_store(random: Random) -> str:
    """Files of somebody else beside ours."""
    return random.choice(
        ("cp /etc/hosts $G/units/", f"cp /etc/hosts $G/files/{READER}/", "touch /etc/fractalops/notes")
    )


def remove_user(random: Random) -> str:
    """That a service runs as."""
    return random.choice(("sed -i /^agree-rest:/d /etc/passwd /etc/shadow", "sed -i /^agree-job:/d /etc/passwd"))


def spoil_release(random: Random) -> str:
    """What a unit runs."""
    folder = f"/opt/fractalops/releases/{site.GOOD_RELEASE}"
    return random.choice((f"rm -rf {folder}", f"mv {folder} {folder}.away; ln -s {folder}.away {folder}"))


def forget(random: Random) -> str:
    """The history, the number of the last staging, what is in /run."""
    return random.choice(
        ("echo noise >>/etc/fractalops/history.jsonl", "rm -f /etc/fractalops/fence", "rm -rf /run/fractalops")
    )


KINDS: tuple[Disturb, ...] = (
    *(remove_link, remove_wanting, remove_account_lists, move_link, link_copy, mask, mask_until_reboot, unmask),
    *(sed_link, sed_dropin, edit_stored, edit_config, remove_stored, remove_generation, remove_other_generations),
    *(edit_manifest, move_pointer, change_mode, change_folder, spoil_credential, replace_key, stop, kill, fail),
    *(start_resting, restart, reload_units, disable, enable_link, lay_over, set_property, lay_over_foreign),
    *(remove_dropin, remove_foreign, edit_and_take_back, change_process, add_unit, run_unit, leave_stub, leave_trial),
    *(add_to_store, remove_user, spoil_release, forget),
)
#: Of one host, at the most.
AT_ONCE = 3


def states(seed: int) -> Iterator[dict[str, str]]:
    """One after the other, as shell by the name of what is done. Every kind comes before one comes again."""
    random, left = Random(seed), list[Disturb]()
    while True:
        state = {}
        for _turn in range(random.randint(1, AT_ONCE)):
            if not left:
                left = random.sample(KINDS, len(KINDS))
            disturb = left.pop()
            state[disturb.__name__] = disturb(random)
        yield state
