# SPDX-License-Identifier: GPL-3.0-or-later
"""What people, disks and boots do to a host between two runs of ours."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ansible_collections.fractalops.infra.tests.simulation.documents import FOREIGN, MASKED
from ansible_collections.fractalops.infra.tests.simulation.expectation import DROPIN, ETC, STORE, TRIAL, Expectation
from ansible_collections.fractalops.infra.tests.simulation.host import Host
from ansible_collections.fractalops.infra.tests.simulation.loss import Loss

Disturb = Callable[[Host, Expectation, Random], None]
MANIFEST = "manifest.json"


def _link(host: Host, on: Expectation, random: Random) -> str:
    """One of ours."""
    return random.choice([path for path in sorted(on.links) if host.world.files.target(path) is not None] or [ETC])


def _unit(on: Expectation, random: Random) -> str:
    return random.choice(sorted(on.units))


def _stored(on: Expectation, random: Random) -> str:
    return random.choice(sorted(on.files))


def remove_link(host: Host, on: Expectation, random: Random) -> None:
    """By hand."""
    path = _link(host, on, random)
    if path != ETC:
        host.world.files.unlink(path)


def move_link(host: Host, on: Expectation, random: Random) -> None:
    """To somewhere else."""
    path = _link(host, on, random)
    if path != ETC:
        host.world.files.put_link(path, "/nowhere")


def mask_unit(host: Host, on: Expectation, random: Random) -> None:
    """``systemctl mask``."""
    host.world.files.put_link(f"{ETC}/{_unit(on, random)}", "/dev/null")


def edit_link(host: Host, on: Expectation, random: Random) -> None:
    """As ``sed -i`` does: a file takes the place of a link."""
    files, path = host.world.files, random.choice([path for path in sorted(on.links) if path.startswith(ETC)])
    text = files.text(path)
    if text is not None and ".wants/" not in path:
        files.unlink(path)
        files.put(path, text + "Nice=7\n")


def edit_stored(host: Host, on: Expectation, random: Random) -> None:
    """A directive more."""
    path = _stored(on, random)
    host.world.files.put(path, (host.world.files.text(path) or "") + "Nice=7\n")


def comment_stored(host: Host, on: Expectation, random: Random) -> None:
    """Words that mean nothing, but in a config file."""
    path = random.choice([path for path in sorted(on.files) if "/files/" not in path])
    if host.world.files.text(path) is not None:
        host.world.files.put(path, "# by hand\n" + (host.world.files.text(path) or ""))


def remove_stored(host: Host, on: Expectation, random: Random) -> None:
    """A file of the store."""
    path = _stored(on, random)
    if host.world.files.text(path) is not None:
        host.world.files.unlink(path)


def open_stored(host: Host, on: Expectation, random: Random) -> None:
    """To everybody."""
    path = _stored(on, random)
    if host.world.files.text(path) is not None:
        host.world.files.find(path).mode = 0o666


def spoil_credential(host: Host, on: Expectation, random: Random) -> None:
    """Other bytes, or none."""
    for name, unit in on.units.items():
        for inner in unit["credentials"]:
            path = f"{on.home}/credentials/{name}/{inner}"
            if random.random() < 0.5:
                host.world.files.put(path, "noise", 0o600)
            elif host.world.files.text(path) is not None:
                host.world.files.unlink(path)


def spoil_manifest(host: Host, on: Expectation, _random: Random) -> None:
    """The generation cannot be read any more."""
    host.world.files.put(f"{on.home}/{MANIFEST}", "{")


def stop_unit(host: Host, on: Expectation, random: Random) -> None:
    """By hand."""
    host.manager.ask("stop", _unit(on, random))


def restart_unit(host: Host, on: Expectation, random: Random) -> None:
    """By hand."""
    host.manager.ask("restart", _unit(on, random))


def reload_units(host: Host, _on: Expectation, _random: Random) -> None:
    """As every package does."""
    host.manager.reload()


def start_masked(host: Host, _on: Expectation, _random: Random) -> None:
    """As LXC does with mounts of its own before systemd reads any mask."""
    unit = host.manager.unit(MASKED)
    unit.state, unit.sub = "active", "mounted"


def lay_over(host: Host, on: Expectation, random: Random) -> None:
    """A drop-in of an administrator that takes back what we say."""
    host.world.files.put(f"{ETC}/{_unit(on, random)}.d/zzzzz.conf", "[Service]\nNoNewPrivileges=no\n")


def lay_over_foreign(host: Host, _on: Expectation, _random: Random) -> None:
    """The same over a unit of somebody else that we have settings over."""
    host.world.files.put(f"{ETC}/{FOREIGN}.d/zzzzz.conf", "[Service]\nNice=1\n")


def add_unit(host: Host, _on: Expectation, _random: Random) -> None:
    """In our namespace, and none of ours."""
    host.world.files.put(f"{ETC}/fractalops-hand.service", "[Service]\nExecStart=/bin/true\n")


def leave_stub(host: Host, _on: Expectation, _random: Random) -> None:
    """Of a generation before."""
    host.world.files.put_link(f"{ETC}/fractalops-gone.service", f"{STORE}/confirmed/units/fractalops-gone.service")


def leave_trial(host: Host, on: Expectation, random: Random) -> None:
    """Of an activation that ended badly."""
    name = _unit(on, random)
    host.world.files.put_folder(f"{TRIAL}/{name}.d")
    host.world.files.put_link(f"{TRIAL}/{name}.d/{DROPIN}", f"{on.home}/dropins/{name}.d/{DROPIN}")


def remove_user(host: Host, _on: Expectation, _random: Random) -> None:
    """That services run as."""
    host.world.users.discard("app")


def remove_release(host: Host, on: Expectation, _random: Random) -> None:
    """That units run."""
    folder = f"/opt/app/releases/{on.version}"
    if host.world.files.text(f"{folder}/run") is not None:
        host.world.files.unlink(f"{folder}/run")
        host.world.files.rmdir(folder)


def reboot(host: Host, _on: Expectation, _random: Random) -> None:
    """With everything written."""
    host.world.files.sync_all()
    host.lose_power(Loss())


DISTURBANCES: tuple[Disturb, ...] = (
    *(remove_link, move_link, mask_unit, edit_link, edit_stored, comment_stored, remove_stored, open_stored),
    *(spoil_credential, spoil_manifest, stop_unit, restart_unit, reload_units, start_masked),
    *(lay_over, lay_over_foreign, add_unit, leave_stub, leave_trial, remove_user, remove_release, reboot),
)
