# SPDX-License-Identifier: GPL-3.0-or-later
"""What a repair and its drill share: an order, a way in, secrets, and a line in the break-glass log for each step."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError

from ..break_glass import trail
from ..break_glass.ladder import Step, ladder
from ..break_glass.order import Order, RefusedOrderError
from ..break_glass.rung import Rung
from ..break_glass.secret_source import Bundled, Supply, bundle_log, open_from, supply
from ..bundle import Seen, Use
from ..bundle.seen import OPENED, USED
from ..documentation import document_url
from ..errors import InfraError
from ..host.document import HostDocument
from ..host.generation import refs
from ..openbao import Payload, Resolution
from .deadline import within
from .host_document import require_current_document
from .ladder import LadderTask, is_here
from .openbao import plain

OPTIONS: dict[str, Any] = {
    "asset": {"type": "str"},
    "reason": {"type": "str"},
    "operator": {"type": "str"},
    "expires": {"type": "str"},
    "log_file": {"type": "path", "required": True},
    "hosts": {"type": "list", "elements": "str", "required": True},
    "nodes": {"type": "dict", "required": True},
    "bundle": {"type": "path"},
    "identity": {"type": "path"},
    "break_glass": {"type": "dict"},
}
#: How long a container may take from its start until systemd has started everything.
BOOT_SECONDS = 120
BOOTED = "systemctl is-system-running --wait"


class BreakGlassTask(LadderTask):
    """Subclasses say what is done over the way in."""

    def take(self, options: dict[str, Any], task_vars: dict[str, Any] | None) -> None:
        """Read the arguments; nothing is judged or touched yet."""
        _validation, given = self.validate_argument_spec(argument_spec=options)  # type: ignore[no-untyped-call]
        self.options: dict[str, Any] = given
        self.vars = task_vars or {}
        self.rungs: list[dict[str, Any]] = []
        self.done: list[str] = []
        self.host_bundles: list[dict[str, Any]] = []
        self.rung: Rung | None = None
        self._steps: tuple[Step, ...] = ()
        self._supply: Supply | None = None
        self._operator = str(given["operator"])
        self.trail = trail.Trail(given["log_file"])
        self._log = bundle_log(given["log_file"])

    def now(self) -> dt.datetime:
        """By the clock of the controller."""
        return dt.datetime.now(dt.UTC)

    def owner(self) -> str:
        """The operator stands in the history of the host, and through whom."""
        return f"{self._operator} by break-glass ({super().owner()})"

    def ordered(self) -> Order:
        """The order, on record. Raises AnsibleActionFail when it is refused, which is on record too."""
        given = {
            name: self.options.get(name) for name in ("asset", "reason", "operator", "expires", "repair", "generation")
        }
        try:
            order = Order.of(given, plain(self.options["hosts"]), self.now())
            if order.asset != self._host:
                raise RefusedOrderError([f"asset: the order is for {order.asset!r}, this task runs on {self._host!r}"])
        except RefusedOrderError as error:
            self.say(
                trail.REFUSED, {**{name: str(text)[:512] for name, text in given.items() if text}, "why": str(error)}
            )
            raise AnsibleActionFail(f"refused, and nothing was touched:\n{error}") from None
        self.say(trail.ORDERED, order.record() | {"check": self._task.check_mode})
        return order

    def climb(self, order: Order) -> None:
        """Find the first rung that is open; each is on record. Raises AnsibleActionFail when none is."""
        for attempt in self.attempts(self.steps(), self.vars):
            self.rungs.append(attempt.record())
            self.say(trail.RUNG, {"asset": order.asset, **attempt.record()})
            if attempt.why is None:
                self.rung = attempt.step.rung
                self.require_pipelining()
                return
        raise AnsibleActionFail(
            "the host cannot be reached by ssh or through its node; next: look at the node and its container by hand"
        )

    def steps(self) -> tuple[Step, ...]:
        """The ladder of this host."""
        asset, nodes = plain(self._templar.template(self.vars["runtime_asset"])), plain(self.options["nodes"])
        self._steps = ladder(asset, nodes, node_is_here=is_here(nodes[asset["node"]]["address"]))
        return self._steps

    def told_rungs(self) -> str:
        """Every way in and what became of it, for a person."""
        return "\n".join(f"{one['rung']}: {'open' if one['open'] else one['why']}" for one in self.rungs)

    def look(self) -> dict[str, Any]:
        """Where the host is, by its own words."""
        seen = self.answer({"step": "look", "head": self.trail.head_of(self._host)}, self.vars)
        self.host_bundles = seen["bundles"]
        for broken in seen["breaks"]:
            self._display.warning(f"break-glass log of {self._host}: {broken}; see {document_url('break-glass')}")
        return seen

    def answer(self, step: Mapping[str, Any], task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """One step on the host."""
        return super().answer(step, self.vars if task_vars is None else task_vars)

    def document(self) -> HostDocument:
        """What the inventory says of the host. One older than the topology is told, and better than no repair."""
        document: HostDocument = json.loads(self.options["document"])
        try:
            require_current_document(document)
        except InfraError as stale:
            self._display.warning(f"{self._host}: {stale}")
        return document

    def supplied(self, order: Order, document: HostDocument) -> Resolution:
        """Values for the refs of the host, on record by ref and version."""
        use = Use(order.asset, "repair", order.operator, order.reason, tuple(refs(document)))
        openbao = plain(self.options["openbao"])
        self._supply = supply(openbao, self.options["openbao_credentials_file"], self.bundled(), self._log, use)
        self._use = use
        self.say(trail.SECRETS, {"asset": order.asset, **self._supply.record()})
        return self._supply.resolution

    def opened_for_drill(self, order: Order) -> str | None:
        """Why the bundle would be of no use; it stays good. Raises BundleRefusedError, recorded in the chain."""
        bundled = self.bundled()
        if bundled is None:
            return "none was given; add -e bundle=FILE -e identity=FILE"
        needs = tuple(refs(self.document()))
        use = Use(order.asset, "drill", order.operator, order.reason, needs)
        open_from(bundled, self._log, use)
        return None

    def bundled(self) -> Bundled | None:
        """The bundle that may stand in. Raises InfraError when only half of it is given."""
        path, identity = self.options["bundle"], self.options["identity"]
        if bool(path) != bool(identity):
            raise InfraError("bundle and identity: belong together; give both or neither")
        seen = Seen.of(self.host_bundles, self._host)
        return Bundled(path, identity, plain(self.options["break_glass"]), seen) if path else None

    def begin(self, order: Order, before: dict[str, Any]) -> None:
        """The host remembers first, so that a controller that dies leaves a trace there too."""
        record = {
            **order.record(),
            "run": self.trail.run,
            "rung": self.rungs[-1]["rung"],
            "controller": self.trail.head,
        }
        head = self.answer({"step": "begin", "record": record})["head"]
        head = self._noted_bundle(order, OPENED) or head
        known = {"confirmed": before["confirmed"], "host_head": head, "host_breaks": before["breaks"]}
        self.say(trail.HOST, {"asset": order.asset, **known})

    def started_ssh(self) -> str | None:
        """Bring sshd back; what keeps it from starting, when something does."""
        try:
            self.done += self.answer({"step": "start-ssh"})["done"]
        except AnsibleActionFail as error:
            return str(error)
        return None

    def boot(self) -> None:
        """Start the container and go on inside it. Raises AnsibleConnectionFailure."""
        self._node.start_container()
        self.done.append("started the container, which was stopped; if that was on purpose, stop it again")
        attach = next(step for step in self._steps if step.rung is Rung.ATTACH)
        give_up = time.monotonic() + BOOT_SECONDS
        while (why := self._tried(attach, self.vars)) or not self._is_booted():
            if time.monotonic() > give_up:
                raise AnsibleConnectionFailure(
                    f"the container was started and did not boot: {why or 'systemd is not done'}"
                )
            time.sleep(0.2)
        self.rung = Rung.ATTACH

    def activated(self, payload: dict[str, Any], reason: str) -> dict[str, Any]:
        """The protocol of every activation, over the way in that was found."""
        result = self.activate({"payload": Payload(json.dumps(payload)), "reason": reason}, self.vars)
        result.pop("open_repair", None)  # an ordinary run ends it, not another repair
        return result

    def end(self, order: Order, before: dict[str, Any], result: dict[str, Any], problem: str | None = None) -> None:
        """How it ended, on both sides; a bundle that repaired the host is never good for it again."""
        about = {
            **order.record(),
            "run": self.trail.run,
            "rungs": self.rungs,
            "done": self.done,
            "before": before["confirmed"],
            "after": result.get("generation"),
            "problem": problem,
            **(self._supply.record() if self._supply else {}),
        }
        if self._supply and self._supply.verified:
            self._log.used(self._supply.verified, self._use)
            self._noted_bundle(order, USED)
        head = self.answer({"step": "note", "event": trail.ENDED, "record": about})["head"]
        self.say(trail.ENDED, about | {"host_head": head})

    def _noted_bundle(self, order: Order, event: str) -> str | None:
        """The host remembers its bundles too, for a controller that has lost its chain; the head of its chain."""
        if self._supply is None or self._supply.verified is None:
            return None
        serial = self._supply.verified.header.serial
        record = {"serial": serial, "host": order.asset, "operator": order.operator, "run": self.trail.run}
        return str(self.answer({"step": "note", "event": event, "record": record})["head"])

    def failed(self, order: Order, error: Exception) -> None:
        """On record here, and on the host when it still answers."""
        about = {**order.record(), "run": self.trail.run, "why": str(error), "rungs": self.rungs, "done": self.done}
        self.say(trail.FAILED, about)
        if self.rung is None or self._task.check_mode:
            return
        try:
            self.answer({"step": "note", "event": trail.FAILED, "record": about})
        except AnsibleError:
            self._display.warning(f"{order.asset}: the failure is on record here, but not on the host")

    def _is_booted(self) -> bool:
        said = within(BOOT_SECONDS, partial(self._low_level_execute_command, BOOTED))
        return said["stdout"].strip() in ("running", "degraded")

    def say(self, event: str, about: Mapping[str, Any]) -> None:
        """A line in the chain of the controller. Raises AnsibleActionFail when it cannot be written."""
        try:
            self.trail.say(event, about)
        except InfraError as error:
            raise AnsibleActionFail(f"{error}; without a line in the log nothing is done") from None
        for broken in self.trail.breaks:
            where = f"break-glass log {self.options['log_file']}"
            self._display.warning(f"{where}: {broken}; see {document_url('break-glass')}")
