# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judge of policies finds, and that it never finds anything in ours."""

from __future__ import annotations

from random import Random

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import (
    Policy,
    lint_policy,
    openbao_documents,
    owner_of,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.acl import stanzas
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from hypothesis import given
from hypothesis import strategies as st

from ..topology.base import ROOT
from .author import Author
from .said import entries
from .spoiler import pieces, spoilt

TOPOLOGIES = [*sorted((ROOT / "inventories").glob("*/topology.yml")), ROOT / "tests/golden/openbao/topology.yml"]
OWN = "secret/data/devices/{{identity.entity.aliases.auth_jwt_db14e161.name}}"


def stanza(path: str, *capabilities: str) -> str:
    listed = ", ".join(f'"{capability}"' for capability in capabilities)
    return f'path "{path}" {{\n  capabilities = [{listed}]\n}}\n'


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (stanza("secret/data/*", "read"), "line 1:1: '*' in 'secret/data/*' allows what nobody has named"),
        (stanza("secret/data/a*", "read"), "line 1:1: '*' in"),
        (stanza("secret/+/a", "read"), "line 1:1: '+' in 'secret/+/a' stands for any name"),
        (stanza("secret/data/a", "sudo", "read"), "line 1:1: sudo opens paths"),
        (stanza("sys/policies/acl/x", "update"), "line 1:1: 'sys/policies/acl/x' administers the server"),
        (stanza("sys", "read"), "line 1:1: 'sys' administers the server"),
        (stanza("auth/token/create", "update"), "line 1:1: 'auth/token/create' makes tokens"),
        (stanza("auth/token/revoke-self", "update", "sudo"), "line 1:1: 'auth/token/revoke-self' makes tokens"),
        (stanza("identity/entity", "update"), "line 1:1: 'identity/entity' changes who somebody is"),
        (stanza("secret/data/a", "raed"), "line 1:1: there is no capability 'raed'; did you mean 'read'?"),
        (stanza("secret/data/a", "Read"), "line 1:1: there is no capability 'Read'"),
        (stanza("secret/data/a", "anything"), "line 1:1: there is no capability 'anything'; choose of create"),
        (stanza("secret/data/a", "read", "read"), "line 1:1: 'read' is listed twice; keep one of them"),
        (stanza("secret/data/a"), "line 1:1: no capabilities"),
        ('path "secret/data/a" { policy = "read" }', "line 1:1: policy = 'read' hides what it allows"),
        ('path "secret/data/a" { policy = "sudo" }', "line 1:1: sudo opens paths"),
        ('path "/sys/mounts" { capabilities = ["read"] }', "line 1:1: 'sys/mounts' administers the server"),
        (stanza("secret/data/a", "read") * 2, "line 4:1: the path of line 1:1 again; make them one stanza"),
        (stanza("secret/{{identity.entity.name}}", "read"), "line 1:1: a template in"),
        (stanza(f"{OWN}-suffix", "read"), "line 1:1: a template in"),
        ("# a\n/* b\n */ " + stanza("secret/data/*", "read"), "line 3:5: '*' in"),
        ('path "a" {', " line 1:11: ends too early; close what is open"),
        ('pth "a" {}', " line 1:1: there is no key 'pth' here; did you mean 'path'?"),
        ('path "a" [', " line 1:10: unexpected '['"),
        ("\n\npath ~", " line 3:6: '~' is not HCL"),
    ],
)
def test_a_faulty_policy_gives_its_finding(policy: str, found: str) -> None:
    findings = [str(finding) for finding in lint_policy("p", policy)]
    assert any(found in finding for finding in findings), findings
    assert all(finding.startswith("policy 'p'") and "; " in finding for finding in findings)


@pytest.mark.parametrize(
    "policy",
    [
        "",
        stanza("secret/data/a", "create", "read"),
        stanza(OWN, "read"),
        stanza("auth/token/revoke-self", "update"),
        stanza("auth/tokens-of-others/role/a", "read"),
        stanza("system/data/a", "read"),
        'path "a" {\n  // words\n  capabilities = [ "read", ]\n  allowed_parameters = { "x" = ["a"], "*" = [] }\n}',
        'path "secret/data/a" { capabilities = ["read"] min_wrapping_ttl = 100 }',
    ],
)
def test_a_sound_policy_gives_none(policy: str) -> None:
    assert lint_policy("p", policy) == []


@pytest.mark.parametrize("file", TOPOLOGIES, ids=lambda file: file.parent.name)
def test_no_derived_policy_has_a_finding(file: object) -> None:
    policies = openbao_documents(load_topology(str(file)).topology).policies
    assert policies
    assert [finding for policy in policies for finding in lint_policy(policy.name, policy.text)] == []
    assert {owner_of(policy.text) for policy in policies} == {policies[0].owner}


@given(st.text(max_size=300))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    lint_policy("p", text)


_TEXTS = st.sampled_from(['path "a" {', "}", '"', "capabilities", "=", "[", "]", '"read"', ",", "#", "/*", "*/", "\n"])


@given(st.lists(_TEXTS, max_size=40).map(" ".join))
def test_any_pieces_of_hcl_are_judged_without_a_crash(text: str) -> None:
    lint_policy("p", text)


_GRANTED = st.tuples(
    st.from_regex(r"[a-z]{1,8}(/[a-z0-9_.-]{1,8}){0,3}", fullmatch=True),
    st.sampled_from(["read", "create", "update", "list", "patch"]),
)


@given(st.lists(_GRANTED, max_size=20))
def test_a_policy_says_in_hcl_what_was_granted(granted: list[tuple[str, str]]) -> None:
    policy = Policy.of("p", "lab", granted)
    read = {(one.path, capability) for one in stanzas(policy.text) for capability in one.capabilities}
    assert read == set(granted)
    assert policy.text == Policy.of("p", "lab", reversed(granted)).text
    assert owner_of(policy.text) == "lab"


def verdict(text: str) -> list[tuple[str, str]]:
    """What is found, wherever it stands."""
    return [(finding.what, finding.hint) for finding in lint_policy("p", text) if "again" not in finding.what]


@given(st.integers(0, 2**32))
def test_the_verdict_does_not_depend_on_the_language(seed: int) -> None:
    random = Random(seed)
    author, said = Author(random), entries(random, is_sound=True)
    assert verdict(author.hcl(said)) == verdict(author.hcl(said)) == verdict(author.json(said))
    assert len(lint_policy("p", author.hcl(said))) == len(lint_policy("p", author.json(said)))


@given(st.integers(0, 2**32))
def test_a_spoilt_policy_is_judged_without_a_crash(seed: int) -> None:
    random = Random(seed)
    author, said = Author(random), entries(random)
    for text in (author.hcl(said), author.json(said), pieces(random)):
        assert all(str(finding).startswith("policy 'p' line ") for finding in lint_policy("p", spoilt(random, text)))


@pytest.mark.parametrize(
    "text",
    [
        'path "sys/x" { capabilities = ["sudo"] allowed_parameters = { a = ["one\\ntwo\\n"] } }',
        'path "s\\x79s/x" { capabilities = ["s\\165do"] allowed_parameters = { a = [<<EOF\none\ntwo\nEOF\n] } }',
        'path "/sys/x" { capabilities = ["sudo"] allowed_parameters { "a" = [<<-EOF\n  one\n  two\n  EOF\n] } }',
        '{"path": {"sys/x": {"capabilities": ["sudo"], "allowed_parameters": {"a": ["one\\ntwo\\n"]}}}}',
        '{"path": {"\\u0073ys/x": {"capabilities": ["\\163udo"], "comment": ""}}}',
    ],
)
def test_an_escape_a_heredoc_or_json_hides_nothing(text: str) -> None:
    assert [what for what, _ in verdict(text)] == [
        "'sys/x' administers the server",
        "sudo opens paths that are kept for root",
    ]
