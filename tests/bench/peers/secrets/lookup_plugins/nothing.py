# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer's lookup without its client: every option of it is worked out, and nothing is read."""

from __future__ import annotations

from typing import Any

from ansible.plugins.lookup import LookupBase

DOCUMENTATION = r"""
name: nothing
short_description: Look up without a server
author: FractalOps (@fractalops)
description: What Ansible itself takes for a lookup with the options of C(community.hashi_vault.vault_kv2_get).
extends_documentation_fragment:
  - community.hashi_vault.connection
  - community.hashi_vault.connection.plugins
  - community.hashi_vault.auth
  - community.hashi_vault.auth.plugins
  - community.hashi_vault.engine_mount
  - community.hashi_vault.engine_mount.plugins
options:
  _terms: {description: Paths., type: list, elements: str, required: true}
"""


class LookupModule(LookupBase):
    """The path stands for the value."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **options: Any) -> list[Any]:
        self.set_options(direct=options, var_options=variables)  # type: ignore[no-untyped-call]  # Ansible is not typed
        return [{"secret": {"value": term}} for term in terms]
