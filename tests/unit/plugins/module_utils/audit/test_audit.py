# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of a folder as a whole: what is found, what is not, and that no finding ever holds a value."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit import finding
from ansible_collections.fractalops.infra.plugins.module_utils.audit.audit import MAX_UNREAD, Audit
from ansible_collections.fractalops.infra.plugins.module_utils.audit.detector import Detector
from ansible_collections.fractalops.infra.plugins.module_utils.audit.finding import Findings
from ansible_collections.fractalops.infra.plugins.module_utils.audit.known_value import KnownValues
from ansible_collections.fractalops.infra.plugins.module_utils.audit.process_audit import ProcessAudit
from ansible_collections.fractalops.infra.plugins.module_utils.audit.rule import RULES
from hypothesis import given, settings
from hypothesis import strategies as st

REF = "bao://secret/runtime/postgres#password"
MIB = 1024 * 1024
LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
TOKENS = st.lists(LETTERS, min_size=16, max_size=16).map("".join).map("AKIA".__add__)
KNOWN = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=12, max_size=30)


def audit(folder: Path, values: dict[str, str] | None = None, *exclude: str) -> dict[str, Any]:
    one = Audit(values or {}, exclude, MIB)
    one.folders([str(folder)])
    return one.result()


def places(folder: Path, values: dict[str, str] | None = None) -> list[tuple[str, int, str]]:
    """Path below ``folder``, line, rule."""
    found: Any = audit(folder, values)["findings"]
    return [(os.path.relpath(one["path"], folder), one["line"], one["rule"]) for one in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that others cannot reach, as its parents are pytest's."""
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content", "found"),
    (
        (".env", "A=b\n", [(0, "env-file")]),
        (
            "app.env",
            "DB_PASSWORD=simple\nexport API_TOKEN='x1y2'\n# OLD_TOKEN=x1y2\n",
            [(0, "env-file"), (1, "env-value"), (2, "env-value")],
        ),
        (".env.production", "", [(0, "env-file")]),
        (".env.example", "DB_PASSWORD=simple\n", []),
        ("not.environment", "DB_PASSWORD=simple\n", []),
        (".bash_history", "ls\nexport DB_PASSWORD=simple\n", [(2, "shell-history")]),
        (".zsh_history", ": 1:0;mysql -psimple x\n", [(1, "shell-history")]),
        (".psql_history", "alter user x password='simple';\n", [(1, "shell-history")]),
        (".netrc", "machine x\n", [(0, "credential-file")]),
        (".vault-token", "x", [(0, "credential-file")]),
        ("systemd/system/x.service", "[Service]\nEnvironment=DB_PASSWORD=simple\n", [(2, "unit-environment")]),
        ("systemd/system/x.service.d/y.conf", "[Service]\nSetCredential=a:simple\n", [(2, "unit-set-credential")]),
        ("elsewhere/x.service", "[Service]\nEnvironment=DB_PASSWORD=simple\n", []),
        ("notes.txt", "password: simple\n", []),
        ("notes.txt", "\n\npassword: k3J9x2Lq7Z\n", [(3, "keyword-value")]),
        ("image.bin", "\0password: k3J9x2Lq7Z\n", []),
    ),
)
def test_a_file_is_read_as_what_it_is(folder: Path, name: str, content: str, found: list[tuple[int, str]]) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    (folder / name).chmod(0o600)
    assert places(folder) == [(name, line, rule) for line, rule in found]


def test_a_known_value_is_found_in_a_binary_file_and_across_pieces(folder: Path) -> None:
    value = "k3J9-x2Lq-7Zp0"
    (folder / "core").write_bytes(b"\0" * 4096 + base64.b64encode(b"ab" + value.encode()) + b"\0")
    (folder / "log").write_bytes(b"line\n" * 209_710 + value.encode()[:8] + value.encode()[8:] + b"\n" * 9)
    one = Audit({REF: value}, [], 8 * MIB)
    one.folders([str(folder)])
    found: Any = one.result()["findings"]
    assert [(os.path.basename(each["path"]), each["line"], each["ref"]) for each in found] == [
        ("core", 1, REF),
        ("log", 209_711, REF),
    ]


def test_who_can_read_a_file_with_secrets_matters(folder: Path) -> None:
    outside = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        outside.chmod(0o755)
        (outside / ".env").write_text("A=b\n")
        (outside / ".env").chmod(0o644)
        (outside / "plain").write_text("A=b\n")
        assert places(outside) == [(".env", 0, "env-file"), (".env", 0, "world-readable")]
        (outside / ".env").chmod(0o640)
        assert places(outside) == [(".env", 0, "env-file")]
        (outside / ".env").chmod(0o644)
        outside.chmod(0o750)
        assert places(outside) == [(".env", 0, "env-file")]
    finally:
        shutil.rmtree(outside)


def test_a_name_that_holds_a_secret_is_found_and_masked(folder: Path) -> None:
    token = "AKIA" + "Q" * 8 + "Z" * 8
    (folder / token).mkdir()
    (folder / token / f"x-{token}.txt").write_text(f"{token}\n")
    result = audit(folder)
    assert {one["rule"] for one in result["findings"]} == {"secret-in-name", "aws-key"}
    assert {one["path"] for one in result["findings"]} == {f"{folder}/***/***"}


def test_many_findings_of_a_file_are_counted(folder: Path) -> None:
    (folder / "list").write_text(("AKIA" + "Q" * 8 + "Z" * 8 + "\n") * 30)
    result = audit(folder)
    assert len(result["findings"]) == finding.MAX_PER_FILE
    assert result["findings_left_out"] == 30 - finding.MAX_PER_FILE


def test_what_is_not_read_is_named(folder: Path) -> None:
    with (folder / "huge").open("wb") as stream:
        stream.truncate(MIB + 1)
    result = audit(folder)
    assert result["unread"] == [{"path": f"{folder}/huge", "reason": "too large"}]


def test_an_excluded_folder_is_left_out(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / ".env").touch()
    assert audit(folder, None, f"{folder}/a")["findings"] == []


@pytest.mark.parametrize("name", ("x.conf", ".bash_history", "x.env", "systemd/x.service"))
@pytest.mark.parametrize(
    "unit",
    (
        "curl -u ",
        "echo ",
        "Comment:",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nComment:Comment:",
        "password=",
        "://a:",
        "a\\\n",
        "key key",
        "eyJ",
        "x-Auth-Token: ",
        "A=",
        "'",
        "token ",
    ),
)
def test_no_file_takes_long(folder: Path, name: str, unit: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(unit * (MIB // 4 // len(unit)))
    started = time.process_time()
    audit(folder, {REF: "k3J9-x2Lq-7Zp0"})
    assert time.process_time() - started < 2


def test_the_hosts_own_keys_stand_where_they_belong() -> None:
    from ansible_collections.fractalops.infra.plugins.module_utils.audit.by_design import is_by_design  # noqa: PLC0415

    assert is_by_design(b"/etc/ssh/ssh_host_ed25519_key", "private-key", 0o100600)
    assert not is_by_design(b"/etc/ssh/ssh_host_ed25519_key", "private-key", 0o100644)
    assert not is_by_design(b"/etc/ssh/ssh_host_ed25519_key", "known-value", 0o100600)
    assert not is_by_design(b"/root/.ssh/id_ed25519", "private-key", 0o100600)


def a_process(proc: Path, environment: bytes, arguments: bytes) -> None:
    (proc / "42").mkdir(parents=True)
    (proc / "42" / "environ").write_bytes(environment)
    (proc / "42" / "cmdline").write_bytes(arguments)
    (proc / "self").mkdir()
    (proc / "43").mkdir()


@pytest.mark.parametrize(
    ("environment", "arguments", "found"),
    (
        (b"A=b\0DB_PASSWORD=simple\0", b"/bin/x\0", [("environ", 2, "process-environment")]),
        (b"A=b\nc\0X=AKIA" + b"QZ" * 8 + b"\0", b"", [("environ", 2, "aws-key")]),
        (b"A=1\0B=2\0C=k3J9-x2Lq-7Zp0\0", b"", [("environ", 3, "known-value")]),
        (b"", b"/bin/x\0--password\0simple\0", [("cmdline", 3, "process-arguments")]),
        (b"", b"/bin/x\0y\0k3J9-x2Lq-7Zp0\0", [("cmdline", 3, "known-value")]),
        (b"", b"curl\0-u\0a:simple\0http://x\0", [("cmdline", 0, "process-arguments")]),
        (b"PWD=/root\0CREDENTIALS_DIRECTORY=/run/credentials/x\0PASSWORD_FILE=/x\0", b"/bin/x\0--token-file=/x\0", []),
        (b"", b"", []),
    ),
)
def test_a_process_is_looked_at(
    tmp_path: Path, environment: bytes, arguments: bytes, found: list[tuple[str, int, str]]
) -> None:
    a_process(tmp_path, environment, arguments)
    findings = Findings(os.fsdecode)
    detector = Detector(KnownValues({REF: "k3J9-x2Lq-7Zp0"}))
    ProcessAudit(detector, findings, tmp_path).look()
    assert [(one["path"], one["line"], one["rule"]) for one in findings.results()] == [
        (f"{tmp_path}/42/{name}", line, rule) for name, line, rule in found
    ]


@settings(max_examples=150, deadline=None)
@given(
    token=TOKENS,
    known=KNOWN,
    text=st.sampled_from(("{}", "password={}", "x{}x", "A={}", "{}/{}", "{}\n{}", "export TOKEN={}")),
    is_name=st.booleans(),
)
def test_no_finding_ever_holds_a_value_or_its_start(token: str, known: str, text: str, *, is_name: bool) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        for number, value in enumerate((token, known)):
            for file in (".env", ".bash_history", "x.conf", "systemd/x.service"):
                path = folder / str(number) / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"[Service]\nEnvironment=DB_PASSWORD={value}\n" + text.format(value, value))
        if is_name:
            (folder / f"{token}.{token}").write_text("x")
            (folder / f"x {known} x").write_text(known)
        result = audit(folder, {REF: known})
        found: Any = result["findings"]
        assert "aws-key" in {one["rule"] for one in found}
        assert {one["rule"] for one in found} <= set(RULES)
        shown = json.dumps(result, ensure_ascii=False).replace(name, "").replace(REF, "")
        assert token[:8] not in shown and token not in shown
        if KnownValues({REF: known}):
            assert "known-value" in {one["rule"] for one in found}
            assert known.strip() not in shown


def test_a_folder_that_was_to_be_there_and_is_not_is_unread(folder: Path) -> None:
    (folder / "dangling").symlink_to("nowhere")
    one = Audit({}, (), MIB)
    missing = [str(folder / name) for name in ("absent", "dangling")]
    one.folders([str(folder), *missing])
    assert one.result()["unread"] == []
    one.expect([str(folder), *missing])
    assert one.result()["unread"] == [{"path": path, "reason": "does not exist"} for path in missing]


def test_what_could_not_be_read_is_named_before_what_is_left_out_by_design(folder: Path) -> None:
    for number in range(MAX_UNREAD + 1):
        (folder / f"large-{number:03}").write_bytes(b"xx")
    one = Audit({}, (), 1)
    one.folders([str(folder)])
    one.expect([str(folder / "zzz")])
    told: Any = one.result()
    assert told["unread"][0] == {"path": str(folder / "zzz"), "reason": "does not exist"}
    assert [place["path"] for place in told["unread"][1:3]] == [str(folder / f"large-00{number}") for number in (0, 1)]
    assert (len(told["unread"]), told["unread_left_out"]) == (MAX_UNREAD, 2)
