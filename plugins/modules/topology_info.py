# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: topology_info
short_description: Say what a topology says, where its values come from, and draw it
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Loads a topology, judges every rule, and returns what it says as plain data. Secrets are refs, never values, and
    nothing is asked of OpenBao.
  - Assets are described by id, role, kind and endpoints. Where one runs stays in its binding and is not returned.
  - Text of the topology is data. It is never run as a template, even when it looks like one.
  - When the topology is invalid the task fails with every violation; with C(failed_when=false) a play can look into
    RV(violations) itself.
extends_documentation_fragment:
  - fractalops.infra.topology
  - fractalops.infra.attributes.controller
  - fractalops.infra.attributes.info
options:
  explain:
    description:
      - Paths to say the origin of, such as C(runtime_dependencies.postgres.derived.URL).
      - Keys that hold other characters than letters, digits, C(_) and C(-) stand in brackets,
        C(directories["/srv/api"]).
    type: list
    elements: str
    default: []
  graph:
    description:
      - What to draw the topology as.
      - V(mermaid) is text that Markdown can hold; V(html) is one page with a picture, which needs nothing else.
    type: list
    elements: str
    choices: [mermaid, html]
    default: []
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.topology]
  idempotent:
    support: full
    description: The same topology gives the same result, byte for byte.
seealso:
  - plugin: fractalops.infra.topology
    plugin_type: inventory
    description: The topology as hosts, groups and variables.
  - plugin: fractalops.infra.runtime_asset
    plugin_type: filter
    description: The descriptor of one asset inside an expression.
"""

EXAMPLES = r"""
- name: Find out where the URL of the database comes from
  fractalops.infra.topology_info:
    topology: "{{ topology_source }}"
    explain: [runtime_dependencies.postgres.derived.URL]
  register: found

- name: Draw the topology for the wiki
  fractalops.infra.topology_info:
    topology: "{{ topology_source }}"
    graph: [mermaid]
  register: drawn

- name: Count what is wrong in a draft without stopping the play
  fractalops.infra.topology_info:
    topology: drafts/topology.yml
  register: draft
  failed_when: false
"""

RETURN = r"""
profile:
  description: Name of the environment.
  returned: success
  type: str
  sample: lxc-pve-lab
assets:
  description: Every runtime asset, sorted by id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the asset.
      returned: always
      type: str
      sample: portal
    role:
      description: What the asset is for.
      returned: always
      type: str
      sample: portal
    kind:
      description: C(lxc), C(kubernetes) or C(external).
      returned: always
      type: str
      sample: kubernetes
    endpoints:
      description: The URLs that are declared, by the kind of their consumer.
      returned: always
      type: dict
      sample: {public_url: "https://portal.lab.example"}
  sample:
    - {id: portal, role: portal, kind: kubernetes, endpoints: {public_url: "https://portal.lab.example"}}
hosts:
  description: Ids of the assets that are hosts.
  returned: success
  type: list
  elements: str
  sample: [api-1, worker-1]
clusters:
  description: Names of the clusters.
  returned: success
  type: list
  elements: str
  sample: [lab]
refs:
  description: Every secret ref, with the path that holds it.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Where the topology holds the ref.
      returned: always
      type: str
      sample: runtime_dependencies.postgres.password
    ref:
      description: The ref.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres#password
  sample:
    - {path: runtime_dependencies.postgres.password, ref: "bao://secret/runtime/postgres#password"}
derived:
  description: Every value that follows from others.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the value.
      returned: always
      type: str
      sample: runtime_dependencies.postgres.derived.NAME
    value:
      description: The value.
      returned: always
      type: raw
      sample: fractalops
    rule:
      description: The sentence it follows from.
      returned: always
      type: str
      sample: The settings of PostgreSQL follow from the asset it runs as and from the database that is declared.
    sources:
      description: Paths of the values it is made from.
      returned: always
      type: list
      elements: str
      sample: [runtime_dependencies.postgres.database]
  sample:
    - path: runtime_dependencies.postgres.derived.NAME
      value: fractalops
      rule: The settings of PostgreSQL follow from the asset it runs as and from the database that is declared.
      sources: [runtime_dependencies.postgres.database]
explanations:
  description: One entry per path of O(explain), in their order.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The path.
      returned: always
      type: str
      sample: runtime_assets.api-1.activation.window_seconds
    value:
      description: What stands there.
      returned: always
      type: raw
      sample: 90
    origin:
      description: C(declared), C(default) or C(derived).
      returned: always
      type: str
      sample: default
    position:
      description: File, line and column; of a default, those of the nearest thing above it that is written.
      returned: always
      type: str
      sample: topology.yml:27:3
    description:
      description: What the field is for.
      returned: always
      type: str
      sample: From arming the guard to the automatic rollback.
    rule:
      description: Of a derived value, the sentence it follows from.
      returned: always
      type: str
      sample: The settings of PostgreSQL follow from the asset it runs as and from the database that is declared.
    sources:
      description: Of a derived value, the explanations of what it is made from.
      returned: always
      type: list
      elements: dict
      sample: []
    makes:
      description: Paths of the derived values that are made from this one.
      returned: always
      type: list
      elements: str
      sample: [runtime_dependencies.postgres.derived.K8S_NAMESPACE]
    text:
      description: The same for people, line by line.
      returned: always
      type: list
      elements: str
      sample:
        - runtime_assets.api-1.activation.window_seconds = 90
        - "  default   default of the model; not written at topology.yml:27:3"
  sample: []
graph:
  description: The topology in each form of O(graph).
  returned: success
  type: dict
  contains:
    mermaid:
      description: A Mermaid flowchart.
      returned: when asked for
      type: str
      sample: "flowchart LR\n"
    html:
      description: A page with a picture.
      returned: when asked for
      type: str
      sample: "<!DOCTYPE html>\n"
  sample: {mermaid: "flowchart LR\n"}
advice:
  description: What is allowed and still worth a look, each with file, line and column.
  returned: success
  type: list
  elements: str
  sample: []
violations:
  description: Everything that is wrong with the topology, each with file, line and column.
  returned: always, unless the task was given wrong options or paths
  type: list
  elements: str
  sample: []
violations_count:
  description: How many violations there are.
  returned: always, unless the task was given wrong options or paths
  type: int
  sample: 0
"""
