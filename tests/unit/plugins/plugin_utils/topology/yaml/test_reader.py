# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile files: refused at the right place, at once, without a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

from ..annotated import actual
from ..base import HEAD, TREE, VALID, written

AFTER = VALID.count("\n") + 1
CHARACTERS = [
    ("\t", "a tab in the file"),
    ("\r", "a carriage return in the file"),
    ("\x07", "U+0007 control character in the file"),
    ("\x85", "U+0085 control character in the file"),
    ("\u200b", "U+200B ZERO WIDTH SPACE in the file"),
    ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE in the file"),
    ("\u2028", "U+2028 LINE SEPARATOR in the file"),
    ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE in the file"),
    ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A in the file"),
]


@pytest.mark.parametrize(("character", "what"), CHARACTERS)
def test_a_character_nobody_can_see_is_refused_even_in_a_comment(tmp_path: Path, character: str, what: str) -> None:
    file = written(tmp_path, f"{VALID}# a{character}b\n")
    assert actual(file)[0].startswith(f"{AFTER}:4 {what}")


@pytest.mark.parametrize(
    ("content", "violation"),
    [
        (b"", "1:1 the file is empty; start it with schema_version: 1"),
        (b"# nothing\n", "1:1 the file is empty; start it with schema_version: 1"),
        (b"---\n", "1:1 the file does not hold a mapping"),
        (b"- a\n", "1:1 the file does not hold a mapping; start it with schema_version: 1"),
        (b"text\n", "1:1 the file does not hold a mapping; start it with schema_version: 1"),
        (b"\xef\xbb\xbf" + VALID.encode(), "1:1 the file starts with a byte order mark; save it as UTF-8 without BOM"),
        (VALID.encode("utf-16"), "1:1 the file starts with a byte order mark; save it as UTF-8 without BOM"),
        (VALID.encode() + "# gr\xfc\xdf\n".encode("latin-1"), f"{AFTER}:5 the file is not UTF-8; save it as UTF-8"),
        (b"a: \x00\n", "1:4 U+0000 control character in the file"),
        (b"%FOO bar\n---\na: b\n", "1:5 this is not YAML: found unknown directive name"),
        (b"%TAG ! tag:x,2000:\n---\na: b\n", "1:1 directives are not allowed"),
        (b'a: "\\ud800"\n', "1:7 a: this is not YAML"),
        (b"a: b\n c: d\n", "2:3 this is not YAML"),
        (b"a: 'b\n", "2:1 a: this is not YAML"),
    ],
)
def test_a_file_that_is_no_topology_at_all_is_refused_at_its_fault(
    tmp_path: Path, content: bytes, violation: str
) -> None:
    assert actual(written(tmp_path, content))[0].startswith(violation)


@pytest.mark.parametrize("character", ["\\u200b", "\\u202e", "\\x07", "\\0", "\\N"])
def test_an_escape_cannot_smuggle_in_what_is_refused_in_the_open(tmp_path: Path, character: str) -> None:
    file = written(tmp_path, VALID.replace("profile: lab", f'profile: "lab{character}"'))
    assert actual(file)[0].startswith("2:10 profile: the text holds U+")


def test_line_breaks_and_tabs_are_data_when_they_are_written_as_escapes(tmp_path: Path) -> None:
    helm = 'helm: {chart: web, values: {motd: "one\\n\\ttwo"}}'
    kubernetes = "binding: {type: kubernetes, cluster: lab, namespace: web, workload: web}"
    file = written(tmp_path, f"{HEAD}runtime_assets:\n  web:\n    role: web\n    {kubernetes}\n    {helm}\n")
    assert actual(file) == ["9:42 runtime_assets.web.binding.cluster: cluster 'lab' does not exist; none is declared"]


def test_keys_that_look_alike_are_one_key(tmp_path: Path) -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    found = actual(written(tmp_path, f"{VALID}{composed}: 1\n{decomposed}: 2\n"))
    assert f'{AFTER + 1}:1 ["\u00e9"]: the key is given twice (line {AFTER}); keep one of them' in found
    assert f'{AFTER + 1}:1 ["\u00e9"]: the key is not in Unicode normal form C; type it again' in found


@pytest.mark.parametrize(
    ("start", "bracket", "words"),
    [
        ("a: ", "[", "1:35 a[0]"),
        ("a: ", "{a: ", "1:128 a.a"),
        ("", "- ", "1:65 [0][0]"),
        ("", "? ", "1:3 a key must be text"),
    ],
)
def test_two_hundred_thousand_nested_collections_are_refused_where_too_deep(
    tmp_path: Path, start: str, bracket: str, words: str
) -> None:
    """In a process of its own: the composer of libyaml overflows the C stack on this, which no test would survive."""
    file = written(tmp_path, start + bracket * 200_000)
    program = (
        "import sys; from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.__main__ import main;"
        "sys.exit(main(sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(TREE)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith(f"{file}:{words}".replace(" a key", ": a key"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"#" * (4 * 1024 * 1024 + 1), "the file is larger than 4 MiB"),
        (b"a: [" + b"1," * 450_000 + b"1]\n", "the file holds too many values"),
        (b"a: " + b"x" * 65_537 + b"\n", "the value is longer than 65,536 characters"),
        (b"x" * 257 + b": 1\n", "the key is longer than 256 characters"),
        (b"a: " + b"9" * 5_000 + b"\n", "the number is too large"),
        (b"a: " + b"1_" * 30_000 + b"\n", "this is a number to some and text to others"),
        (b"".join(b"k%d: &a%d on\n" % (n, n) for n in range(5_000)), "there are too many errors to go on"),
        (b"".join(b"key%d: 1\n" % n for n in range(5_000)), "more errors"),
    ],
)
def test_too_much_of_anything_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    assert any(words in violation for violation in actual(written(tmp_path, content)))


def test_a_billion_laughs_are_not_laughed_once(tmp_path: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)}, ' * 9}x]\n" for n in range(9))
    assert "1:4 a: anchors are not allowed; write the value out where it is used" in actual(written(tmp_path, bomb))


@pytest.mark.parametrize("name", ["absent.yml", "pipe", "/dev/zero", "nul\0byte"])
def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidTopologyError, match=r"cannot be opened|not a regular file"):
        load_topology(os.path.join(tmp_path, name))


def test_jinja_and_shell_in_free_text_stay_what_they_are(tmp_path: Path) -> None:
    text = "{{ lookup('pipe', 'id') }} {% raw %} $(id) `id` %n"
    service = f'{{user: web, exec: ["/bin/echo"], hardening: strict, description: "{text}"}}'
    file = written(tmp_path, f"{VALID}    services: {{echo: {service}}}\n")
    asset = load_topology(file).topology.model_dump(mode="json")["runtime_assets"]["web"]
    assert asset["services"]["echo"]["description"] == text
