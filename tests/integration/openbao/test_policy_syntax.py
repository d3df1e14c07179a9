# SPDX-License-Identifier: GPL-3.0-or-later
"""Our reader of policies against a real server: both take the same ones, and what they allow is the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.acl import Stanza, stanzas
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl import UnreadablePolicyError
from ansible_collections.fractalops.infra.tests.integration.openbao.policy_oracle import PolicyOracle
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin.author import Author
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin.policy_examples import (
    REFUSED,
    TAKEN,
    UNKNOWN,
)
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin.said import PATHS, entries
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin.spoiler import pieces, spoilt

#: Policies of each form.
COUNT = 300
NOTHING = {"deny"}


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyOracle]:
    server = Server(tmp_path_factory.mktemp("openbao"))
    one = PolicyOracle(server)
    yield one
    one.close()
    server.stop()


def written(form: str, seed: int) -> str:
    random = Random(f"{form} {seed}")
    if form == "pieces":
        return pieces(random)
    author, said = Author(random), entries(random)
    text = author.json(said) if "JSON" in form else author.hcl(said)
    return spoilt(random, text) if "spoilt" in form else text


def read(text: str) -> list[Stanza] | None:
    """None for what our reader says the server refuses."""
    try:
        found = stanzas(text)
    except UnreadablePolicyError:
        return None
    return None if any(stanza.refused for stanza in found) else found


def expected(found: list[Stanza]) -> dict[str, set[str]]:
    """What a server has to answer: at exact paths always, at others only when no pattern could match them."""
    live = [stanza for stanza in found if stanza.expires is None or stanza.expires > time.time()]
    has_pattern = any(is_pattern(stanza.path) for stanza in live)
    exact = {stanza.path for stanza in live if not is_pattern(stanza.path) and "{{" not in stanza.path}
    asked = exact if has_pattern else exact | set(PATHS)
    answers = {path: granted(stanza for stanza in live if stanza.path == path) for path in asked}
    if has_pattern and len({stanza.path for stanza in live}) == 1:
        answers[live[0].path.replace("+", "any").replace("*", "any")] = granted(live)
    return {path: capabilities for path, capabilities in answers.items() if can_be_asked(path)}


def is_pattern(path: str) -> bool:
    return path.endswith("*") or "+" in path


def can_be_asked(path: str) -> bool:
    """The server trims the paths it is asked about, and takes text only."""
    is_text = not any("\udc80" <= character <= "\udcff" for character in path)
    return is_text and path != "" and path == path.strip() and not path.startswith("/") and "{{" not in path


def granted(some: Iterator[Stanza] | list[Stanza]) -> set[str]:
    union = {capability for stanza in some for capability in stanza.granted}
    return NOTHING if "deny" in union or not union else union


@pytest.mark.parametrize("text", TAKEN)
def test_the_server_takes_the_example_and_allows_what_it_says(oracle: PolicyOracle, text: str) -> None:
    assert oracle.takes(text)
    assert oracle.allows(TAKEN[text]) == {path: says or NOTHING for path, says in TAKEN[text].items()}


@pytest.mark.parametrize("text", [*REFUSED, *UNKNOWN])
def test_the_server_refuses_the_example(oracle: PolicyOracle, text: str) -> None:
    assert not oracle.takes(text)


@pytest.mark.parametrize("form", ["HCL", "JSON", "spoilt HCL", "spoilt JSON", "pieces"])
def test_a_generated_policy_is_read_as_by_the_server(oracle: PolicyOracle, form: str) -> None:
    is_taken = {True: 0, False: 0}
    for text in filter(None, (written(form, seed) for seed in range(COUNT))):
        found, taken = read(text), oracle.takes(text)
        assert (found is not None) == taken, text
        if found is not None:
            says = expected(found)
            assert oracle.allows(says) == says, text
        is_taken[taken] += 1
    # A generator that makes one kind only would show nothing.
    assert min(is_taken.values()) > COUNT / 20, is_taken
