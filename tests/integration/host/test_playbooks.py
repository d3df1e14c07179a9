# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the main job around the role."""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.tests.lab import openbao, site

from .conftest import Host


def test_plan_sums_up_what_site_would_do_and_changes_nothing(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()
    in_order.write(slow)
    run = in_order.play("fractalops.infra.plan")
    assert run.returncode == 0, run.output
    assert f"worker-1: would go {before['confirmed']} -> " in run.output
    assert "units +0 ~1 -0, repairs 0" in run.output
    assert "worker-2: in order on generation" in run.output
    assert first.state() == before


def test_site_asks_for_what_is_missing_before_it_touches_a_host(in_order: site.Site, first: Host) -> None:
    command = [word for word in in_order.command("fractalops.infra.site") if "openbao_credentials_file" not in word]
    refused = in_order.run(command)
    assert refused.returncode != 0
    assert "openbao_credentials_file is not set; give -e openbao_credentials_file=FILE" in refused.output
    assert "worker-1" not in refused.changed


def test_site_refuses_a_credential_that_may_do_anything_before_it_touches_a_host(in_order: site.Site) -> None:
    broad = openbao.approle("broad", 'path "*" { capabilities = ["read", "list", "delete"] }')
    refused = in_order.play("fractalops.infra.site", f"--extra-vars=openbao_credentials_file={broad}")
    assert refused.returncode != 0
    assert "the credential is too broad, it has read on every path" in refused.output
    assert "worker-1" not in refused.changed
