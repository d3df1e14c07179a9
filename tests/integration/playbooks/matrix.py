# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook in every state in which it cannot do its work."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.fractalops.infra.tests.integration.playbooks.estate import CLOSED_PORT, EXTERNAL, Estate
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT
from ansible_collections.fractalops.infra.tests.lab.site import Run

HOST, CONTROLLER = "web-1", "control_plane"
_CREDENTIALS = tuple(
    f"openbao_{who}credentials_file=token"
    for who in ("", "audit_", "bundle_", "policy_", "role_", "status_", "writer_")
)
_EXPIRES = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
_RECORD = ("reason=test", "operator=test", "break_glass_log_file=log.jsonl")
_ORDER = (f"asset={HOST}", f"expires={_EXPIRES}", *_RECORD)


@dataclass(frozen=True)
class Playbook:
    """A playbook with all it asks for, so that nothing but the state it is in keeps it from its work."""

    works_on: str
    variables: tuple[str, ...] = ()
    #: Works whatever --tags says.
    ignores_tags: bool = False
    #: Reads the topology, and asks nobody.
    is_offline: bool = False


PLAYBOOKS = {
    "audit": Playbook(HOST),
    "break_glass_bundle": Playbook(CONTROLLER, ("bundle=bundle", *_RECORD)),
    "break_glass_drill": Playbook(HOST, (*_ORDER, "bundle=bundle", "identity=token"), ignores_tags=True),
    "break_glass_repair": Playbook(HOST, (*_ORDER, "repair=restart"), ignores_tags=True),
    "deploy": Playbook(HOST),
    "drift": Playbook(HOST, ignores_tags=True),
    "explain": Playbook(CONTROLLER, ("path=profile",), is_offline=True),
    "graph": Playbook(CONTROLLER, ("dest={{ inventory_dir }}/graph.html",), is_offline=True),
    "health": Playbook(HOST, ignores_tags=True),
    "openbao": Playbook(CONTROLLER),
    "plan": Playbook(HOST),
    "preflight": Playbook(CONTROLLER),
    "rollback": Playbook(HOST, ("generation=previous", "reason=test")),
    "secrets_import": Playbook(CONTROLLER, ("src=secrets.yml", "dest=refs.yml")),
    "secrets_rotate": Playbook(CONTROLLER, ("secret=app/web", '{"keys": ["password"]}')),
    "secrets_status": Playbook(CONTROLLER),
    "secrets_sync": Playbook(CONTROLLER),
    "site": Playbook(HOST),
    "validate": Playbook(CONTROLLER, is_offline=True),
}
NOBODY = "nobody"
#: How a state makes the command line of a playbook; None where the playbook can do its work in that state.
STATES: dict[str, Callable[[Inventories, Playbook], tuple[str, ...] | None]] = {
    "invalid topology": lambda given, _: ("-i", given.invalid),
    "wrong inventory": lambda given, _: ("-i", given.absent),
    "no host": lambda given, one: None if one.works_on == CONTROLLER else ("-i", given.empty),
    "limit to nobody": lambda given, _: ("-i", given.whole, "--limit", NOBODY),
    "limit to others": lambda given, one: ("-i", given.whole, "--limit", _others(one)),
    "unreachable": lambda given, one: None if one.is_offline else ("-i", given.whole, *_alone(one)),
    "no such tag": lambda given, one: ("-i", given.whole, *_no_tags(one)),
    "no such task": lambda given, _: ("-i", given.whole, "--start-at-task", NOBODY),
}
#: What is said in a state; of a few playbooks that only see it while they work, in other words.
WORDS = {
    "invalid topology": "profile: needs text; quote it if it looks like a number",
    "wrong inventory": r"\(does not exist\): no topology was loaded, and nothing was done; give -i a YAML file",
    "no host": "topology: it has no kind_lxc|Nothing was asked: no host|is no LXC asset of this topology",
    "limit to nobody": "--limit leaves us with no hosts to target",
    "limit to others": "leaves none of the hosts this playbook works on, and nothing|Nothing was asked: no host",
    "unreachable": "[Cc]onnection refused|could not be sent to remote host",
    "no such tag": "this playbook has no such tag, and nothing was done|--skip-tags always: leaves nothing of this",
    "no such task": "--start-at-task nobody: leaves out what must hold",
}


@dataclass(frozen=True)
class Inventories:
    """Configuration files of inventories."""

    whole: str
    invalid: str
    empty: str
    absent: str


@dataclass(frozen=True)
class Cell:
    """One playbook in one state."""

    playbook: str
    state: str

    def __str__(self) -> str:
        return f"{self.playbook}-{self.state}"


def cells() -> list[Cell]:
    """All but those in which the playbook can do its work."""
    nowhere = Inventories("", "", "", "")
    pairs = [(name, state) for name in PLAYBOOKS for state in STATES]
    return [Cell(name, state) for name, state in pairs if STATES[state](nowhere, PLAYBOOKS[name]) is not None]


def played(estate: Estate) -> dict[Cell, Run]:
    """Every cell, side by side: by the path of the playbook in one state, by its full name in the others."""
    given = Inventories(
        whole=estate.inventory("whole"),
        invalid=estate.inventory("invalid", profile=5),
        empty=estate.inventory("empty", runtime_assets=EXTERNAL),
        absent=str(estate.folder / "absent.yml"),
    )
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(cells(), pool.map(lambda cell: _run(estate, given, cell), cells()), strict=True))


def table(runs: dict[Cell, Run]) -> list[str]:
    """Exit codes, one line for each playbook."""
    rows = [["playbook", *STATES], ["---"] * (len(STATES) + 1)]
    for name in PLAYBOOKS:
        codes = [runs.get(Cell(name, state)) for state in STATES]
        rows.append([f"`{name}`", *("–" if run is None else str(run.returncode) for run in codes)])
    return [f"| {' | '.join(row)} |" for row in rows]


def _run(estate: Estate, given: Inventories, cell: Cell) -> Run:
    one = PLAYBOOKS[cell.playbook]
    arguments = STATES[cell.state](given, one) or ()
    path = str(PROJECT / "playbooks" / f"{cell.playbook}.yml")
    name = path if cell.state == "limit to others" else f"fractalops.infra.{cell.playbook}"
    variables = (*_CREDENTIALS, f"ansible_port={CLOSED_PORT}", "ansible_pipelining=true", *one.variables)
    return estate.run("ansible-playbook", name, *arguments, *(f"--extra-vars={variable}" for variable in variables))


def _others(one: Playbook) -> str:
    return CONTROLLER if one.works_on == HOST else HOST


def _alone(one: Playbook) -> tuple[str, ...]:
    """The host, since no OpenBao answers either."""
    return ("--limit", HOST) if one.works_on == HOST else ()


def _no_tags(one: Playbook) -> tuple[str, ...]:
    return ("--skip-tags", "always") if one.ignores_tags else ("--tags", NOBODY)
