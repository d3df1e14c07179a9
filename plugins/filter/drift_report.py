# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters: what hosts said of their drift, as one report and as a page. Documented in the files of their names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.report import drift
from ansible_collections.fractalops.infra.plugins.plugin_utils.report import drift_page as page


def drift_report(answers: Any) -> Any:
    """The report as plain data."""
    if not isinstance(answers, dict):
        raise AnsibleFilterError("drift_report: needs task results by host name; write dict(hosts | zip(results))")
    try:
        # Plain: no text of a host is more trusted than the host.
        return drift.drift_report(json.loads(json.dumps(answers, default=str)))
    except InfraError as error:
        raise AnsibleFilterError(f"drift_report: {error}") from None


def drift_page(answers: Any, title: str, at: str) -> str:
    """The report as an HTML page."""
    return page.drift_page(drift_report(answers), str(title), str(at))


class FilterModule:
    """Ansible's edge."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"drift_report": drift_report, "drift_page": drift_page}
