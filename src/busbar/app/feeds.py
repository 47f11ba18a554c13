"""One feed over several: what a core publishes reaches its own process and all others."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from busbar.ports.feed import Event, Feed, PublishedFact, Subscription

OnFact = Callable[[PublishedFact], None]


class FanOutFeed:
    """Publishes to every feed; subscriptions are those of the first."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = tuple(feeds)
        self._taps: list[OnFact] = []

    def tap(self, on_fact: OnFact) -> None:
        """Call this for every fact, before anybody else hears of it."""
        self._taps.append(on_fact)

    def publish(self, event: Event) -> None:
        """Give an event to every feed; see `busbar.ports.feed.Feed`."""
        if isinstance(event, PublishedFact):
            for on_fact in self._taps:
                on_fact(event)
        for feed in self._feeds:
            feed.publish(event)

    def subscribe(self, *, bound: int = 1000) -> AbstractAsyncContextManager[Subscription]:
        """Subscribe to everything from now on; see `busbar.ports.feed.Feed`."""
        return self._feeds[0].subscribe(bound=bound)
