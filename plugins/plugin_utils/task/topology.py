# SPDX-License-Identifier: GPL-3.0-or-later
"""What every task that starts from a topology shares: one option, one loading, one place where errors are reported."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..errors import InfraError, InvalidTopologyError
from ..topology import LoadedTopology, load_topology

TOPOLOGY: dict[str, Any] = {"topology": {"type": "path", "required": True}}


class TopologyTask(ActionBase):
    """Works on the controller; the target host is never contacted. Subclasses say ``told``."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False
    ARGUMENTS: ClassVar[dict[str, Any]] = {}
    #: Further arguments of ``validate_argument_spec``, such as ``required_if``.
    CONDITIONS: ClassVar[dict[str, Any]] = {}

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Load the topology, then ``told``. Violations are in the result too, for a play that goes on without it."""
        super().run(tmp, task_vars)
        spec = {**TOPOLOGY, **self.ARGUMENTS}
        _validation, args = self.validate_argument_spec(spec, **self.CONDITIONS)  # type: ignore[no-untyped-call]  # ansible-core has no types
        try:
            return self.told(load_topology(str(args["topology"])), args)
        except InvalidTopologyError as error:
            return _refused(error)
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None
        except OSError as error:
            raise AnsibleActionFail(f"{error.filename}: {error.strerror}; nothing was changed, run again") from None

    def told(self, loaded: LoadedTopology, args: dict[str, Any]) -> dict[str, Any]:
        """Ansible's result. Raises InfraError."""
        raise NotImplementedError


def _refused(error: InvalidTopologyError) -> dict[str, Any]:
    violations = [str(violation) for violation in error.violations]
    return {"failed": True, "msg": str(error), "violations": violations, "violations_count": len(violations)}
