# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: what a run did to hosts and clusters, as one report. Documented in the file of its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.report import outcome


def outcome_report(hosts: Any, clusters: Any = None, deliveries: Any = None, *, is_plan: Any = False) -> Any:
    """The report as plain data."""
    results = [{} if one is None else one for one in (hosts, clusters, deliveries)]
    if not all(isinstance(one, dict) for one in results):
        raise AnsibleFilterError("outcome_report: needs task results by host name; write dict(hosts | zip(results))")
    try:
        # Plain: no text of a host is more trusted than the host.
        given = [json.loads(json.dumps(one, default=str)) for one in results]
        return outcome.outcome_report(*given, is_plan=bool(is_plan))
    except InfraError as error:
        raise AnsibleFilterError(f"outcome_report: {error}") from None


class FilterModule:
    """Ansible's edge."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"outcome_report": outcome_report}
