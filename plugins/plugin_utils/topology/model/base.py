# SPDX-License-Identifier: GPL-3.0-or-later
"""What every part of the topology shares: closed, strict, frozen, and mute about its input."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Model(BaseModel):
    """A closed part of the topology; errors never show the value that failed."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        serialize_by_alias=True,
        validate_by_alias=True,
    )


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
#: Free text on one line: no control characters, so it can never open a second line in a unit file.
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]*$", max_length=512)]
AbsolutePath = Annotated[
    str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.@+-]*)+$", max_length=255)
]
RelativePath = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$", max_length=255)
]
UserName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,30}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Mode = Annotated[str, StringConstraints(pattern=r"^0[0-7]{3}$")]
HttpUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~!&'()*+,;=:@%/-]*)?"
        r"(\?[A-Za-z0-9._~!&'()*+,;=:@%/?-]*)?$",
        max_length=2048,
    ),
]
HttpsUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/?$", max_length=255
    ),
]
