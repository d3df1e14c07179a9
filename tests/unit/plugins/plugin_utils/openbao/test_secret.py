# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret shows itself only by reveal()."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import io
import json
import logging
import pickle
import pprint
import string
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.reply import Reply
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import (
    Resolution,
    ResolvedSecret,
    Secret,
    SecretVersion,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.answer import Answer
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.identity import Identity
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.token_calls import Lifetime, Token

CANARY = "canary-8f14e45f"


@dataclass
class Holder:
    secret: Secret


def _logged(secret: Secret) -> str:
    stream = io.StringIO()
    logger = logging.getLogger("canary")
    logger.addHandler(logging.StreamHandler(stream))
    logger.warning("%s %r %s", secret, secret, {"secret": secret})
    return stream.getvalue()


def _raised(secret: Secret) -> str:
    try:
        raise RuntimeError(secret, f"{secret}")
    except RuntimeError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


SHOWN: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "f-string": lambda secret: f"{secret} {secret!r} {secret:>40}",
    "percent": lambda secret: f"{secret} {secret!r}" % (),
    "str.format": "{0} {0!r} {0:>40}".format,
    "Template": lambda secret: string.Template("$s").substitute(s=secret),
    "containers": lambda secret: repr([secret, {"k": secret}, (secret,)]),
    "dataclass": lambda secret: repr(Holder(secret)),
    "pprint": lambda secret: pprint.pformat({"k": [secret]}),
    "attributes": lambda secret: repr(inspect.getmembers(secret)) + repr(dir(secret)),
    "logging": _logged,
    "exception with locals": _raised,
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_a_secret_does_not_show(show: Callable[[Secret], str]) -> None:
    assert CANARY not in show(Secret(CANARY))


def test_the_same_channels_show_a_plain_string() -> None:
    """The control: a scan that cannot find anything proves nothing."""
    for name, show in SHOWN.items():
        control: Any = Holder(CANARY) if name == "attributes" else CANARY  # type: ignore[arg-type]  # on purpose
        assert CANARY in show(control), name


@pytest.mark.parametrize(
    "copies",
    (copy.copy, copy.deepcopy, pickle.dumps, json.dumps, vars),
    ids=["copy", "deepcopy", "pickle", "json", "vars"],
)
def test_a_secret_refuses_to_be_copied(copies: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as refusal:
        copies(Secret(CANARY))
    assert CANARY not in str(refusal.value)


VERSION = SecretVersion.of(3, {"password": CANARY, "port": 5432})
HOLDERS: dict[str, object] = {
    "version": VERSION,
    "resolved": ResolvedSecret("bao://secret/a#password", 3, Secret(CANARY)),
    "resolution": Resolution({"ref": ResolvedSecret("bao://secret/a#password", 3, Secret(CANARY))}, reads=1),
    "identity": Identity("role_id or secret_id", "auth/approle/login", {"secret_id": Secret(CANARY)}),
    "token": Token(Secret(CANARY), Lifetime(frozenset({"reader"}), 600), is_stored=True),
    "answer": Answer(200, {"data": {"data": {"password": CANARY}}}),
    "reply": Reply("GET", 200, {"X-Echo": CANARY}, CANARY.encode()),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_what_holds_a_secret_does_not_show_it(name: str) -> None:
    holder = HOLDERS[name]
    shown = [repr(holder), str(holder), f"{holder}", pprint.pformat(holder), pprint.pformat([holder])]
    assert not any(CANARY in text for text in shown)


@pytest.mark.parametrize("name", ("version", "resolved", "identity", "token"))
def test_what_holds_a_secret_is_not_copied_pickled_or_taken_apart(name: str) -> None:
    holder: Any = HOLDERS[name]
    for copies in (copy.deepcopy, pickle.dumps, json.dumps, dataclasses.asdict, dataclasses.astuple):
        with pytest.raises(TypeError) as refusal:
            copies(holder)
        assert CANARY not in str(refusal.value)


def test_a_version_names_its_keys_and_no_value() -> None:
    assert VERSION.keys == {"password", "port"}
    assert CANARY not in repr(VERSION.keys)


def test_a_secret_cannot_be_changed() -> None:
    secret = Secret(CANARY)
    with pytest.raises(AttributeError):
        secret._reveal = lambda: "other"
    assert secret.reveal() == CANARY
