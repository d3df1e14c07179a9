# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted on hosts of the lab, and only there: stops the product at a named step.

Python's ``site`` imports it in every process of the host (also under ``-I``), the module of Ansible and the agent among
them. It wraps the functions named in ``STEPS`` as their modules are imported. Whoever reaches the first step of the
plan takes it off the plan, says so, and is killed, crashes, or waits until it is let go. Without a plan nothing
happens.

Runs on the Python of the host, 3.9 or newer; nothing is imported that a module of ours would not have imported anyway.
"""

import _thread
import functools
import json
import os
import sys
import time
from importlib.machinery import PathFinder

#: Gone after a reboot, as a plan should be.
FOLDER = "/run/faults"
#: Replaced by those of ``steps.py`` when this file is planted.
STEPS = {}
PACKAGES = (".module_utils.host.", ".module_utils.release.", "fractalops_host.")
AGENT = "/run/fractalops/agent-"
_times = {}
_one_at_a_time = _thread.allocate_lock()


def reach(step):
    """Called at every wrapped step: do what the plan says, if it is the turn of this one."""
    with _one_at_a_time:
        held = _held_at(step)
    while held and os.path.exists(held):
        time.sleep(0.01)


def _held_at(step):
    """The file that holds this process until somebody removes it; None when it may go on. Threads come here too."""
    plan = _plan()
    if not plan or plan[0]["step"] != step or plan[0]["task"] not in ("any", task()):
        return None
    turn = json.dumps(plan)
    _times[turn] = _times.get(turn, 0) + 1
    if _times[turn] < plan[0]["time"]:
        return None
    _replace("plan", json.dumps(plan[1:]))
    held = os.path.join(FOLDER, f"held-{os.getpid()}")
    if plan[0]["do"] == "wait":
        with open(held, "w"):
            pass
    with open(os.path.join(FOLDER, "reached"), "a") as stream:
        stream.write(f"{task()}/{step} {os.getpid()}\n")
    if plan[0]["do"] == "kill":
        os.kill(os.getpid(), 9)
    if plan[0]["do"] == "crash":
        os.abort()
    return held


def task():
    """What this process is: a task of the agent (activate, guard, …), or the module."""
    words = getattr(sys, "argv", [])
    return words[1] if len(words) > 1 and words[0].startswith(AGENT) else "module"


def _plan():
    try:
        with open(os.path.join(FOLDER, "plan")) as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return []


def _replace(name, text):
    new = os.path.join(FOLDER, f".{name}.{os.getpid()}")
    with open(new, "w") as stream:
        stream.write(text)
    os.replace(new, os.path.join(FOLDER, name))


def _stepped(name, function):
    @functools.wraps(function)
    def step(*arguments, **named):
        reach(name + ":before")
        result = function(*arguments, **named)
        reach(name + ":after")
        return result

    return step


def _wrap(noun, module):
    for qualified in STEPS[noun]:
        owner, _dot, name = qualified.rpartition(".")
        holder = getattr(module, owner) if owner else module
        setattr(holder, name, _stepped(f"{noun}.{qualified}", getattr(holder, name)))


class _Loader:
    """Loads a module as it would be, then wraps its steps."""

    def __init__(self, noun, real):
        self._noun, self._real = noun, real

    def create_module(self, spec):
        return self._real.create_module(spec)

    def exec_module(self, module):
        self._real.exec_module(module)
        _wrap(self._noun, module)

    def __getattr__(self, name):
        return getattr(self._real, name)


class _Finder:
    """Stands before Python's own finders for the modules that have steps, from a folder or from Ansible's zip."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        noun = name.rpartition(".")[2]
        if noun not in STEPS or not any(package in name for package in PACKAGES):
            return None
        spec = PathFinder.find_spec(name, path, target)
        # A room is called like the noun in it: the steps stand in the module, not in the package around it.
        is_module = spec is not None and spec.submodule_search_locations is None
        if is_module and spec.loader is not None:
            spec.loader = _Loader(noun, spec.loader)
        return spec


sys.meta_path.insert(0, _Finder)
