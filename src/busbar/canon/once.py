"""Doing a command once, however often it is asked for."""

from typing import Any

from busbar.canon.message import Command
from busbar.kernel.ids import OperatorId


class PerformOnce(Command[bytes], frozen=True, kw_only=True):
    """Carry out `command` unless this scope used this key before; answer the reply, encoded as JSON, in both cases.

    Kept in the same transaction as what the command does. Errors: the command's own (a refused command uses up no key),
    `conflict.idempotency_key` (the key was used with another content).
    """

    operator_id: OperatorId
    scope: str
    """Whose keys these are: the caller's name."""
    key: str
    fingerprint: str
    """Of the command's content."""
    command: Any
    """A `Command` of any room."""
