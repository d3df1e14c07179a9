# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs this play, and which variables of its environment are for tokens: by their names, no value is looked at."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from ..documentation import document_url
from ..errors import InfraError

#: The first that fits. AWX and AAP stand on ansible-runner, which sets its name for every run.
_RUNNERS = (
    ("awx", frozenset({"JOB_ID", "AWX_HOST"})),
    ("semaphore", frozenset({"SEMAPHORE_TASK_DETAILS_ID"})),
    ("ansible-runner", frozenset({"AWX_ISOLATED_DATA_DIR"})),
)
#: What Semaphore hands to plays of Ansible, as a variable of the play.
SEMAPHORE_VARIABLE = "semaphore_vars"
_TOKEN = re.compile(r"(ANSIBLE_HASHI_VAULT|BAO|OPENBAO|VAULT)_(TOKEN|SECRET_ID|WRAPPING_TOKEN|WRAPPED_SECRET_ID)")


def refuse_exposed_tokens(variables: Iterable[str]) -> None:
    """Raises InfraError when a runner hands this job a token of OpenBao in its environment.

    ``variables`` are the names of the variables of the play. A person at a shell may have one.
    """
    names = environment_names()
    exposed = token_variables(names)
    if exposed and runner_name(names, variables) is not None:
        raise InfraError(
            f"{', '.join(exposed)} in the environment of this job: every process of it can read that; "
            f"take it out of the job and inject a file, see {document_url('runner')}"
        )


def environment_names() -> list[str]:
    """Names of the environment variables, sorted."""
    return sorted(os.environ)


def runner_name(environment: Iterable[str], variables: Iterable[str]) -> str | None:
    """``awx``, ``semaphore``, ``ansible-runner``, or None for a person at a shell.

    ``environment`` and ``variables`` are names: of environment variables, and of variables of the play.
    """
    names = frozenset(environment)
    found = (runner for runner, signs in _RUNNERS if signs <= names)
    return "semaphore" if SEMAPHORE_VARIABLE in variables else next(found, None)


def token_variables(environment: Iterable[str]) -> list[str]:
    """Names of the environment variables that would show a token or secret_id of OpenBao, sorted."""
    return sorted(name for name in environment if _TOKEN.fullmatch(name))
