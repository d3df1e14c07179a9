# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookup of secret refs: which version each has, and only on request what is in it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: openbao
short_description: Resolve secret refs at OpenBao
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Reads each distinct path once, with inline auth, so no token is left behind.
  - Returns the refs pinned to the version they have now. Values come out only with O(reveal=true).
  - The roles of this collection never need values from this lookup; they resolve refs themselves, on the controller,
    for one task. A revealed value is ordinary data to Ansible and shows wherever the play shows it.
options:
  _terms:
    description: Secret refs, C(bao://<mount>/<path>#<key>), optionally with C(@<version>).
    type: list
    elements: str
    required: true
  reveal:
    description: Whether to return the values instead of the pinned refs.
    type: bool
    default: false
  connection:
    description:
      - The C(openbao) section of a topology.
      - When neither the option nor the variable is given, that of the host C(control_plane), or else of the host's
        C(host_document), as the inventory plugin P(fractalops.infra.topology#inventory) sets them.
    type: dict
    required: true
    vars:
      - name: topology_openbao
  credentials_file:
    description:
      - File on the controller with the credential of the auth method, readable by its owner only.
      - For C(approle) a JSON object with C(role_id) and C(secret_id), for C(token_file) the bare token.
    type: path
    required: true
    vars:
      - name: openbao_credentials_file
  deadline_seconds:
    description: Time in which all refs must be resolved, retries included.
    type: float
    default: 30
notes:
  - Values are strings that Ansible does not template, whatever they contain.
  - In a play with several hosts, one process of the run reads for all forks. It ends with the run, keeps no value, and
    answers nobody else.
  - A job whose environment holds a token of OpenBao, and a credential that is too broad, are refused; a wrapped
    secret_id is opened in its file, once.
"""

EXAMPLES = r"""
- name: Show which version of each secret a run would use
  ansible.builtin.debug:
    msg: "{{ query('fractalops.infra.openbao', *refs) }}"
  vars:
    refs:
      - bao://secret/runtime/postgres#password
      - bao://secret/runtime/worker#api-key

- name: Refuse to start while a secret is missing
  ansible.builtin.assert:
    that: lookup('fractalops.infra.openbao', 'bao://secret/runtime/postgres#password@3') is truthy

- name: Hand a password to a module that takes nothing else
  community.postgresql.postgresql_ping:
    login_password: "{{ lookup('fractalops.infra.openbao', 'bao://secret/runtime/postgres#password', reveal=true) }}"
  no_log: true
"""

RETURN = r"""
_list:
  description: One string per term, in their order; pinned refs, or values with O(reveal=true).
  type: list
  elements: str
  returned: success
  sample:
    - bao://secret/runtime/postgres#password@3
"""

import json
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.question import Question
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.reading import read

_CONNECTION = "topology_openbao"
_VARIABLES = (_CONNECTION, "openbao_credentials_file")


class LookupModule(LookupBase):
    """Ansible's edge: options in, strings out, errors in our own words."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **options: Any) -> list[str]:
        given = self._given(variables or {}, options)
        refs = [_plain(term) for term in terms]
        if not all(isinstance(ref, str) for ref in refs):
            raise AnsibleLookupError("every term must be a string; write bao://<mount>/<path>#<key>")
        question = Question(
            connection=given["connection"],
            credentials_file=given["credentials_file"],
            deadline_seconds=given["deadline_seconds"],
            refs=refs,
            is_revealed=given["reveal"],
        )
        try:
            rows = read(question, variables or {})
        except InfraError as error:
            failure = str(error)
        else:
            return [pinned if value is None else value for pinned, value in rows]
        raise AnsibleLookupError(failure)

    def _given(self, variables: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        """The plain options. Core hands over the Jinja of variables as it stands, so ours are templated here."""
        templar: Any = self._templar
        found = {**_told_by_others(variables), **variables}
        ours = {name: templar.template(found[name]) for name in _VARIABLES if name in found}
        self.set_options(var_options=ours, direct=options)  # type: ignore[no-untyped-call]  # Ansible is not typed
        names = ("reveal", "connection", "credentials_file", "deadline_seconds")
        return {name: _plain(self.get_option(name)) for name in names}  # type: ignore[no-untyped-call]  # as above


def _told_by_others(variables: dict[str, Any]) -> dict[str, Any]:
    """The connection, by the control plane, or in a slice of an AWX job that leaves it out by the host's document."""
    hosts = variables.get("hostvars", {})
    if "control_plane" in hosts and _CONNECTION in hosts["control_plane"]:
        return {_CONNECTION: hosts["control_plane"][_CONNECTION]}
    document = variables.get("host_document")
    own = json.loads(document).get("openbao") if isinstance(document, str) else None
    return {_CONNECTION: own} if own else {}


def _plain(value: Any) -> Any:
    """Lookups receive lazy containers and tagged strings; our own code sees built-in types only."""
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
