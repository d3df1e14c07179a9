# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host must not hold, a topology must not hold either: one list, seen from both sides."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.detector import Detector
from ansible_collections.fractalops.infra.plugins.module_utils.audit.known_value import KnownValues
from ansible_collections.fractalops.infra.plugins.module_utils.secret_shape.rule import WORDS
from ansible_collections.fractalops.infra.plugins.module_utils.secret_shape.shape import FREQUENT_SHAPES, SHAPES
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.secret import secret_name

# Put together here, so that no scanner mistakes the tests for a leak.
BODY = "MC4CAQAwBQYDK2VwBCIEIA7l"
SAMPLES = {
    "private-key": ("-----BEGIN " + f"PRIVATE KEY-----\n{BODY}", "-----BEGIN " + f"OPENSSH PRIVATE KEY-----\\n{BODY}"),
    "openbao-token": ("hvs." + "CAESIJ0m3Qx7Lq2Zr8Tt", "s." + "a1B2c3D4e5F6g7H8i9J0k1L2"),
    "aws-key": ("AKIA" + "IOSFODNN7QWERTYU", "ASIA" + "IOSFODNN7QWERTYU"),
    "age-key": ("AGE-SECRET-" + "KEY-1QQPQYPQSQZRYV9XWQ7T0A",),
    "nkey-seed": (f"SU{'A7' * 28}", f"SA{'B3' * 28}"),
    "github-token": (f"ghp_{'a1' * 18}", f"github_pat_{'b2' * 20}"),
    "gitlab-token": (f"glpat-{'x9' * 10}",),
    "slack-token": ("xoxb-123456789012", f"https://hooks.slack.com/services/T01AB/B02CD/{'k3' * 12}"),
    "google-key": (f"AIza{'Sy7' * 11}Q1",),
    "stripe-key": (f"sk_live_{'4e' * 12}",),
    "jwt": ("eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0NTYifQ.dBjftJeZ4CVP",),
    "url-password": ("postgresql://app:" + "Tr0ub4dor3" + "@db.example/app",),
}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in SAMPLES.items() for text in texts])
def test_host_and_topology_know_the_same_secrets(rule: str, text: str) -> None:
    assert [hit.rule for hit in Detector(KnownValues({})).hits(f"x = {text}\n".encode())] == [rule]
    assert secret_name(f"x = {text}\n") == WORDS[rule]


def test_every_shape_has_words_and_a_sample() -> None:
    assert {shape.rule for shape in (*SHAPES, *FREQUENT_SHAPES)} == WORDS.keys() == SAMPLES.keys()


def test_a_placeholder_is_no_secret_on_a_host_and_one_in_a_topology() -> None:
    text = "postgresql://app:${PASSWORD}@db.example/app"
    assert Detector(KnownValues({})).hits(text.encode()) == []
    assert secret_name(text) == WORDS["url-password"]
