# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of mutants follows from the seed alone."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.tests.check.mutation.mutant import Mutant
from ansible_collections.fractalops.infra.tests.check.mutation.sample import all_mutants, product_files, sample
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

SOURCE = "def f():\n" + "".join(f"    a({number})\n" for number in range(40))


def mutants(folder: Path, name: str, source: str = SOURCE) -> list[Mutant]:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(source)
    return all_mutants(folder, [name])


def chosen(found: list[Mutant]) -> list[str]:
    return [one.key.before for one in found]


def test_a_seed_chooses_the_same_and_another_seed_others(tmp_path: Path) -> None:
    every = mutants(tmp_path, "one.py")
    assert sample(every, 1, 10) == sample(reversed(every), 1, 10)
    assert sample(every, 1, 10) != sample(every, 2, 10)
    assert len(sample(every, 1, 10)) == 10


def test_a_file_that_moves_and_code_beside_it_change_no_choice(tmp_path: Path) -> None:
    before = chosen(sample(mutants(tmp_path, "one.py"), 1, 10))
    after = chosen(sample(mutants(tmp_path, "room/one.py", SOURCE + "\n\ndef g():\n    raise E\n"), 1, 11))
    assert [one for one in after if one != "raise E"][:10] == before


def test_every_file_of_the_product_with_functions_has_mutants() -> None:
    files = product_files(ROOT)
    assert {"plugins/plugin_utils/secret_ref.py", "plugins/module_utils/host/layout.py"} <= set(files)
    assert all_mutants(ROOT, ["plugins/plugin_utils/secret_ref.py"])
