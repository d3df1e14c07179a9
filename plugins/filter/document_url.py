# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: where a document of the collection is. Documented in the file of its name."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.fractalops.infra.plugins.plugin_utils.documentation import document_url


class FilterModule:
    """Ansible's edge."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"document_url": document_url}
