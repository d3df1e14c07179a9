# SPDX-License-Identifier: GPL-3.0-or-later
"""What units said last is told without anything of a secret."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.credential import redact

KEY = "-----BEGIN KEY-----\nMIIEvgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("password correct horse refused", "password *** refused"),
        (KEY, "***\n"),
        ("hkiG9w0BAQEFAASC\n-----END KEY-----", "***\n***"),
        (" ".join(KEY.split("\n")), "*** *** *** *** "),
        ("nothing of it", "nothing of it"),
    ],
    ids=["one line", "many lines", "cut", "joined", "none"],
)
def test_no_line_of_a_secret_is_told(said: str, told: str) -> None:
    assert redact(said, ["correct horse", KEY, "", "\n"]) == told
