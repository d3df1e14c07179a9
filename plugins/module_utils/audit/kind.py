# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is by its name: some names say how to read it, and some that it matters who can."""

from __future__ import annotations

import enum
import re


class Kind(enum.Enum):
    """How the lines of a file are read."""

    PLAIN = "plain"
    ENV = "env"
    HISTORY = "history"
    UNIT = "unit"
    UNIT_VARIABLES = "file named by EnvironmentFile= of a unit"
    CREDENTIAL = "credential"


_HISTORIES = (
    rb"\.[a-z]*sh_history|fish_history|\.history|\.(?:python|psql|mysql|mariadb|sqlite|redis|irb)_history"
    rb"|\.(?:node_repl|rediscli|mongorc)_?history|\.dbshell|\.lesshst|\.viminfo"
)
_CREDENTIALS = rb"\.vault-token|\.bao-token|\.pgpass|\.netrc|_netrc|\.git-credentials|\.s3cfg|\.boto"
_NAMES = (
    (Kind.ENV, re.compile(rb".*\.env|\.env\.[A-Za-z0-9_-]+|\.envrc")),
    (Kind.HISTORY, re.compile(_HISTORIES)),
    (Kind.CREDENTIAL, re.compile(_CREDENTIALS)),
)
#: Example files come with packages; what they hold is looked at as in any file.
_EXAMPLE = re.compile(rb".*\.(?:example|sample|template|dist|tpl|j2|md)")
_UNIT = re.compile(
    rb"(?:.*/)?systemd/(?:.*/)?(?:[^/]+\.(?:service|socket|timer|path|mount|automount|swap|target|slice|scope|nspawn)"
    rb"|[^/]+\.d/[^/]+\.conf|(?:system|user)\.conf)"
)
#: Who can read these matters, whatever they hold.
_PRIVATE = re.compile(
    rb"/etc/g?shadow-?|/etc/sudoers|/etc/ssl/private/.*|/etc/krb5\.keytab|/var/lib/systemd/credential\.secret"
    rb"|/etc/ssh/ssh_host_[a-z0-9]+_key|/etc/fractalops/generations/.*/credentials/.*|/etc/credstore(?:\.encrypted)?/.*"
    rb"|.*/\.ssh/id_[a-z0-9_]+|.*/\.gnupg/private-keys.*|.*\.(?:keytab|kdbx|p12|pfx|jks)|.*/\.(?:my\.cnf|kube/config)"
)


def kind_of(path: bytes) -> Kind:
    """By its name and folder."""
    name = path.rpartition(b"/")[2]
    found = next((kind for kind, pattern in _NAMES if pattern.fullmatch(name)), None)
    if found and not _EXAMPLE.fullmatch(name):
        return found
    return Kind.UNIT if _UNIT.fullmatch(path) else Kind.PLAIN


def is_private(path: bytes, kind: Kind) -> bool:
    """Nobody but its owner and his group should read it."""
    return kind in (Kind.ENV, Kind.HISTORY, Kind.CREDENTIAL) or _PRIVATE.fullmatch(path) is not None
