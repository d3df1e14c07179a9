# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_secret_id
short_description: Open a wrapped secret_id in the controller's credentials file
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - A credentials file of C(role_id) and C(wrapped_secret_id) becomes one of C(role_id) and C(secret_id), in its place
    and by one rename. A wrapping opens once, and a play reads secrets in a process per host, so it is opened before
    them.
  - Refuses a wrapping that was not made around a secret_id of the auth mount in O(openbao), and says when one was
    opened by somebody else before.
  - Leaves any other credentials file alone, and asks nothing of OpenBao then.
extends_documentation_fragment:
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao]
  check_mode:
    support: none
    description: The wrapping is opened in check mode too, since no secret can be read before.
  diff_mode:
    support: none
    description: The difference would be a secret.
  idempotent:
    support: full
    description: A second run finds nothing wrapped.
seealso:
  - plugin: fractalops.infra.openbao
    plugin_type: lookup
    description: What reads with the credential.
"""

EXAMPLES = r"""
- name: Make the credential of this job usable by every host of the play
  fractalops.infra.openbao_secret_id:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: "{{ openbao_credentials_file }}"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
changed:
  description: Whether a wrapping was opened.
  returned: success
  type: bool
  sample: true
"""
