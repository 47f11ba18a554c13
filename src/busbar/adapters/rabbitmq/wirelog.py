"""The wire log of a network: frames lie on the disks of the gateways that heard them, and are asked for when read.

A question goes to all gateways at once, each answers with its own page, and who asked puts the pages together.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Unpack
from zlib import crc32

import msgspec

from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import VERSION
from busbar.adapters.rabbitmq.roundup import Answers, GatewaysAwayError, Roundup, RoundupDoor
from busbar.kernel.clock import Clock
from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, Narrowing, WireDays, WireEntry, WireLog, WirePage

ROUTE = "wirelog"
"""All gateways listen to it."""
KIND_QUESTION = "frames-question"
FOLLOW_INTERVAL_S = 1.0
LATE = timedelta(seconds=5)
"""A frame is on its gateway's disk a second or so after it was heard: perhaps later than a newer one of another."""
PAGE_ENTRIES = 100
"""What one page holds when nothing else is said."""
SLACK = 16
"""Entries of one microsecond that may be left out of a page, since the page before it ended among them."""
_TIE_BITS, _OWN_BITS = 12, 4


class WireLogAwayError(UnavailableError):
    """No gateway could be asked for its frames."""

    code = "unavailable.wire_log"


class Question(msgspec.Struct, frozen=True, array_like=True):
    """What is asked of every gateway; without a day, for the days alone. Later versions add fields at the end."""

    version: int
    station_id: StationId | None
    day: date | None = None
    text: str | None = None
    direction: Direction | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_oldest_first: bool = False
    limit: int = 100


class Page(msgspec.Struct, frozen=True, array_like=True):
    """One gateway's answer."""

    version: int
    gateway_id: str
    entries: tuple[tuple[datetime, Direction, str, int], ...] = ()
    days: tuple[date, ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_QUESTIONS = msgspec.msgpack.Decoder(Question)
_PAGES = msgspec.msgpack.Decoder(Page)


def open_wire_log_door(*, names: Names, gateway_id: str, wire_log: WireLog) -> RoundupDoor:
    """Return the gateway's side, which answers from its own log: a party of the link."""

    async def answer(body: bytes) -> bytes:
        return _ENCODER.encode(await _answer(_QUESTIONS.decode(body), gateway_id, wire_log))

    return RoundupDoor(names=names, kind=KIND_QUESTION, route=ROUTE, answer=answer)


async def _answer(question: Question, gateway_id: str, wire_log: WireLog) -> Page:
    if question.day is None or question.station_id is None:
        days = await wire_log.list_days(station_id=question.station_id)
        return Page(VERSION, gateway_id, days=tuple(days))
    entries = await wire_log.read(
        station_id=question.station_id,
        day=question.day,
        text=question.text,
        direction=question.direction,
        after_id=0 if question.is_oldest_first else None,
        since=question.since,
        until=question.until,
        limit=question.limit,
    )
    found = tuple((entry.at, entry.direction, entry.text, entry.entry_id) for entry in entries)
    return Page(VERSION, gateway_id, found)


class NetworkWireLog:
    """The reader's side; see `busbar.ports.wirelog.WireReader`.

    An entry's id holds its time: the ids that gateways give count for each of them alone.
    """

    def __init__(self, roundup: Roundup, *, clock: Clock) -> None:
        self._roundup = roundup
        self._clock = clock

    async def read_page(self, *, station_id: StationId, day: date, **narrowing: Unpack[Narrowing]) -> WirePage:
        """Return entries of a UTC day, newest first (oldest first with `after_id`). Errors: `unavailable.wire_log`."""
        before_id, after_id = narrowing.get("before_id"), narrowing.get("after_id")
        since, until, limit = narrowing.get("since"), narrowing.get("until"), narrowing.get("limit", PAGE_ENTRIES)
        if before_id is not None:
            until = _choose(min, until, _find_instant(day, before_id) + timedelta(microseconds=1))
        if after_id is not None:
            since = _choose(max, since, _find_instant(day, after_id))
        question = Question(
            VERSION,
            station_id,
            day,
            narrowing.get("text"),
            narrowing.get("direction"),
            since,
            until,
            after_id is not None,
            limit + SLACK,
        )
        answers = await self._ask(question)
        entries = [
            WireEntry(at=at, station_id=station_id, direction=way, text=words, entry_id=_make_id(day, at, page, own))
            for page in answers.given
            for at, way, words, own in page.entries
        ]
        wanted = [
            entry
            for entry in entries
            if (before_id is None or entry.entry_id < before_id) and (after_id is None or entry.entry_id > after_id)
        ]
        wanted.sort(key=lambda entry: entry.entry_id, reverse=after_id is None)
        return WirePage(entries=wanted[:limit], silent_gateways=answers.silent_gateways)

    async def read_days(self, *, station_id: StationId | None = None) -> WireDays:
        """Return the days that hold entries, newest first. Errors: `unavailable.wire_log`."""
        answers = await self._ask(Question(VERSION, station_id))
        days = sorted({day for page in answers.given for day in page.days}, reverse=True)
        return WireDays(days=days, silent_gateways=answers.silent_gateways)

    def follow(self, *, station_id: StationId) -> AsyncIterator[WireEntry]:
        """Yield a station's entries from now on, asked for every second; late ones of a gateway come after others."""
        return self._follow(station_id, self._clock.now())

    async def _follow(self, station_id: StationId, begun: datetime) -> AsyncIterator[WireEntry]:
        newest = begun
        told: dict[int, datetime] = {}
        while True:
            await asyncio.sleep(FOLLOW_INTERVAL_S)
            day = self._clock.now().date()
            since = max(begun, newest - LATE, datetime.combine(day, time(), UTC))
            try:
                async for entry in self._read_on(station_id, day, since):
                    if entry.entry_id not in told:
                        told[entry.entry_id] = entry.at
                        newest = max(newest, entry.at)
                        yield entry
            except WireLogAwayError:
                continue
            told = {entry_id: at for entry_id, at in told.items() if at >= since}

    async def _read_on(self, station_id: StationId, day: date, since: datetime) -> AsyncIterator[WireEntry]:
        """Yield the entries of a day from an instant on, page by page."""
        after_id = 0
        while True:
            page = await self.read_page(station_id=station_id, day=day, after_id=after_id, since=since)
            for entry in page.entries:
                yield entry
            if len(page.entries) < PAGE_ENTRIES:
                return
            after_id = page.entries[-1].entry_id

    async def _ask(self, question: Question) -> Answers[Page]:
        try:
            return await self._roundup.ask(
                _ENCODER.encode(question), kind=KIND_QUESTION, route=ROUTE, decode=_PAGES.decode
            )
        except GatewaysAwayError as error:
            raise WireLogAwayError(error.text) from None


def _choose(pick: Callable[[Iterable[datetime]], datetime], given: datetime | None, bound: datetime) -> datetime:
    return bound if given is None else pick((given, bound))


def _make_id(day: date, at: datetime, page: Page, own_id: int) -> int:
    """Return an id that sorts by time, and tells entries of one microsecond apart."""
    since_midnight = at - datetime.combine(day, time(), UTC)
    place = (crc32(page.gateway_id.encode()) % (1 << (_TIE_BITS - _OWN_BITS))) << _OWN_BITS
    own = own_id % (1 << _OWN_BITS)
    return ((since_midnight // timedelta(microseconds=1)) << _TIE_BITS) + place + own


def _find_instant(day: date, entry_id: int) -> datetime:
    """Return the time that an id holds, within reach of its day."""
    micros = min(entry_id >> _TIE_BITS, 2 * 24 * 3600 * 1_000_000)
    return datetime.combine(day, time(), UTC) + timedelta(microseconds=micros)
