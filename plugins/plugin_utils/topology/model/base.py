# SPDX-License-Identifier: GPL-3.0-or-later
"""What every part of the topology shares: closed, strict, frozen, and mute about its input."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SkipValidation

from .kind import text


class Model(BaseModel):
    """A closed part of the topology; errors never show the value that failed."""

    model_config = ConfigDict(
        extra="forbid",
        # One schema is built, at the first topology, instead of one for each part while it is imported. Hence defaults
        # are made by ``model_construct``: the validator of a part would be a schema of its own.
        defer_build=True,
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        serialize_by_alias=True,
        validate_by_alias=True,
    )


Identifier = Annotated[
    str,
    text(
        r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        "an identifier",
        "start with a lower-case letter, go on with letters, digits and -, end with a letter or digit,"
        " at most 63 characters",
    ),
]
#: Free text on one line: no control characters, so it can never open a second line in a unit file.
Line = Annotated[
    str,
    text(
        r"^([^\x00-\x1f\x7f\u0085\u2028\u2029]*[^\x00-\x1f\x7f\u0085\u2028\u2029\\])?$",
        "one line of text",
        "remove line breaks, control characters and a backslash at the end",
        max_length=512,
    ),
]
Day = Annotated[
    str,
    text(
        r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "a day",
        'write it in quotes, such as "2027-01-31"',
    ),
]
AbsolutePath = Annotated[
    str,
    text(
        r"^(/\.?[A-Za-z0-9_][A-Za-z0-9_.@+-]*)+$",
        "an absolute path",
        "start with /, use letters, digits and _ . @ + -, no .. and no trailing slash",
        max_length=255,
    ),
]
RelativePath = Annotated[
    str,
    text(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$",
        "a relative path",
        "use letters, digits and _ . -, parts joined by single slashes, no .. and no leading slash",
        max_length=255,
    ),
]
#: Nothing outside the folder of the topology but the folder ``schemas`` beside it: topologies share that, and Ansible,
#: which takes every file in the folder of an inventory for another inventory, does not look there.
SchemaPath = Annotated[
    str,
    text(
        r"^(\.\./schemas/)?[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$",
        "the path of a schema",
        "name a file in the folder of the topology, or ../schemas/ and a file in the folder schemas beside that one;"
        " use letters, digits and _ . -, parts joined by single slashes, no other .. and no leading slash",
        max_length=255,
    ),
]
UserName = Annotated[
    str,
    text(
        r"^[a-z_][a-z0-9_-]{0,30}$",
        "a user name",
        "start with a lower-case letter or _, go on with letters, digits, _ and -, at most 31 characters",
    ),
]
Port = Annotated[int, Field(ge=1, le=65535)]
#: RFC 1035 section 2.3.4: a label has at most 63 characters, a name at most 253 without its last dot.
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = rf"{_LABEL}(\.{_LABEL})*"
#: ``:1`` to ``:65535``, or nothing.
PORT = r"(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
DnsName = Annotated[
    str,
    text(
        rf"^{HOST}$".replace("A-Za-z", "a-z"),
        "a DNS name",
        "write lower-case labels of at most 63 characters joined by dots, at most 253 together, no dot at the end",
        max_length=253,
    ),
]
Mode = Annotated[
    str,
    text(
        r"^0[0-7][0-7][0145]$",
        "a file mode",
        'write four octal digits in quotes, such as "0750"; nobody else may write',
    ),
]
HttpUrl = Annotated[
    str,
    text(
        rf"^https?://{HOST}{PORT}(/[A-Za-z0-9._~!&'()*+,;=:@%/-]*)?"
        r"(\?[A-Za-z0-9._~!&'()*+,;=:@%/?-]*)?$",
        "an http or https URL",
        "write https://host, then :port up to 65535, /path and ?query as needed; no user name or password",
        max_length=2048,
    ),
]
HttpsUrl = Annotated[
    str,
    text(
        rf"^https://{HOST}{PORT}/?$",
        "an https URL without a path",
        "write https://host or https://host:port",
        max_length=255,
    ),
]
#: RFC 8414 section 2: https, no query and no fragment; compared letter by letter, so no slash at the end either.
IssuerUrl = Annotated[
    str,
    text(
        rf"^https://{HOST}{PORT}(/[A-Za-z0-9._~-]+)*$",
        "an issuer",
        "write https://host/path exactly as tokens name it, without a slash at the end",
        max_length=512,
    ),
]
#: Free JSON data. The loader makes nothing else, so it is not looked at again: JsonValue as such calls back into
#: Python for every value and takes longer than the whole rest of the validation.
Json = Annotated[JsonValue, SkipValidation]
