# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``host_health_info``: ask the host, and do not wait without end."""

from __future__ import annotations

from ansible_collections.fractalops.infra.plugins.plugin_utils.bytecode import kept_bytecode

with kept_bytecode():
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.question import InfoTask


class ActionModule(InfoTask):
    """One host, one answer."""

    MODULE = "fractalops.infra.host_health_info"
