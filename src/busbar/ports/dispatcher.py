"""The way in for commands: from HTTP doors, jobs and the CLI."""

from typing import Protocol, TypeVar

from busbar.canon.control import CommandOutcome, SendStationCommand
from busbar.canon.message import Command

R = TypeVar("R")


class Dispatcher(Protocol):
    """Carries a command to its one handler and brings back the reply, after the commit."""

    async def dispatch(self, command: Command[R]) -> R:
        """Return the handler's reply once it is durable. Errors: what the handler raised; `limit_exceeded.queue`."""
        ...


class StationCommands(Protocol):
    """Sends a request to a station and waits for its outcome."""

    async def run(self, command: SendStationCommand) -> CommandOutcome:
        """Record, send, and wait for the outcome, at most for the command's time-out and a little.

        A repeat of an answered command returns the recorded outcome. Errors: as `SendStationCommand`.
        """
        ...
