# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import services
from .commands import command_words
from .references import known_name

_ENV_FILE = re.compile(r"(?:^|[/=:])\.env$")


def releases_of_our_applications_have_a_source(topology: Topology) -> Iterator[Violation]:
    """Once an application has sources, each of its releases that a service runs has one."""
    for path, service in services(topology):
        release = service.release
        if release is not None and release.app in topology.releases:
            known = topology.releases[release.app]
            yield from known_name(f"release of {release.app!r}", release.id, known, (*path, "release", "id"))


def services_use_no_environment_files(topology: Topology) -> Iterator[Violation]:
    """No service is given an environment file: settings stand in its config, secrets in its credentials."""
    hint = "put settings into config and secrets into credentials"
    for path, number, word in command_words(topology):
        if _ENV_FILE.search(word):
            yield Violation((*path, number), "an environment file", hint)
    for path, service in services(topology):
        for directory in service.directories:
            if _ENV_FILE.search(directory):
                yield Violation((*path, "directories", directory), "an environment file", hint, at_key=True)
