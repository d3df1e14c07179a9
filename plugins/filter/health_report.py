# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: what hosts and endpoints said of their health, as one report. Documented in the file of its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.report import health


def health_report(answers: Any, endpoints: Any) -> Any:
    """The report as plain data."""
    if not isinstance(answers, dict):
        raise AnsibleFilterError("health_report: needs task results by host name; write dict(hosts | zip(results))")
    try:
        # Plain: no text of a host is more trusted than the host.
        plain = json.loads(json.dumps({"answers": answers, "endpoints": endpoints}, default=str))
        return health.health_report(plain["answers"], plain["endpoints"])
    except InfraError as error:
        raise AnsibleFilterError(f"health_report: {error}") from None


class FilterModule:
    """Ansible's edge."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"health_report": health_report}
