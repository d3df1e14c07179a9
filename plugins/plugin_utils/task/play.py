# SPDX-License-Identifier: GPL-3.0-or-later
"""The play a task belongs to. Workers are sessions of their own since ansible-core 2.19: they outlive a killed play."""

from __future__ import annotations

import os

from ansible.errors import AnsibleActionFail


class Play:
    """The process that forked this worker; made when a task begins."""

    def __init__(self) -> None:
        self.pid = os.getppid()

    def require_living(self, otherwise: str) -> None:
        """Raises AnsibleActionFail when it was killed; ``otherwise`` says what is not done then."""
        if os.getppid() != self.pid:
            raise AnsibleActionFail(f"the play was killed, so {otherwise}")
