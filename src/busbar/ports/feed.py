"""What happened, live: for screens and for whoever waits for an outcome."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.canon.message import Fact, Signal
from busbar.kernel.ids import FactId


class PublishedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A committed fact. Ids sort by age, so a reader that remembers the last one can resume after it."""

    fact_id: FactId
    fact: Fact


Event = PublishedFact | Signal


class Subscription(Protocol):
    """A bounded, ordered stream of events.

    When its reader is too slow, signals are dropped first, then the subscription ends (the reader resumes from the
    stored facts).
    """

    def __aiter__(self) -> AsyncIterator[Event]: ...


class Feed(Protocol):
    """Publish and subscribe within reach of one process; facts are also stored and can be read again."""

    def publish(self, event: Event) -> None:
        """Give an event to every subscription. Never blocks."""
        ...

    def subscribe(self, *, bound: int = 1000) -> AbstractAsyncContextManager[Subscription]:
        """Subscribe to everything from now on."""
        ...


class FactLog(Protocol):
    """The stored facts."""

    async def read_after(
        self, fact_id: FactId | None, *, limit: int, since: datetime | None = None
    ) -> list[PublishedFact]:
        """Return the next stored facts in order."""
        ...
