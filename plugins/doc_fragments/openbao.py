# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of every task that speaks to OpenBao shares."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the connection."""

    DOCUMENTATION = r"""
options:
  openbao:
    description:
      - Where OpenBao is and how to authenticate, as in the section C(openbao) of a topology.
      - The inventory plugin gives it as C(topology_openbao).
    type: dict
    required: true
  openbao_credentials_file:
    description:
      - File on the controller with the credential of the auth method. A regular file of the user who runs Ansible, with
        mode 0600 or 0400 and one link. There is no default.
      - A credential that may do anything anywhere is refused.
    type: path
    required: true
requirements:
  - hvac
  - requests
"""
