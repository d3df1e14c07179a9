# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about container engines such as Docker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import services
from .commands import command_words
from .free_data import texts

#: The scheme, which no URL of a topology has, and the sockets by their usual names.
_LOCAL_ENGINE = re.compile(r"unix://|/(?:docker|podman|containerd|crio|buildkitd)\.sock(?![\w.-])")


def services_use_no_engine_of_their_host(topology: Topology) -> Iterator[Violation]:
    """Command and config of a service lead to managed assets, never to a socket of its host such as Docker's."""
    found = [((*path, number), word) for path, number, word in command_words(topology) if _LOCAL_ENGINE.search(word)]
    for path, service in services(topology):
        if service.config is not None and _LOCAL_ENGINE.search(repr(service.config.content)):
            found += texts((*path, "config", "content"), service.config.content)
    for place, text in found:
        if _LOCAL_ENGINE.search(text):
            hint = "write the executor_url of the asset that does the work"
            yield Violation(place, "this is a socket of the host, not a managed asset", hint)
