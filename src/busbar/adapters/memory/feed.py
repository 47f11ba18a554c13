"""The feed within one process."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from busbar.canon.message import Signal
from busbar.ports.feed import Event


class MemorySubscription:
    """A bounded queue of events. Full: signals are dropped; a fact that finds no room ends the subscription."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._events: deque[Event] = deque()
        self._wakeup = asyncio.Event()
        self._is_over = False

    def offer(self, event: Event) -> None:
        """Take an event if there is room."""
        if self._is_over:
            return
        if len(self._events) >= self._bound:
            if isinstance(event, Signal):
                return
            self._is_over = True
        else:
            self._events.append(event)
        self._wakeup.set()

    def end(self) -> None:
        """Give out what is held, then end: facts may have been missed."""
        self._is_over = True
        self._wakeup.set()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            while self._events:
                yield self._events.popleft()
            if self._is_over:
                return
            self._wakeup.clear()
            await self._wakeup.wait()


class MemoryFeed:
    """Gives every event to every subscription of this process."""

    def __init__(self) -> None:
        self._subscriptions: set[MemorySubscription] = set()

    def publish(self, event: Event) -> None:
        """Give an event to every subscription. Never blocks."""
        for subscription in tuple(self._subscriptions):
            subscription.offer(event)

    def interrupt(self) -> None:
        """End every subscription: facts may have been missed, and whoever needs all of them reads the stored ones."""
        for subscription in tuple(self._subscriptions):
            subscription.end()

    @asynccontextmanager
    async def subscribe(self, *, bound: int = 1000) -> AsyncGenerator[MemorySubscription]:
        """Subscribe to everything from now on."""
        subscription = MemorySubscription(bound)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
