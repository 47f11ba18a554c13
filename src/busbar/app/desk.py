"""The desk before the core: whoever dispatches a command comes here first.

Some commands need slow work that must not happen inside a unit of work (a password to be hashed), or can be answered
from memory. Rooms offer those as errands; all others go straight to the core.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from busbar.canon.message import Command
from busbar.ports.dispatcher import Dispatcher

R = TypeVar("R")

Errand = Callable[[Any], Awaitable[Any]]


class Desk:
    """A `Dispatcher` over the core that knows the rooms' errands."""

    def __init__(self, core: Dispatcher) -> None:
        self._core = core
        self._errands: dict[type[Command[Any]], Errand] = {}

    def register(self, errands: Mapping[type[Command[Any]], Errand]) -> None:
        """Take a room's errands. A command has exactly one."""
        for command_type, errand in errands.items():
            if command_type in self._errands:
                raise ValueError(f"{command_type.__name__} has an errand already")
            self._errands[command_type] = errand

    async def dispatch(self, command: Command[R]) -> R:
        """Carry a command out; answers once durable. Errors: its errand's or handler's; `limit_exceeded.queue`."""
        errand = self._errands.get(type(command))
        return await (self._core.dispatch(command) if errand is None else errand(command))
