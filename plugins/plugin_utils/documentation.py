# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the documents of this version are, for messages: what is installed may be far from any clone."""

from __future__ import annotations

#: As in galaxy.yml; a test compares them.
VERSION = "0.1.0"
_REPOSITORY = "https://github.com/fractalops/infra"


def document_url(name: str) -> str:
    """The address of ``docs/<name>.md`` in the version that runs."""
    return f"{_REPOSITORY}/blob/v{VERSION}/docs/{name}.md"


def schema_url() -> str:
    """The address of the JSON Schema of topologies in the version that runs: also its ``$id``."""
    path = "plugins/plugin_utils/topology/topology.schema.json"
    return f"{_REPOSITORY.replace('github.com', 'raw.githubusercontent.com')}/v{VERSION}/{path}"
