# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan shows of a secret: numbers and names."""

from __future__ import annotations

from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import Extent, GivenSecret, Outline, SecretPath
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.recipe import recipe
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import Plan

CANARY = Secret("canary-8f14e45f")


def test_an_outline_and_a_plan_show_names_and_never_values() -> None:
    after = Outline(2, frozenset({"a", "b"}), {"a": CANARY, "gone": None}, whole={"a": CANARY, "b": CANARY})
    plan = Plan.between(
        "bao://secret/x", {"bao://secret/x": Outline(1, frozenset({"b", "gone"}))}, {"bao://secret/x": after}
    )
    shown = f"{after} {after!r} {plan} {plan!r} {GivenSecret(SecretPath('secret', 'x'), {'a': CANARY}, Extent.PART)!r}"
    assert "canary" not in shown
    assert str(after) == "version 2\n  a  (new value)\n  b\n"


def test_a_pair_is_new_as_a_whole() -> None:
    outline = Outline(1, frozenset({"k", "k_public"}), made={"k": recipe({"type": "ssh_key"})})
    assert outline.new_keys == {"k", "k_public"}


def test_a_path_reads_back_from_its_name() -> None:
    where = SecretPath("secret", "app/db")
    assert SecretPath.of(str(where)) == where
    assert where.ref("k", 3) == "bao://secret/app/db#k@3"
