from __future__ import annotations
import json
import pytest
from ansible_collections.fractalops.infra.tests.lab import site
from ansible_collections.fractalops.infra.tests.integration.host.conftest import *  # noqa

REF = "bao://secret/runtime/postgres#password"


def words(name):
    return [
        "/bin/sh",
        "-c",
        f"cat $CREDENTIALS_DIRECTORY/db-password >/run/cred/{name} 2>/run/cred/{name}.err; echo rc $? dir $CREDENTIALS_DIRECTORY >>/run/cred/{name}.err",
    ]


def test_it(base, first_host):
    for user, root in (("cred-a", False), ("root", True)):
        for hardening in ("strict", "standard"):
            svc = {
                "user": user,
                "exec": ["/bin/sh", "-c", "cat $CREDENTIALS_DIRECTORY/db-password >/run/cred/exec; exec sleep 100000"],
                "hardening": hardening,
                "exec_before": [words("before")],
                "exec_after": [words("after")],
                "reload": words("reload"),
                "stop": words("stop"),
                "stop_after": [words("stop_after")],
                "credentials": {"db-password": REF},
                "directories": {"/run/cred": {}},
            }
            if root:
                svc["allow_root"] = True
            base.write(site.topology({"worker-1": site.host(1, {"cred-a": svc}, window_seconds=20)}))
            run = base.play("fractalops.infra.site", "--tags=hosts")
            print(user, hardening, run.returncode, run.output[-600:] if run.returncode else "")
            print(
                first_host.run(
                    "systemctl --version | head -1; systemctl reload cred-a; sleep 0.3; cp -r /run/cred /run/cred-copy; systemctl stop cred-a; systemctl is-failed cred-a; head -c 300 /run/cred-copy/* /run/cred/* 2>&1; ls -la /run/cred; rm -rf /run/cred-copy; journalctl -u cred-a -n 12 --no-pager -o cat"
                )
            )
    assert 0
