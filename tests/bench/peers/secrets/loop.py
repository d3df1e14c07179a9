# SPDX-License-Identifier: GPL-3.0-or-later
"""One session and a loop, without Ansible: ``loop.py hvac|ours SITE``, where SITE is what the bench wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def hvac_loop(site: dict[str, Any]) -> list[str]:
    """As anyone would write it with hvac: one client with a token, a read per secret."""
    import hvac  # noqa: PLC0415  what is measured includes its import

    client = hvac.Client(url=site["address"], token=site["token"], verify=site["bundle"])
    answers = [client.secrets.kv.v2.read_secret_version(path, mount_point="secret") for path in site["paths"]]
    return [answer["data"]["data"]["value"] for answer in answers]


def our_batch(site: dict[str, Any]) -> list[str]:
    """Our client: the refs as one batch."""
    from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import (  # noqa: PLC0415  as above
        connect,
        resolve,
    )

    with connect(site["openbao"], site["credentials"]) as openbao:
        secrets = resolve(openbao, site["refs"]).secrets
    return [secrets[ref].value.reveal() for ref in site["refs"]]


if __name__ == "__main__":
    loops = {"hvac": hvac_loop, "ours": our_batch}
    print(*map(len, loops[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))), sep=",", end=",\n")
