# SPDX-License-Identifier: GPL-3.0-or-later
"""What every playbook passes first: a command line that leaves it nothing to do is an error.

Ansible calls a play without hosts skipped and a task without tags left out, and ends with 0 for both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..errors import InfraError
from .estate import Estate
from .selection import Selection


class NothingToDoError(InfraError):
    """Nothing was done, and nothing would be; says what was asked for and what there is."""


def check_targets(stages: Mapping[str, str], selection: Selection, estate: Estate) -> None:
    """See that some host is left for some stage that runs.

    ``stages`` maps the tag of each stage to its pattern: groups and hosts with colons between them. The tag ``always``
    is that of a playbook which does everything in every case. Raises NothingToDoError.
    """
    _starts_at_the_beginning(selection)
    _is_of_a_topology(selection, estate)
    chosen = _chosen(stages, selection)
    patterns = list(dict.fromkeys(stages[tag] for tag in chosen))
    _has_hosts(patterns, estate)
    _leaves_hosts([pattern for pattern in patterns if estate.has(pattern)], selection, estate)


def _starts_at_the_beginning(selection: Selection) -> None:
    """Ansible ends with 0 when no task has that name, and when one has, what comes before it did not hold."""
    if selection.start_at_task is not None:
        raise NothingToDoError(
            f"--start-at-task {selection.start_at_task}: leaves out what must hold before anything is done, so nothing"
            " was done; run the playbook from its beginning, or choose stages with --tags"
        )


def _is_of_a_topology(selection: Selection, estate: Estate) -> None:
    if not estate.is_of_a_topology:
        sources = ", ".join(f"{one}{'' if _exists(one) else ' (does not exist)'}" for one in selection.sources)
        raise NothingToDoError(
            f"-i {sources or 'is missing'}: no topology was loaded, and nothing was done; give -i a YAML file that says"
            " 'plugin: fractalops.infra.topology', or its folder; if it is one, let enable_plugins in ansible.cfg name"
            " fractalops.infra.topology"
        )


def _exists(source: str) -> bool:
    """A list of hosts is no path."""
    return "," in source or os.path.exists(source)


def _chosen(stages: Mapping[str, str], selection: Selection) -> list[str]:
    """The tags of the stages that run."""
    known = [tag for tag in stages if tag != "always"]
    unknown = [] if "always" in stages else [tag for tag in selection.named_tags if tag not in stages]
    there_are = f"there is {', '.join(known)}" if known else "it has no tags to choose from"
    if unknown:
        raise NothingToDoError(
            f"--tags {','.join(unknown)}: this playbook has no such tag, and nothing was done; {there_are}"
        )
    chosen = [tag for tag in stages if selection.includes(tag)]
    if not chosen:
        raise NothingToDoError(
            f"{_tags(selection)}: leaves nothing of this playbook, and nothing was done; {there_are}"
        )
    return chosen


def _tags(selection: Selection) -> str:
    """As on the command line; Ansible does not keep the order."""
    given = {"--tags": selection.tags, "--skip-tags": selection.skip_tags}
    return " ".join(f"{option} {','.join(sorted(tags))}" for option, tags in given.items() if tags and tags != ("all",))


def _has_hosts(patterns: list[str], estate: Estate) -> None:
    if not any(estate.has(pattern) for pattern in patterns):
        wanted = " and no ".join(pattern.replace(":", " or ") for pattern in patterns)
        raise NothingToDoError(
            f"topology: it has no {wanted}, so this playbook has no host to work on, and nothing was done; declare one,"
            " or look whether -i is the right one"
        )


def _leaves_hosts(patterns: list[str], selection: Selection, estate: Estate) -> None:
    if not any(estate.leaves(pattern) for pattern in patterns):
        hint = "leave --limit out, or add control_plane to it" if "control_plane" in patterns else "name some of these"
        raise NothingToDoError(
            f"--limit {selection.limit}: leaves none of the hosts this playbook works on, and nothing was done; those"
            f" are {' and '.join(estate.described(pattern) for pattern in patterns)}; {hint}"
        )
