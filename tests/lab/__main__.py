# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...plugins.plugin_utils.errors import InfraError
from . import claim, container, hosts, image, network, openbao, ssh

Act = Callable[[argparse.Namespace], object]


def main() -> int:
    """Run one command; an error is one line on standard error and exit code 1."""
    given = _parser().parse_args()
    try:
        given.act(given)
    except InfraError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests/lab/lab", description="Real LXC hosts and a real OpenBao server.")
    parts = parser.add_subparsers(required=True, metavar="PART")
    _add(parts, "up", "three fresh hosts and a fresh OpenBao", _up)
    _add(parts, "down", "everything away, the network too (the image stays cached)", _down)
    _add(parts, "image", "build what the hosts are made of, unless it is there", _image)
    _add_hosts(parts.add_parser("hosts", help="the LXC hosts").add_subparsers(required=True, metavar="COMMAND"))
    _add_openbao(parts.add_parser("openbao", help="the server").add_subparsers(required=True, metavar="COMMAND"))
    return parser


def _add_hosts(commands: Any) -> None:
    up = _add(commands, "up", "N fresh hosts PREFIX-1.. at 10.77.0.11..", lambda g: hosts.up(g.n, g.prefix))
    up.add_argument("n", type=int)
    up.add_argument("--prefix", default="lab")
    down = _add(commands, "down", "no hosts any more", lambda g: hosts.down(g.prefix))
    down.add_argument("--prefix", help="only those with this prefix")
    reboot = _add(commands, "reboot", "cut the power, boot, wait for ssh", lambda g: print(hosts.reboot(g.name)))
    reboot.add_argument("name")
    attach = _add(commands, "attach", "run a command inside, without ssh", lambda g: _attach(g.name, g.argv))
    attach.add_argument("name")
    attach.add_argument("argv", nargs="+", metavar="-- COMMAND")
    login = _add(commands, "ssh", "log in by ssh, or run a command", lambda g: _ssh(g.name, g.argv))
    login.add_argument("name")
    login.add_argument("argv", nargs="*", metavar="-- COMMAND")
    _add(commands, "list", "names and addresses", lambda _: _list())


def _add_openbao(commands: Any) -> None:
    _add(commands, "up", "a fresh, unsealed, seeded server", lambda _: openbao.up())
    _add(commands, "down", "no server, no data", lambda _: openbao.down())
    _add(commands, "stop", "stop the server, keep its data", lambda _: openbao.stop())
    _add(commands, "start", "start it again and unseal", lambda _: openbao.start())
    _add(commands, "seal", "seal it", lambda _: openbao.seal())
    _add(commands, "unseal", "unseal it", lambda _: openbao.unseal())
    approle = _add(commands, "approle", "print a credentials file of an AppRole role", lambda g: print(_approle(g)))
    approle.add_argument("name")
    approle.add_argument("--policy", type=Path, help="file with the policy of a new role; without it, the role exists")
    write = _add(commands, "write", "write as root, as somebody else would", lambda g: _write(g.path, g.fields))
    write.add_argument("path")
    write.add_argument("fields", nargs="+", metavar="NAME=TEXT")
    _add(commands, "accessors", "print how many tokens there are", lambda _: print(openbao.accessors()))


def _add(commands: Any, name: str, words: str, act: Act) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=words)
    command.set_defaults(act=act)
    return command


def _up(_: argparse.Namespace) -> None:
    hosts.up(3)
    openbao.up()


def _down(_: argparse.Namespace) -> None:
    openbao.down()
    hosts.down()
    with claim.claim():
        claim.clear()
        network.down()


def _image(_: argparse.Namespace) -> None:
    with claim.lock():
        image.tarball()


def _write(path: str, fields: list[str]) -> None:
    openbao.root().call("POST", path, dict(field.split("=", 1) for field in fields))


def _approle(given: argparse.Namespace) -> Path:
    return openbao.approle(given.name, given.policy.read_text() if given.policy else None)


def _attach(name: str, argv: list[str]) -> None:
    one = hosts.find(name)
    command = one.inside(argv)
    os.execvp(command[0], command)


def _ssh(name: str, argv: list[str]) -> None:
    os.execvp("ssh", ["ssh", "-F", str(ssh.CONFIG), hosts.find(name).address, *argv])


def _list() -> None:
    for one in container.present():
        print(f"{one.name}\t{one.address}")


if __name__ == "__main__":
    sys.exit(main())
