# SPDX-License-Identifier: GPL-3.0-or-later
"""Every path the collection owns on a host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: Sorts after the ``zzz-lxc-service.conf`` that LXC's generator lays over every service.
DROPIN_NAME = "zzzz-fractalops.conf"
#: The file of a generation that masks units of others.
GENERATOR = "generator"


@dataclass(frozen=True)
class Layout:
    """Paths below ``root``, which is ``/`` everywhere but in unit tests."""

    root: Path = Path("/")

    @property
    def store(self) -> Path:
        """Durable: generations, the boot pointer, the history."""
        return self.root / "etc/fractalops"

    @property
    def generations(self) -> Path:
        """One folder per generation, named by its id."""
        return self.store / "generations"

    @property
    def confirmed(self) -> Path:
        """The only boot pointer."""
        return self.store / "confirmed"

    @property
    def history(self) -> Path:
        """One JSON line per event."""
        return self.store / "history.jsonl"

    @property
    def fence(self) -> Path:
        """The number of the last staging."""
        return self.store / "fence"

    @property
    def repair(self) -> Path:
        """There from a break-glass repair until the next ordinary run succeeds."""
        return self.store / "repair.json"

    @property
    def replaced(self) -> Path:
        """Files that somebody had put in the place of our links."""
        return self.store / "replaced"

    @property
    def run(self) -> Path:
        """Gone after a reboot: lock, transaction, agent."""
        return self.root / "run/fractalops"

    @property
    def unit_stubs(self) -> Path:
        """Where systemd looks for units of the administrator."""
        return self.root / "etc/systemd/system"

    @property
    def trial_links(self) -> Path:
        """Wins over ``/etc/systemd/system`` and is gone after a reboot."""
        return self.root / "run/systemd/system.control"

    @property
    def loaded_credentials(self) -> Path:
        """Where systemd keeps the credentials of running units in clear, in memory."""
        return self.root / "run/credentials"

    @property
    def host_key(self) -> Path:
        """What systemd-creds encrypts with; made by it once."""
        return self.root / "var/lib/systemd/credential.secret"

    @property
    def sysusers_stub(self) -> Path:
        """Users of the confirmed generation, for systemd-sysusers at boot."""
        return self.root / "etc/sysusers.d/fractalops.conf"

    @property
    def tmpfiles_stub(self) -> Path:
        """Directories of the confirmed generation, for systemd-tmpfiles at boot."""
        return self.root / "etc/tmpfiles.d/fractalops.conf"

    @property
    def generator_stub(self) -> Path:
        """Masks of the confirmed generation: systemd runs it before it reads units."""
        return self.root / "etc/systemd/system-generators/fractalops"

    @property
    def trial_generator(self) -> Path:
        """Wins over that in ``/etc`` and is gone after a reboot."""
        return self.root / "run/systemd/system-generators/fractalops"

    @property
    def reloaded_files(self) -> Path:
        """Config of services that can be reloaded, in a fixed place: a folder for each, which is a link."""
        return self.run / "files"

    def generation(self, generation_id: str) -> Path:
        """The folder of one generation."""
        return self.generations / generation_id

    def inside(self, absolute: str) -> Path:
        """An absolute path of the host, below our root."""
        return self.root / absolute.lstrip("/")
