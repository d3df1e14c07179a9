# SPDX-License-Identifier: GPL-3.0-or-later
"""What every task that works on a host shares: its connection, and what failed on the way in."""

from __future__ import annotations

import contextlib

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from .deadline import within
from .way_in_failure import way_in_failure

#: The connections of a task are local to the controller, so letting one go takes no time.
LET_GO_SECONDS = 5


class HostTask(ActionBase):
    """Contacts its host, in check mode too."""

    _requires_connection = True
    _supports_check_mode = True

    def _let_go(self) -> None:
        """A shared connection that hangs would hold up the next command as well, which so opens one of its own."""
        with contextlib.suppress(AnsibleError, OSError):
            within(LET_GO_SECONDS, self._connection.reset)

    def _way_in_failure(self, said: str) -> str | None:
        return way_in_failure(said, self._get_remote_user())  # type: ignore[no-untyped-call]
