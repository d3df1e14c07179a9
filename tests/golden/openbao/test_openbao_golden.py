# SPDX-License-Identifier: GPL-3.0-or-later
"""A topology and, byte for byte, what it wants of OpenBao.

After a change that is meant, write it again and read the diff:
``PYTHONPATH=.cache/collections python tests/golden/openbao/test_openbao_golden.py``
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"


def projected() -> dict[str, str]:
    """Text by path; the path is that of the API."""
    documents = openbao_documents(load_topology(HERE / "topology.yml").topology)
    found = {f"{mount.name}.json": mount.text for mount in documents.mounts}
    found |= {f"sys/policies/acl/{policy.name}.hcl": policy.text for policy in documents.policies}
    return found | {f"{role.path}.json": role.text for role in documents.auth_roles}


def expected() -> dict[str, str]:
    return {str(path.relative_to(EXPECTED)): path.read_text() for path in EXPECTED.rglob("*") if path.is_file()}


def test_the_documents_are_byte_for_byte_as_expected() -> None:
    assert projected() == expected()


def write() -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    for path, text in projected().items():
        file = EXPECTED / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    write()
