# SPDX-License-Identifier: GPL-3.0-or-later
"""Every required field of every part of the model, removed in turn: an error at its place, and nothing starts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.health import HEALTH_KINDS
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import fields_by_key, models
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.violation import dotted

from .annotated import violations
from .command import run
from .written_out import ALL, Step, changed, key_position, model_parts, saved, shipped

#: Discriminators: without one, nobody knows which part it is that lacks it.
CHOOSES = "is missing or not one of the values allowed here; write one of: "


class Required(NamedTuple):
    """A required field where the topologies have it first."""

    topology: str
    part: tuple[Step, ...]
    key: str
    model: str


def required_fields(folder: Path) -> dict[tuple[str, str], Required]:
    """The first place of each required field, by model and key."""
    found: dict[tuple[str, str], Required] = {}
    for name in ALL:
        (folder / name).mkdir()
        for path, part in model_parts(saved(shipped(name), folder / name)):
            for key, info in fields_by_key(type(part)).items():
                if info.is_required():
                    model = type(part).__name__
                    found.setdefault((model, key), Required(name, path, key, model))
    return found


@pytest.fixture(name="fields", scope="module")
def _fields(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Required]:
    return required_fields(tmp_path_factory.mktemp("shipped"))


def without(field: Required, folder: Path) -> tuple[Path, str]:
    """A topology without ``field``, and how the error about it must start."""
    data, part = changed(shipped(field.topology), field.part)
    del part[field.key]
    file = saved(data, folder)
    return file, f"{file}:{key_position(file, field.part)} {dotted((*field.part, field.key))}"


def test_the_topologies_have_every_required_field_of_the_model(fields: dict[tuple[str, str], Required]) -> None:
    wanted = {
        (model.__name__, key)
        for model in models(Topology)
        for key, info in fields_by_key(model).items()
        if info.is_required()
    }
    assert wanted - fields.keys() == set()
    assert len(wanted) > 100


def test_without_a_required_field_its_path_and_place_are_named(
    fields: dict[tuple[str, str], Required], tmp_path: Path
) -> None:
    silent = []
    for number, field in enumerate(fields.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        file, start = without(field, folder)
        answers = (f"{start}: is missing; ", f"{start}: {CHOOSES}", f"{start}.type: {CHOOSES}")
        if field.key in HEALTH_KINDS and field.part[-1] == "health":  # without it, nobody knows how else it is asked
            answers = (f"{start.rpartition('.')[0]}.http: is missing; ",)
        if not any(text.startswith(answers) for text in violations(file)):
            silent.append((field, violations(file)))
    assert silent == []


@pytest.mark.parametrize(
    ("model", "key"),
    [("Topology", "openbao"), ("Keycloak", "admin_url"), ("Service", "exec"), ("Broker", "first_login_flow")],
)
def test_the_command_exits_with_one_and_says_so(
    fields: dict[tuple[str, str], Required], tmp_path: Path, model: str, key: str
) -> None:
    file, start = without(fields[model, key], tmp_path)
    done = run(file)
    assert done.returncode == 1
    assert f"{start}: is missing; add it" in done.stdout
