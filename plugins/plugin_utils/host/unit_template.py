# SPDX-License-Identifier: GPL-3.0-or-later
"""The Jinja templates that lay a unit out. They hold layout; every value in them is already literal unit text."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..errors import InfraError

SERVICE = "service.j2"
DROPIN = "dropin.j2"
#: Lays out every other unit, and settings over units of others; asked for only on hosts that have such.
UNIT = "unit.j2"


class UnitTemplates:
    """Compiled once per host. Topology text is only ever data of a template, never a template."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        try:
            self._templates = {name: environment.from_string(source) for name, source in sources.items()}
        except TemplateError as error:
            raise InfraError(f"unit templates: {error.message}; fix the template") from None

    def service(self, **context: object) -> str:
        """The unit file."""
        return self._render(SERVICE, context)

    def dropin(self, **context: object) -> str:
        """The drop-in with credentials and hardening."""
        return self._render(DROPIN, context)

    def unit(self, **context: object) -> str:
        """The file of a unit that is no service, or settings over one of somebody else."""
        return self._render(UNIT, context)

    def _render(self, name: str, context: Mapping[str, object]) -> str:
        if name not in self._templates:
            raise InfraError(f"{name}: is not among the templates; copy it from the role host into your folder")
        try:
            return self._templates[name].render(context)
        except TemplateError as error:
            raise InfraError(f"{name}: {error.message}; fix the template") from None
