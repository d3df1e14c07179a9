# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_health_info
short_description: Say whether the endpoints of the assets answer
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Asks every asset of a topology once, from the controller, by HTTP GET. An integration is asked at its health URL and
    must answer with status 2xx. An asset we run is asked at its executor URL and must answer with less than 500.
  - Which URLs those are follows from the topology alone. There is no option to ask another one, no URL stands in for
    one that is missing, and nothing local takes the place of a service that fails.
  - A service that others share, an integration, or what C(runtime_dependencies) names, that answers 5xx is
    C(skipped-shared-5xx), reported and no failure of ours. One that gives no answer at all is unhealthy like any other.
  - What cannot be asked by HTTP from here is C(not-asked), and why.
  - Redirects are not followed, proxies of the environment are not used, no credential is sent, and nothing of a body
    is read.
extends_documentation_fragment:
  - fractalops.infra.topology
  - fractalops.infra.attributes.controller
  - fractalops.infra.attributes.info
options:
  ca_file:
    description: PEM file of the CA that signed the certificates of the endpoints; those of the system when not given.
    type: path
  within_seconds:
    description: Seconds an endpoint has for its answer, between 1 and 60.
    type: int
    default: 5
seealso:
  - module: fractalops.infra.host_health_info
  - plugin: fractalops.infra.health_report
    plugin_type: filter
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.topology]
"""

EXAMPLES = r"""
- name: Ask every asset for its health
  fractalops.infra.endpoint_health_info:
    topology: "{{ topology_source }}"
    ca_file: /etc/fractalops/lab-ca.pem
  register: health
  delegate_to: localhost

- name: Name the shared services that are ill
  ansible.builtin.debug:
    msg: "{{ health.endpoints | selectattr('state', 'eq', 'skipped-shared-5xx') | map(attribute='asset') }}"
"""

RETURN = r"""
endpoints:
  description: One for each asset that can be asked, or would have to be, sorted by id.
  type: list
  elements: dict
  returned: success
  contains:
    asset:
      description: Id of the asset.
      type: str
      returned: always
      sample: nexus
    role:
      description: What the asset is for.
      type: str
      returned: always
      sample: integration
    is_shared:
      description: Whether it is an integration or named by C(runtime_dependencies), or its role is a shared one.
      type: bool
      returned: always
      sample: true
    url:
      description: What was asked; null when nothing was.
      type: str
      returned: always
      sample: https://nexus.lab.example/health
    status:
      description: Status of the answer; null when there was none.
      type: int
      returned: always
      sample: 503
    state:
      description: C(healthy), C(unhealthy), C(skipped-shared-5xx) or C(not-asked).
      type: str
      returned: always
      sample: skipped-shared-5xx
    why:
      description: Why it is not healthy; null when it is.
      type: str
      returned: always
      sample: answered 503, not 2xx
"""
