# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever holds secrets lowers the limit that would let it dump its core; a real core is in the integration tests."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host import core_dump

TREE = Path(core_dump.__file__).parents[6]
INFRA = "ansible_collections.fractalops.infra.plugins"
#: How each begins; all of them end there, since they are given nothing.
HOLDERS = {
    "a client of OpenBao": f"from {INFRA}.plugin_utils.openbao import connect; connect({{}}, '/nonexistent')",
    "the agent": f"from {INFRA}.module_utils.host.activation import agent; agent.main('absent')",
    "host_generation": f"from {INFRA}.modules import host_generation; host_generation.main()",
    "sensitive_data_info": f"from {INFRA}.modules import sensitive_data_info; sensitive_data_info.main()",
}
LIMIT = """
import json, resource, sys
sys.stdin.close()
try:
    exec(sys.argv[1])
except BaseException:
    pass
json.dump(resource.getrlimit(resource.RLIMIT_CORE)[0], sys.__stderr__)
"""


@pytest.mark.fault(55, "who holds secrets may dump no core")
@pytest.mark.parametrize("name", HOLDERS)
def test_who_holds_secrets_may_dump_no_core(name: str) -> None:
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    ended = subprocess.run(
        [sys.executable, "-c", LIMIT, HOLDERS[name]],
        env={"PYTHONPATH": str(TREE)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (most, most)),
    )
    assert json.loads(ended.stderr.splitlines()[-1]) in (0, 1), ended.stderr
