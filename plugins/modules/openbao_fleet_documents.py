# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_fleet_documents
short_description: Put the documents of the fleet platform into OpenBao
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Writes C(fleet.deploy_config.content) as one key, C(value), that holds JSON text, the form a fleet process reads,
    and reads it back byte for byte.
  - Before that, proves that every key of C(fleet.deploy_secrets) is there, is text and can be read. Of these only refs
    with their versions come out. To make them, declare them with recipes in C(openbao.scopes).
  - The role needs C(create), C(read) and C(update) on the config and C(read) on the secrets, both data, and C(read) on
    the metadata of the config.
extends_documentation_fragment:
  - fractalops.infra.topology
  - fractalops.infra.attributes.secrets
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  config_toml:
    description:
      - A TOML file to take the config from instead of the topology, for a fleet that moves over. It must satisfy the
        schema in the topology. Put RV(content) into the topology, since a run without this option writes what stands
        there.
      - Nothing is lost or it is refused. Dates, integers beyond 2^53, infinity, NaN and floats of more digits than a
        double holds have no JSON form that every reader takes alike.
    type: path
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
  idempotent:
    support: full
    description: The same content has the same bytes and is not written again.
"""

EXAMPLES = r"""
- name: Put the config of the fleet
  fractalops.infra.openbao_fleet_documents:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    topology: "{{ topology_source }}"

- name: Move a fleet over from its TOML file
  fractalops.infra.openbao_fleet_documents:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    topology: "{{ topology_source }}"
    config_toml: /etc/fleet/deploy.toml
"""

RETURN = r"""
config:
  description: The config document, as a ref without key.
  returned: when the topology has a fleet
  type: str
  sample: bao://secret/fleet/deploy-config
config_version:
  description: Its newest version.
  returned: when the topology has a fleet
  type: int
  sample: 2
content:
  description: What it holds.
  returned: when the topology has a fleet
  type: dict
  sample: {heartbeat_seconds: 10}
diff:
  description: One entry per secret of the plan. Names of keys and versions only, never a value.
  returned: success
  type: list
  elements: dict
  sample:
    - before_header: /dev/null
      after_header: bao://secret/runtime/postgres
      before: ""
      after: "version 1\n  password  (new value)\n"
is_verified:
  description: Whether it was read back byte for byte; false in check mode while it differs.
  returned: when the topology has a fleet
  type: bool
  sample: true
secrets:
  description: Refs of the keys of the secrets document at the version that was read.
  returned: when the topology has a fleet
  type: list
  elements: str
  sample: ["bao://secret/fleet/deploy-secrets#nats_auth_pass@1"]
"""
