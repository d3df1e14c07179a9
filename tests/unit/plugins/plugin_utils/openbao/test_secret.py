# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret shows itself only by reveal()."""

from __future__ import annotations

import copy
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
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Secret

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


def test_a_secret_cannot_be_changed() -> None:
    secret = Secret(CANARY)
    with pytest.raises(AttributeError):
        secret._reveal = lambda: "other"
    assert secret.reveal() == CANARY
