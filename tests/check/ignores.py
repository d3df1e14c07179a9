# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that ansible-test needs beside tests/sanity/ignore-*.txt, since they follow from what imports what.

ansible-test imports every plugin where only ansible-core is installed. A file that needs pydantic, hvac or another
library of the controller cannot be imported there, nor can anything that imports such a file. tests/check/ansible-test
adds these lines in the copy that it runs in; git keeps only lines with a reason of their own.

python -m ansible_collections.fractalops.infra.tests.check.ignores FOLDER  adds them to the ignore files of FOLDER
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

from ..unit.imports import Import, imports, python_files

#: The Pythons that each ansible-core supports on the controller.
PYTHONS = {
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
    "2.22": ("3.13", "3.14", "3.15"),
}
#: What stands in requirements/controller.txt, and what that brings.
LIBRARIES = ("cryptography", "hvac", "jsonschema", "nkeys", "pydantic", "pyrage", "referencing", "requests")


@functools.cache
def files_with_libraries() -> tuple[str, ...]:
    """Files of ours that need a library of the controller, by themselves or through another file of ours."""
    needs = {file: _neighbours(file) for file in python_files("plugins")}
    found = {file for file in needs if any(one.is_within(*LIBRARIES) for one in _needed(file))}
    while more := {file for file, others in needs.items() if found & others} - found:
        found |= more
    return tuple(sorted(found))


def _needed(file: str) -> list[Import]:
    """What is imported while ``file`` is."""
    return [one for one in imports(file) if not one.is_guarded and not one.is_deferred]


def _neighbours(file: str) -> set[str]:
    """What Python runs before and while it imports ``file``: the packages around it, and all that it names."""
    around = {(parent / "__init__.py").as_posix() for parent in Path(file).parents}
    named = {one.name.replace(".", "/") for one in _needed(file) if one.is_within("plugins")}
    return {*around, *(f"{name}.py" for name in named), *(f"{name}/__init__.py" for name in named)}


def import_lines(core: str) -> list[str]:
    """One line per file and Python, for one ansible-core."""
    reason = "needs a library of requirements/controller.txt"
    return [f"{file} import-{python}  # {reason}" for file in files_with_libraries() for python in PYTHONS[core]]


def main(folder: str) -> int:
    """Add the lines of every ansible-core to its file in ``folder``."""
    for core in PYTHONS:
        with (Path(folder) / f"ignore-{core}.txt").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in import_lines(core))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
