"""A core that remembers what it was given, knows repeats, and answers as a test wishes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from busbar.kernel.errors import BusbarError
from busbar.ports.intake import Answer, Parcel, PartitionLostError
from tests.fakes.gateway_bus import answer_kindly


class Ledger:
    """What all cores of a test share, as cores share a database: the parcels applied, and who holds a partition."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.messages: list[Any] = []
        self.numbers: dict[int, int] = {}
        self.repeats = 0
        self.changed = asyncio.Event()

    async def wait_until(self, condition: Callable[[], bool], timeout_s: float = 20) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def wait_for_more(self, count: int) -> None:
        """Wait until so many more messages were applied."""
        wanted = len(self.messages) + count
        await self.wait_until(lambda: len(self.messages) >= wanted)

    def notify(self) -> None:
        self.changed.set()


class FakeWorker:
    """See `busbar.ports.intake.PartitionWorker`. `answer` overrules the kind answers; it may raise or wait."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger or Ledger()
        self.numbers: dict[int, int] = {}
        self.log: list[tuple[str, int]] = []
        self.parcels: list[Parcel] = []
        self.answer: Callable[[Any], Any] = answer_kindly
        self.before: Callable[[Parcel], Awaitable[None]] | None = None

    async def take_over(self, partition: int) -> None:
        number = self.ledger.numbers.get(partition, 0) + 1
        self.ledger.numbers[partition] = self.numbers[partition] = number
        self.log.append(("take_over", partition))
        self.ledger.notify()

    async def hand_over(self, partition: int) -> None:
        self.numbers.pop(partition, None)
        self.log.append(("hand_over", partition))
        self.ledger.notify()

    async def work(self, parcel: Parcel) -> Sequence[Answer]:
        self.parcels.append(parcel)
        if self.before is not None:
            await self.before(parcel)
        if self.numbers.get(parcel.partition) != self.ledger.numbers.get(parcel.partition):
            self.numbers.pop(parcel.partition, None)
            raise PartitionLostError("another core holds it")
        known = self.ledger.answers.get(parcel.parcel_id)
        if known is not None:
            self.ledger.repeats += 1
            self.ledger.notify()
            return known
        answers = [await self._answer(message) for message in parcel.messages]
        self.ledger.answers[parcel.parcel_id] = answers
        self.ledger.messages += parcel.messages
        self.ledger.notify()
        return answers

    async def _answer(self, message: Any) -> Answer:
        try:
            reply = self.answer(message)
            return Answer(reply=await reply if asyncio.iscoroutine(reply) else reply)
        except BusbarError as error:
            return Answer(error=error)
