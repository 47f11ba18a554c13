"""The unit of work: one database transaction in which a batch of messages is applied."""

from collections.abc import MutableMapping
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from busbar.canon.message import Command, Fact, Signal

R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")


class Later(Enum):
    """The answer of a handler that is asked to answer at once and cannot: it has done nothing."""

    LATER = "later"


LATER = Later.LATER


class UnitOfWork(Protocol):
    """What a handler may do. Everything done is kept together or not at all."""

    @property
    def now(self) -> datetime:
        """Our time for all that happens in this unit."""
        ...

    async def ask(self, command: Command[R]) -> R:
        """Ask another room, in this same transaction.

        A kernel error that the other room raises may be caught: rooms decide before they write, so a refusal has
        written nothing.
        """
        ...

    def ask_at_once(self, command: Command[R]) -> R | Later:
        """Ask another room for what it can answer at once, from memory; `LATER`: it did nothing, so `ask`."""
        ...

    def tell(self, fact: Fact) -> None:
        """Write a fact with the state change; its listeners are called after the commit."""
        ...

    def signal(self, signal: Signal) -> None:
        """Send a live update after the commit; it may be lost."""
        ...

    def keep(self, cache: MutableMapping[K, V], key: K, value: V) -> None:
        """Set `cache[key]` with undo, should this message or the batch fail."""
        ...

    def forget(self, cache: MutableMapping[K, V], key: K) -> None:
        """Remove `cache[key]`, if it is there, with undo."""
        ...
