# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookup for the hosts of a playbook's first play: refuses a command line that leaves nothing to do."""

from __future__ import annotations

DOCUMENTATION = r"""
name: targets
short_description: The hosts of a play, or an error when the playbook would end green without doing anything
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - For C(hosts) of the first play of a playbook. Ansible templates it before it looks for hosts, so it is the one place
    that is reached when there are none.
  - Ends the command with exit code 4 when the inventory holds no topology, when the topology has no host the playbook
    works on, when C(--limit) leaves none of them, when C(--tags) names a tag the playbook does not have, when C(--tags)
    and C(--skip-tags) leave no stage of it, and when C(--start-at-task) is given.
  - Returns the term otherwise, and in every case for C(--syntax-check) and the C(--list) options.
options:
  _terms:
    description: The pattern for C(hosts) of this play.
    type: list
    elements: str
    required: true
  stages:
    description:
      - Tag of each stage of the whole playbook → the groups and hosts it works on, with C(:) between them.
      - The tag V(always) is for a playbook that does everything whatever the tags are.
      - That the playbook always works on the pattern of this play, when not given.
    type: dict
notes:
  - The playbooks of this collection take the stages from the variable C(playbook_stages). Set it where you import one
    of them into a playbook of yours that has more tags and hosts.
"""

EXAMPLES = r"""
# Ends with an error for --limit control_plane, for --tags kubernetes --limit worker-1 and for --tags hots
- name: Bring every host to its generation
  hosts: "{{ lookup('fractalops.infra.targets', 'kind_lxc', stages=playbook_stages) }}"
  vars:
    playbook_stages:
      hosts: kind_lxc
      kubernetes: kind_cluster
  roles:
    - role: fractalops.infra.host
      tags: [hosts]
"""

RETURN = r"""
_list:
  description: The terms as they are.
  type: list
  elements: str
  returned: success
  sample: [kind_lxc]
"""

from typing import Any

from ansible import context
from ansible.plugins.lookup import LookupBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.command_end import end_command
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.targets import Estate, Selection, check_targets

#: Options of ansible-playbook that run nothing.
LISTINGS = ("syntax", "listhosts", "listtasks", "listtags")


class LookupModule(LookupBase):
    """Ansible's edge: what the command line says and which hosts there are in, the pattern out."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **options: Any) -> list[str]:
        self.set_options(var_options=None, direct=options)  # type: ignore[no-untyped-call]  # Ansible is not typed
        patterns = [str(term) for term in terms]
        stages = self.get_option("stages") or {"always": ":".join(patterns)}  # type: ignore[no-untyped-call]  # as above
        if not any(context.CLIARGS.get(listing) for listing in LISTINGS):
            try:
                check_targets({str(tag): str(stages[tag]) for tag in stages}, _selection(), _estate(variables or {}))
            except InfraError as error:
                end_command(str(error))
        return patterns


def _selection() -> Selection:
    given = context.CLIARGS
    return Selection(
        sources=tuple(map(str, given.get("inventory") or ())),
        limit=given.get("subset"),
        tags=tuple(given.get("tags") or ("all",)),
        skip_tags=tuple(given.get("skip_tags") or ()),
        start_at_task=given.get("start_at_task"),
    )


def _estate(variables: dict[str, Any]) -> Estate:
    """As long as the hosts of a play are a template, Ansible calls all that the limit leaves the hosts of the play."""
    return Estate(variables.get("groups", {}), frozenset(variables.get("ansible_play_hosts_all", ())))
