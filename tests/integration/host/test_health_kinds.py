# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to ask for health on a real host: what is well is confirmed, what is not goes back with words."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host

PYTHON = "/usr/bin/python3"
#: Answers 302, 401 by the name of the host it is asked for, and 404; at a port, or at a local socket.
WEB = """
import http.server, socketserver, sys
class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = {"shop.example": 302, "login.example": 401}
        self.send_response(known.get(self.headers.get("Host"), 404))
        self.end_headers()
    do_HEAD = do_GET
    def address_string(self):
        return "local"
socketserver.TCPServer.allow_reuse_address = True
class Local(socketserver.UnixStreamServer):
    pass
place = sys.argv[1]
server = socketserver.TCPServer(("127.0.0.1", int(place)), Web) if place.isdigit() else Local(place, Web)
server.serve_forever()
"""
#: Says that it is ready, and feeds its watchdog as often as it is told; not at all for 0.
NOTIFIES = """
import os, socket, sys, time
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.connect(os.environ["NOTIFY_SOCKET"])
told.send(b"READY=1")
while True:
    time.sleep(0.2)
    if sys.argv[1] == "fed":
        told.send(b"WATCHDOG=1")
"""
#: Well when it is run as its service is: the user, no writing, and the /tmp of the service.
AS_THE_SERVICE = """
import os, pwd, sys
assert pwd.getpwuid(os.getuid()).pw_name == "asked-exec", os.getuid()
assert open("/tmp/mine").read() == "mine"
try:
    open("/usr/probe", "w")
except OSError:
    sys.exit(int(sys.argv[1]))
"""


def run(program: str, *words: str) -> list[str]:
    """A command on one line: a word of a topology has no line breaks."""
    return [PYTHON, "-c", f"exec({program!r})", *words]


def service(name: str, program: str, *words: str, **changes: Any) -> dict[str, Any]:
    """A small program as a service of its own user."""
    return {"user": name, "exec": run(program, *words), "hardening": "strict", **changes}


def within(seconds: int = 5, **health: Any) -> dict[str, Any]:
    return {**health, "within_seconds": seconds}


def services() -> dict[str, Any]:
    """One service for each way, all of them well."""
    folder = "/run/asked-socket"
    host, login = {"Host": "shop.example"}, {"Host": "login.example"}
    mine = "import time; open('/tmp/mine', 'w').write('mine'); time.sleep(1000000)"
    url = "http://127.0.0.1:9101/"
    return {
        "asked-http": service("asked-http", WEB, "9101", health=within(http=url, status=[301, 302], headers=host)),
        "asked-head": service("asked-head", WEB, "9102")
        | {"health": within(http="http://127.0.0.1:9102/", status=401, method="HEAD", headers=login)},
        "asked-tcp": service("asked-tcp", WEB, "9103", health=within(tcp="localhost:9103")),
        "asked-socket": service("asked-socket", WEB, f"{folder}/x.sock", directories={folder: {}})
        | {"health": within(http="http://shop.example/", socket=f"{folder}/x.sock", status=302)},
        "asked-many": service("asked-many", WEB, "{instance}", instances=["9111", "9112"])
        | {"health": within(tcp="127.0.0.1:{instance}")},
        "asked-exec": service("asked-exec", mine)
        | {"health": within(exec=run(AS_THE_SERVICE, "7"), exit_status=[0, 7])},
        "asked-notify": service("asked-notify", NOTIFIES, "fed", type="notify", health=within(notify=True))
        | {"directives": {"Service": {"WatchdogSec": "30"}}},
        "asked-job": service(
            "asked-job", "pass", type="oneshot", state="on-demand", restart="no", health={"last_run": "success"}
        ),
    }


UNITS = ["asked-exec", "asked-head", "asked-http", "asked-many@9111", "asked-many@9112", "asked-notify", "asked-socket"]
UNITS = [f"{name}.service" for name in [*UNITS, "asked-tcp"]]
JOB = "asked-job.service"


def topology(wanted: dict[str, Any]) -> dict[str, Any]:
    return site.topology({"worker-1": site.host(1, copy.deepcopy(wanted), window_seconds=30)})


def applied(made: site.Site, wanted: dict[str, Any]) -> site.Run:
    made.write(topology(wanted))
    return made.play("fractalops.infra.site", "--tags=hosts", "--limit=worker-1")


@pytest.fixture(scope="module")
def well(delivered: site.Site, tmp_path_factory: pytest.TempPathFactory) -> site.Site:
    """A host whose services are all well."""
    made = site.Site(tmp_path_factory.mktemp("kinds"))
    first = applied(made, services())
    assert first.returncode == 0, first.output
    return made


@pytest.fixture
def host(lab: tuple[Any, ...]) -> Host:
    return Host("worker-1", lab[0])


def units_of(made: site.Site) -> dict[str, dict[str, Any]]:
    return {one["unit"]: one for one in made.ask("worker-1", "fractalops.infra.host_health_info")["units"]}


def test_every_way_is_asked_and_well_and_a_second_run_changes_nothing(well: site.Site) -> None:
    found = units_of(well)
    assert {name: one["why"] for name, one in found.items()} == dict.fromkeys([*UNITS, JOB])
    assert found["asked-many@9112.service"]["asked"] == "tcp 127.0.0.1:9112"
    assert found[JOB]["note"] == "did not run since the host was started"
    again = applied(well, services())
    assert again.returncode == 0 and again.hosts_changed == set(), again.output
    drift = well.play("fractalops.infra.drift", "--limit=worker-1")
    assert drift.returncode == 0, drift.output


def test_the_last_run_of_a_job_is_told(well: site.Site, host: Host) -> None:
    host.run("systemctl start asked-job.service")
    assert units_of(well)[JOB]["why"] is None
    folder, lines = "/run/systemd/system/asked-job.service.d", "[Service]\\nExecStart=\\nExecStart=/bin/false\\n"
    host.run(f"mkdir -p {folder}; printf '{lines}' > {folder}/zzzzz.conf; systemctl daemon-reload")
    host.run("systemctl start asked-job.service || true")
    try:
        assert units_of(well)[JOB]["why"] == "last run ended with exit-code (status 1), not with success"
    finally:
        host.run(f"rm -r {folder}; systemctl daemon-reload; systemctl start asked-job")


URL = "http://127.0.0.1:9101/"
#: What is changed, and what is then said.
RED: dict[str, tuple[dict[str, Any], str]] = {
    "asked-http": ({"health": within(3, http=URL, status=[200, 301])}, "answered 404, not 200 or 301"),
    "asked-tcp": ({"health": within(3, tcp="127.0.0.1:9109")}, "tcp 127.0.0.1:9109 took no connection"),
    "asked-socket": ({"health": within(3, socket="/run/gone.sock")}, "socket /run/gone.sock took no connection"),
    "asked-many": ({"health": within(3, tcp="127.0.0.1:1{instance}")}, "@9111.service: tcp 127.0.0.1:19111 took no"),
    "asked-exec": ({"health": within(3, exec=["/bin/sh", "-c", "exit 5"])}, "ended with exit 5, not exit 0"),
    "asked-notify": (
        {"exec": run(NOTIFIES, "hungry"), "health": within(3, notify=True)},
        "did not hear WATCHDOG=1 from it since it is up (WatchdogSec=30s)",
    ),
}


def test_what_is_not_well_goes_back_with_words_about_each(well: site.Site, host: Host) -> None:
    """All at once: each that is late is named."""
    before = host.state()["confirmed"]
    wanted = services()
    for name, (change, _words) in RED.items():
        wanted[name] |= change
    ended = applied(well, wanted)
    assert ended.returncode == 2, ended.output
    said = " ".join(ended.output.split())
    assert [words for _change, words in RED.values() if words not in said] == [], ended.output
    state = host.state()
    assert state["confirmed"] == before and state["transaction"] is None
    assert {name: one["why"] for name, one in units_of(well).items()} == dict.fromkeys([*UNITS, JOB])


def test_a_command_that_hangs_is_killed_and_outlasts_nothing(well: site.Site, host: Host) -> None:
    wanted = services()
    wanted["asked-exec"]["health"] = within(2, exec=["/bin/sh", "-c", "trap '' TERM; sleep 1234567"])
    ended = applied(well, wanted)
    assert ended.returncode == 2 and "did not end in" in ended.output, ended.output
    assert host.run("pgrep -f '[s]leep 1234567' || true") == ""
    assert units_of(well)["asked-exec.service"]["why"] is None
