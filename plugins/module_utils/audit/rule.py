# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule there is, by its name; the controller checks waivers against these names."""

from __future__ import annotations

from ..secret_shape.rule import WORDS as SHAPES

KNOWN_VALUE = "known-value"
KEYWORD_VALUE = "keyword-value"
ENV_FILE = "env-file"
ENV_VALUE = "env-value"
UNIT_ENVIRONMENT = "unit-environment"
UNIT_ENVIRONMENT_FILE = "unit-environment-file"
UNIT_SET_CREDENTIAL = "unit-set-credential"
UNIT_COMMAND = "unit-command"
SHELL_HISTORY = "shell-history"
PROCESS_ENVIRONMENT = "process-environment"
PROCESS_ARGUMENTS = "process-arguments"
CREDENTIAL_FILE = "credential-file"
WORLD_READABLE = "world-readable"
SECRET_IN_NAME = "secret-in-name"  # noqa: S105  the name of a rule

#: Rule → what it says of the place a finding names.
RULES = {
    **SHAPES,
    KNOWN_VALUE: "a value of OpenBao, in clear or encoded",
    KEYWORD_VALUE: "a random text assigned to a password, secret, token or key",
    ENV_FILE: "an env file: configuration belongs to a typed file, secrets to credentials",
    ENV_VALUE: "a secret in an env file",
    UNIT_ENVIRONMENT: "a secret in Environment= of a unit, which every local user can read",
    UNIT_ENVIRONMENT_FILE: "a secret in an EnvironmentFile= of a unit",
    UNIT_SET_CREDENTIAL: "a credential in clear in a unit, which every local user can read",
    UNIT_COMMAND: "a secret in the command of a unit",
    SHELL_HISTORY: "a secret in a command somebody typed",
    PROCESS_ENVIRONMENT: "a secret in the environment of a process",
    PROCESS_ARGUMENTS: "a secret in the command line of a process, which every local user can read",
    CREDENTIAL_FILE: "a file in which a client keeps a password",
    WORLD_READABLE: "every local user can read a file with secrets",
    SECRET_IN_NAME: "the name of a file holds a secret",
}
