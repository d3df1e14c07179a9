# SPDX-License-Identifier: GPL-3.0-or-later
"""Header fields of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Headers(Mapping[str, str]):
    """Values by names in any case; those of a name that comes twice stand in one line, as RFC 9110 5.3 allows."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in fields:
            before = self._values.get(name.lower())
            self._values[name.lower()] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def has(self, name: str, token: str) -> bool:
        """Whether ``token`` is in the comma-separated list of this name."""
        return token in {one.strip().lower() for one in self.get(name, "").split(",")}
