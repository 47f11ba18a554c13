"""Doing a thing once, however often it is asked with the same key."""

import hashlib
from typing import Any, TypeVar

import msgspec

from busbar.api.callers import StaffCaller
from busbar.api.services import Services
from busbar.canon.message import Command
from busbar.canon.once import PerformOnce

R = TypeVar("R")

_ENCODER = msgspec.json.Encoder()


async def perform(
    services: Services, caller: StaffCaller, command: Command[R], *, key: str | None, reply: type[Any]
) -> R:
    """Dispatch a command; with a key, a repeat of it by the same caller gets the first reply again.

    `reply`: the type to read the stored reply as. For commands without secrets alone: the reply is kept.

    Errors: the command's own, and `conflict.idempotency_key` when the key was used for something else.
    """
    if key is None:
        return await services.dispatcher.dispatch(command)
    body = _ENCODER.encode(command)
    once = PerformOnce(
        operator_id=caller.operator_id,
        scope=caller.actor,
        key=key,
        fingerprint=hashlib.sha256(body).hexdigest(),
        command=command,
    )
    return msgspec.json.decode(await services.dispatcher.dispatch(once), type=reply)
