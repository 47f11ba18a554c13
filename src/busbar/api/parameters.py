"""Parts of addresses and headers, each with its bound."""

import hashlib
from typing import Annotated

from fastapi import Header, Path

from busbar.api.bodies.body import ID_PATTERN
from busbar.kernel.ids import CommandId, IdSource, StationId

StationPath = Annotated[
    StationId,
    Path(
        min_length=1,
        max_length=48,
        pattern=r"^[^\x00-\x1f\x7f/]+$",
        description="The identity that the station connects with.",
    ),
]
KeyPath = Annotated[str, Path(min_length=1, max_length=64, pattern=ID_PATTERN)]
TokenPath = Annotated[
    str,
    Path(
        min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$", description="The token's value; case does not matter."
    ),
]
GroupPath = Annotated[
    str,
    Path(
        min_length=1, max_length=20, pattern=r"^[\x20-\x7e]+$", description="The group's value; case does not matter."
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Made by the client: a repeat with the same key does nothing and gets the first answer again.",
    ),
]


def make_command_id(*, actor: str, key: str | None, ids: IdSource) -> CommandId:
    """Return the id of a command: the caller's key, made unique to the caller, or a new id.

    Keys of two callers never meet, so nobody learns of or disturbs another's command by guessing its key.
    """
    if key is None:
        return CommandId(ids.new())
    return CommandId(hashlib.sha256(f"{actor}\n{key}".encode()).hexdigest()[:32])
