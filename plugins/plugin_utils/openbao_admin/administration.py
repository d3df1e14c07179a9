# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the topology wants of an OpenBao server."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InfraError
from ..topology.model.topology import Topology
from .auth_role import AuthRole
from .auth_roles import auth_roles
from .mount import Mount
from .mounts import mounts
from .names import Names
from .policies import policies
from .policy import Policy


class NoAdministrationError(InfraError):
    """The topology does not ask us to administer OpenBao."""


@dataclass(frozen=True, slots=True)
class OpenBaoDocuments:
    """What should be there, each kind sorted."""

    names: Names
    mounts: tuple[Mount, ...]
    policies: tuple[Policy, ...]
    auth_roles: tuple[AuthRole, ...]


def openbao_documents(topology: Topology) -> OpenBaoDocuments:
    """The documents of ``topology``. Raises NoAdministrationError."""
    administration = topology.openbao.administration
    if administration is None:
        raise NoAdministrationError(
            "openbao.administration: is not declared, so nothing on the server is ours; declare it with a prefix"
        )
    names = Names(administration.prefix)
    derived = policies(topology, names)
    return OpenBaoDocuments(
        names, mounts(topology, administration), derived, auth_roles(topology, administration, derived)
    )
