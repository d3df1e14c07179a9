#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage, try and confirm one generation of a host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_generation
short_description: Switch a host to a new generation, or leave it whole on its old one
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Everything the topology says about one host is one document. This module makes it a I(generation), an immutable
    folder on the host, tries it under a dead man's switch that systemd owns, and confirms it over a new connection.
  - When a unit does not start, does not become healthy, dies during the soak, or when nobody confirms before the
    deadline because the controller, the network or the host went away, the host is back on its old generation.
    A rollback is reported as a failure that says why.
  - A host in order costs one round trip.
  - Secrets are read on the controller, one read per distinct path, travel over the standard input of the
    connection, and are stored as ciphertext of C(systemd-creds) that only this host can read.
extends_documentation_fragment:
  - fractalops.infra.attributes.host
options:
  document:
    description:
      - The host's document, as the inventory plugin P(fractalops.infra.topology#inventory) puts it in C(host_document);
        JSON text.
      - One that is older than the topology it came from is refused, also in check mode.
      - Exactly one of O(document) and O(generation) is given.
    type: json
  generation:
    description:
      - Id of an older generation to roll back to, or V(previous) for the one that was confirmed before.
      - The host has kept it, so no secret is read. One that is unknown, not whole, confirmed already or whose
        credentials no longer open is refused with the list of those there are. When it does not become healthy, the
        host is back where it was.
    type: str
  reason:
    description: Why, for the history of the host; needed to roll back. Everybody on the host can read it.
    type: str
  openbao:
    description:
      - Where OpenBao is, as C(openbao) of C(host_document) says.
      - Needed when the document has refs.
    type: dict
  openbao_credentials_file:
    description:
      - File on the controller that proves who it is to OpenBao. Only its owner may read it.
      - A credential that is broader than the work is refused, and so is a job that holds a token of OpenBao in its
        environment. A wrapped secret_id is opened in the file, once.
    type: path
  delivered:
    description:
      - Releases, by their folder on the host, that a task before this one delivers.
      - In check mode they are not there yet, and a release that is missing is refused unless it is named here.
    type: list
    elements: str
    default: []
  templates:
    description:
      - Folder on the controller with the unit templates C(service.j2) and C(dropin.j2), and C(unit.j2) when the
        host has units that are no services, or settings over units of others.
      - Needed with O(document).
    type: path
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.host, fractalops.infra.openbao]
  check_mode:
    support: full
    description:
      - Plans only; the host is looked at, not changed. Secrets are read to learn their versions.
      - What a run would refuse before it changes anything is refused here too, such as a release that is missing, a
        full disk, or a unit that systemd has something against. Namespaces and credentials are tried by a unit that
        does nothing.
  diff_mode:
    support: full
    description:
      - Shows every unit whose files change, whether it is restarted or not, with its drop-in, config files and secret
        refs; never a secret.
  action:
    support: full
    description: Renders and resolves on the controller, then applies on the host.
requirements:
  - pipelining, since without it Ansible writes module arguments to disk
  - systemd 252 or newer and Python 3.9 or newer on the host
  - hvac and jinja2 on the controller
seealso:
  - module: fractalops.infra.host_generation_info
  - plugin: fractalops.infra.topology
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Bring the host to what the topology says
  fractalops.infra.host_generation:
    document: "{{ host_document }}"
    openbao: "{{ (host_document | from_json).openbao }}"
    openbao_credentials_file: /etc/fractalops/controller.json
    templates: "{{ role_path }}/templates"
  register: generation

- name: Go back to the generation before, because the new release answers too slowly
  fractalops.infra.host_generation:
    generation: previous
    reason: answers take seconds since this morning

- name: Say where the host is now
  ansible.builtin.debug:
    msg: "{{ inventory_hostname }} runs generation {{ generation.generation }}"
"""

RETURN = r"""
generation:
  description: Id of the generation the topology asks for; confirmed unless the task failed or ran in check mode.
  type: str
  returned: unless the host refused before it made a plan
  sample: 3f1c9a0be2d45577
previous:
  description: Id of the generation that was confirmed before; null on a new host.
  type: str
  returned: unless the host refused before it made a plan
  sample: 91be07cc2fd3a410
stage:
  description: How far the activation came.
  type: str
  returned: when something changed
  sample: confirmed
units:
  description:
    - Units that were added, changed, reloaded and removed.
    - Units of others that a new mask stopped (C(masked)), and that were restarted because settings over them changed
      (C(refreshed)).
    - Units whose files change while nothing of theirs runs or has to run (C(rewritten)).
  type: dict
  returned: success
  sample:
    added: [worker.service]
    changed: []
    masked: []
    refreshed: []
    reloaded: []
    removed: []
    rewritten: []
repairs:
  description: What was not as the confirmed generation says.
  type: list
  elements: str
  returned: success
  sample: ["/etc/systemd/system/worker.service is not our link"]
healed:
  description: The break-glass repair that this run brought to its end.
  type: dict
  returned: when there was one
  sample: {"operator": "on-call", "reason": "ssh is dead", "run": "9f2c4d1e0a7b3c58"}
secrets_read:
  description: Reads made at OpenBao, one per distinct path.
  type: int
  returned: success
  sample: 2
msg:
  description: What happened and where the host is now, in one line. All words are in the error that Ansible prints.
  type: str
  returned: failure
  sample: "generation 3f1c9a0be2d45577 rolled-back: health: x.service is failed; the host is on generation 91be07cc2fd3"
"""

import json
import sys
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.host import core_dump
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import agent, launch
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import (
    BusyError,
    HostError,
    told,
    way_out,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.outcome import outcome
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.rollback_target import rollback_target
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.status import where
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Transaction,
    TransactionFile,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.watch import is_decided, wait_for_end

#: What the action plugin sends; the documented options never leave the controller. The payload is the JSON text of
#: {generation, secrets} or {back_to}. It is not marked ``no_log``: ansible-core 2.22 sends every such value back to the
#: controller, where debugging prints it. Instead the action turns off Ansible's log on the host, and ``run`` takes the
#: payload out of the parameters, so that no answer can hold it.
ARGUMENTS = {
    "payload": {"type": "str", "required": True},
    "owner": {"type": "str", "required": True},
    "reason": {"type": "str"},
    "delivered": {"type": "list", "elements": "str", "default": []},
}
#: An activation that takes longer is watched by the controller, which says what it does. Shorter ones cost one call.
PATIENCE_SECONDS = 2.0


def run(module: AnsibleModule, layout: Layout) -> dict[str, object]:
    """Plan; unless there is nothing to do or this is check mode, try the generation."""
    payload = json.loads(module.params.pop("payload"))
    if not module.check_mode:
        launch.end_forgotten(layout)
    launch.refuse_second_run(TransactionFile(layout).open_one())
    plan = make_plan(layout, wanted(layout, payload))
    unfinished = history.unfinished_business(layout, plan.old_id)
    if unfinished:
        module.warn(unfinished)
    for note in plan.notes:
        module.warn(note)
    result = plan.result()
    if layout.repair.exists():
        result["open_repair"] = True
    if module.check_mode:
        if plan:
            launch.check(layout, plan, module.params["delivered"])
        return result
    if not plan:
        history.note(layout, unfinished)
        return result
    begun = launch.begin(layout, plan, payload.get("secrets", {}), module.params["owner"], module.params["reason"])
    return {**result, **reached(layout, wait_for_end(layout, begun.id, PATIENCE_SECONDS))}


def wanted(layout: Layout, payload: dict[str, Any]) -> Generation:
    """The generation the controller sent, or one this host has kept."""
    if "back_to" in payload:
        return rollback_target(layout, payload["back_to"])
    return Generation.parse(payload["generation"])


def reached(layout: Layout, transaction: Transaction) -> dict[str, object]:
    """How far it came, and what the controller runs next: ``confirm``, after ``watch`` when it is not decided yet.

    ``seconds_left`` is for a controller that does not get to hear the end.
    """
    command = [sys.executable, "-I", str(agent.install(layout))]
    confirm = [*command, "confirm", transaction.id]
    left = round(max(0.0, transaction.seconds_left), 1)
    if is_decided(transaction):
        return {**outcome(transaction), "confirm": confirm, "seconds_left": left}
    watch = [*command, "watch", transaction.id]
    return {"transaction": transaction.id, "confirm": confirm, "watch": watch, "seconds_left": left}


def main() -> None:
    """Answer Ansible. A crash leaves no core with secrets in it."""
    core_dump.forbid()
    module, layout = AnsibleModule(ARGUMENTS, supports_check_mode=True), Layout()
    try:
        result = run(module, layout)
    except BusyError as error:
        module.fail_json(msg=f"{error}\n{where(layout)}", wait_seconds=round(error.wait_seconds))
    except HostError as error:
        module.fail_json(msg=f"{error}\n{where(layout)}")
    except OSError as error:
        module.fail_json(msg=f"{told(error)}; {way_out(error)}\n{where(layout)}")
    module.exit_json(invocation={}, **result)


if __name__ == "__main__":
    main()
