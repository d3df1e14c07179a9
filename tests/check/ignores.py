# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of tests/sanity/ignore-*.txt that follow from what imports what.

ansible-test imports every plugin where only ansible-core is installed. A file that needs pydantic, hvac or another
library of the controller cannot be imported there, nor can anything that imports such a file.

PYTHONPATH=.cache/collections python -m ansible_collections.fractalops.infra.tests.check.ignores  rewrites those lines
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..unit.imports import ROOT, imports, python_files

#: The Pythons that each ansible-core supports on the controller.
PYTHONS = {
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
    "2.22": ("3.13", "3.14", "3.15"),
}
#: What stands in requirements/controller.txt, and what that brings.
LIBRARIES = ("hvac", "jsonschema", "pydantic", "referencing", "requests")


def files_with_libraries() -> list[str]:
    """Files of ours that need a library of the controller, by themselves or through another file of ours."""
    needs = {file: _neighbours(file) for file in python_files("plugins")}
    found = {file for file in needs if any(one.is_within(*LIBRARIES) and not one.is_guarded for one in imports(file))}
    while more := {file for file, others in needs.items() if found & others} - found:
        found |= more
    return sorted(found)


def _neighbours(file: str) -> set[str]:
    """What Python runs before and while it imports ``file``: the packages around it, and all that it names."""
    around = {(parent / "__init__.py").as_posix() for parent in Path(file).parents}
    named = {one.name.replace(".", "/") for one in imports(file) if one.is_within("plugins") and not one.is_guarded}
    return {*around, *(f"{name}.py" for name in named), *(f"{name}/__init__.py" for name in named)}


def import_lines(core: str) -> list[str]:
    """One line per file and Python, for one ansible-core."""
    reason = "needs a library of requirements/controller.txt"
    return [f"{file} import-{python}  # {reason}" for file in files_with_libraries() for python in PYTHONS[core]]


def ignore_file(core: str) -> Path:
    """Where ansible-test looks for the ignores of one ansible-core."""
    return ROOT / "tests" / "sanity" / f"ignore-{core}.txt"


def with_import_lines(core: str, text: str) -> str:
    """``text`` with its import lines brought up to date and all others kept."""
    others = [line for line in text.splitlines() if line and " import-" not in line]
    return "\n".join(sorted({*others, *import_lines(core)})) + "\n"


def main() -> int:
    """Rewrite every ignore file."""
    for core in PYTHONS:
        path = ignore_file(core)
        path.write_text(with_import_lines(core, path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
