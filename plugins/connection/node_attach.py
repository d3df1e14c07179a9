# SPDX-License-Identifier: GPL-3.0-or-later
"""A way into a container that needs nothing of it: through its node."""

from __future__ import annotations

DOCUMENTATION = r"""
name: node_attach
short_description: Reach a container through its node
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Runs commands in a container by C(lxc-attach) or C(pct exec) on its node, so neither the container's network nor its
    ssh has to work.
  - The same in the root file system of a stopped container, by C(lxc-execute), or by C(pct mount) and a change of root;
    nothing of the container boots.
  - The node is reached by ssh; when it is the controller itself, without.
  - A node that falls silent is given up. The connection of ssh notices it after some 20 seconds, since it keeps alive. One
    that was opened before and is shared may not; then a command in the container is given up 15 seconds after the node
    should have ended it, which is after 300 seconds, and a command of the node itself after 120 seconds.
options:
  tool:
    description: What the node manages its containers with.
    type: str
    choices: [lxc, proxmox]
    required: true
    vars:
      - name: ansible_node_tool
  container_id:
    description: Number of the container.
    type: int
    required: true
    vars:
      - name: ansible_node_container_id
  container_name:
    description: Name of the container, with O(tool=lxc); its number when not given.
    type: str
    vars:
      - name: ansible_node_container_name
  container_state:
    description: V(running) attaches to it; V(stopped) works in its root file system.
    type: str
    choices: [running, stopped]
    default: running
    vars:
      - name: ansible_node_container_state
  lxc_path:
    description: Folder of the containers, with O(tool=lxc).
    type: str
    default: /var/lib/lxc
    vars:
      - name: ansible_node_lxc_path
  node_address:
    description: Address of the node; the controller itself when not given.
    type: str
    vars:
      - name: ansible_node_address
  node_user:
    description: Who logs in to the node; must be able to manage containers.
    type: str
    default: root
    vars:
      - name: ansible_node_user
  node_ssh_common_args:
    description: Arguments of ssh to the node; those of the command line or the configuration when not given.
    type: str
    vars:
      - name: ansible_node_ssh_common_args
extends_documentation_fragment:
  - ansible.builtin.connection_pipelining
notes:
  - Playbook C(fractalops.infra.break_glass_repair) sets these variables from the topology.
"""

from functools import partial
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase
from ansible.plugins.loader import connection_loader
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.container import (
    STEP_SECONDS,
    Container,
    container_of,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.deadline import within
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.keepalive import keep_alive

#: What ``timeout`` exits with when it had to end the command, and when it had to kill it.
TIMED_OUT = (124, 137)
#: The node ends a command in a container by itself; this is for its words to come back.
GRACE_SECONDS = 15
#: For a command of the node itself, such as the start of a container.
NODE_SECONDS = 120


class Connection(ConnectionBase):
    """Commands for the container, wrapped for the node."""

    transport = "fractalops.infra.node_attach"
    has_pipelining = True

    def _connect(self) -> Connection:
        """Make the way to the node; it opens with the first command."""
        if not self._connected:
            self._container = self._named()
            self._node = self._way_to_node()
            self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:  # noqa: FBT001, FBT002  as Ansible calls it
        """Run ``cmd`` in the container."""
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)  # type: ignore[safe-super]
        is_running = self._option("container_state") == "running"
        wrapped = self._container.inside(cmd) if is_running else self._container.at_rest(cmd)
        command = partial(self._node.exec_command, wrapped, in_data=in_data, sudoable=False)
        code, stdout, stderr = within(STEP_SECONDS + GRACE_SECONDS, command)
        if code in TIMED_OUT:
            raise AnsibleConnectionFailure("the container gave no answer through its node and was given up")
        return code, stdout, stderr

    def container_state(self) -> str:
        """``running``, ``stopped`` or what else the node says. Raises AnsibleConnectionFailure when it says nothing."""
        code, stdout, stderr = self.on_node(self._connect()._container.state())
        state = stdout.decode(errors="replace").strip().lower()
        if code or not state.isalpha():
            raise AnsibleConnectionFailure(f"the node does not know the container: {_last_words(stdout + stderr)}")
        return state

    def start_container(self) -> None:
        """Boot it. Raises AnsibleConnectionFailure with what the node said."""
        code, stdout, stderr = self.on_node(self._connect()._container.start())
        if code:
            raise AnsibleConnectionFailure(f"the container did not start: {_last_words(stdout + stderr)}")

    def on_node(self, command: str) -> tuple[int, bytes, bytes]:
        """Run ``command`` on the node itself."""
        node = self._connect()._node
        answer: tuple[int, bytes, bytes] = within(NODE_SECONDS, partial(node.exec_command, command, sudoable=False))
        return answer

    def put_file(self, in_path: str, out_path: str) -> None:
        """By a command that reads the file from its standard input."""
        with open(in_path, "rb") as stream:
            code, _stdout, stderr = self.exec_command(f"cat > {self._shell.quote(out_path)}", stream.read())
        if code:
            raise AnsibleConnectionFailure(f"{out_path}: not written: {_last_words(stderr)}")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """By a command that prints the file."""
        code, stdout, stderr = self.exec_command(f"cat {self._shell.quote(in_path)}")
        if code:
            raise AnsibleConnectionFailure(f"{in_path}: not read: {_last_words(stderr)}")
        with open(out_path, "wb") as stream:
            stream.write(stdout)

    def reset(self) -> None:
        """A new way to the node; into the container every command opens its own."""
        if self._connected:
            self._node.reset()

    def close(self) -> None:
        """Let the node go."""
        if self._connected:
            self._node.close()
            self._connected = False

    def _option(self, name: str) -> Any:
        return self.get_option(name)  # type: ignore[no-untyped-call]  # Ansible is not typed

    def _named(self) -> Container:
        asset = {name: self._option(name) for name in ("container_id", "container_name")}
        return container_of(asset, {"type": self._option("tool"), "path": self._option("lxc_path")})

    def _way_to_node(self) -> ConnectionBase:
        address = self._option("node_address")
        kind = "ansible.builtin.ssh" if address else "ansible.builtin.local"
        node: ConnectionBase = connection_loader.get(kind, self._play_context)
        variables = {
            "ansible_host": address,
            "inventory_hostname": address,
            "ansible_user": self._option("node_user"),
        }
        if self._option("node_ssh_common_args") is not None:
            variables["ansible_ssh_common_args"] = self._option("node_ssh_common_args")
        node.set_options(var_options=variables if address else {})
        keep_alive(node)
        return node


def _last_words(output: bytes) -> str:
    return " ".join(output.decode(errors="replace").split())[-400:] or "it failed and printed nothing"
