"""Knows how this process is: gathers readings for scrapes, looks at parts for probes, remembers the last minutes."""

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

import structlog

from busbar import __version__
from busbar.app.watch import catalog
from busbar.app.watch.history import SPAN_S, History, Numbers, count_actions
from busbar.app.watch.metrics import Page, gather, watch_process, write
from busbar.app.watch.readings import Reading, Source, read_calls
from busbar.kernel.calls import CallBook, CallTally
from busbar.kernel.clock import Clock
from busbar.ports.watching import Board, BoardError, Condition, Glance, PartCheck, PartState, Scrape, Storage

LAG_INTERVAL_S = 0.5
LAG_SPAN = 30
"""Delays of the event loop that are remembered: as long as a scrape interval."""
LAGS_PER_POINT = round(SPAN_S / LAG_INTERVAL_S)
_WORTH = {Condition.WELL: 1.0, Condition.IMPAIRED: 0.5, Condition.DOWN: 0.0}
_MS = 1000

log = structlog.get_logger(__name__)


class Watcher:
    """Implements `busbar.ports.watching.Watch`. Roles add what they have: sources of readings, checks of parts."""

    def __init__(self, *, role: str, clock: Clock, process_id: str) -> None:
        self._role = role
        self._clock = clock
        self._process_id = process_id
        self._started_at = clock.now()
        self._sources: list[Source] = [self._read_process]
        self._slow_sources: list[Callable[[], Awaitable[Iterable[Reading]]]] = [self._read_parts]
        self._checks: list[PartCheck] = []
        self._calls: list[CallBook] = []
        self._look: Callable[[], Awaitable[Storage]] | None = None
        self._board: Board | None = None
        self._process = watch_process()
        self._history = History()
        self._lags_s: deque[float] = deque([0.0], maxlen=LAG_SPAN)
        self._tasks: list[asyncio.Task[None]] = []

    # ---- set-up ------------------------------------------------------------------------------------------------------

    def add(self, *sources: Source) -> None:
        """Take sources of readings: plain numbers, read at once on the event loop."""
        self._sources += sources

    def add_slow(self, *sources: Callable[[], Awaitable[Iterable[Reading]]]) -> None:
        """Take sources that have to be waited for; they bound their own time."""
        self._slow_sources += sources

    def add_checks(self, *checks: PartCheck) -> None:
        """Take checks of parts."""
        self._checks += checks

    def add_calls(self, calls: CallBook) -> None:
        """Take what is noted of calls to services outside: each that is asked counts as a part."""
        self._calls.append(calls)
        self.add(lambda: read_calls(calls))

    def add_storage(self, look: Callable[[], Awaitable[Storage]]) -> None:
        """Take the look at database and disk."""
        self._look = look

    def add_board(self, board: Board) -> None:
        """Take the board on which the processes of a network tell each other how they are."""
        self._board = board

    def start(self) -> None:
        """Begin to measure the event loop, to remember, and to tell the others."""
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._measure_lag(), name="loop lag"),
            loop.create_task(self._remember(), name="history"),
        ]
        if self._board is not None:
            self._tasks.append(loop.create_task(self._tell_others(self._board), name="notice board"))

    async def stop(self) -> None:
        """End."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._board is not None:
            with contextlib.suppress(BoardError):  # its lease ends soon
                await self._board.unpin(self._process_id)

    # ---- what is asked -----------------------------------------------------------------------------------------------

    async def check(self) -> Sequence[PartState]:
        """Look at every part at once; services outside are known by their last calls, nobody is asked for it."""
        own = await asyncio.gather(*(check() for check in self._checks))
        return [*own, *(_judge(tally) for calls in self._calls for tally in calls.list_used())]

    async def scrape(self, accept: str) -> Scrape:
        """Write all metrics. The event loop only reads numbers; the text is made on a thread."""
        waited = await asyncio.gather(*(source() for source in self._slow_sources))
        page = Page(gather([*self._read_all(), *(reading for found in waited for reading in found)]), self._process)
        return await asyncio.to_thread(write, page, accept)

    async def glance(self) -> Sequence[Glance]:
        """Return how this process is, and how the others are as far as they have told."""
        own = await self.glance_at_self()
        if self._board is None:
            return [own]
        try:
            pinned = await self._board.read()
        except BoardError:
            return [own]
        return [own, *(glance for glance in pinned if glance.process_id != self._process_id)]

    async def glance_at_self(self) -> Glance:
        """Return how this process is."""
        parts = tuple(await self.check())
        storage = None if self._look is None else await self._look()
        numbers = Numbers(self._read_all())
        return Glance(
            process_id=self._process_id,
            role=self._role,
            host=socket.gethostname(),
            version=__version__,
            started_at=self._started_at,
            taken_at=self._clock.now(),
            parts=parts,
            connections=numbers.by_label(catalog.CONNECTIONS),
            paused_sockets=numbers.sum(catalog.PAUSED),
            refusals=numbers.by_label(catalog.REFUSALS),
            actions=count_actions(numbers),
            queue_messages=numbers.sum(catalog.QUEUE),
            queue_max_messages=numbers.sum(catalog.QUEUE_MAX),
            partitions=numbers.sum(catalog.PARTITIONS),
            partition_lag_ms=round(numbers.greatest(catalog.LAG) * _MS),
            partition_lags_ms=_find_lags(numbers),
            deliveries_waiting=numbers.sum(catalog.DELIVERIES_WAITING),
            fact_lag_ms=round(numbers.value(catalog.OUTBOX_LAG) * _MS),
            commands=numbers.by_label(catalog.COMMANDS, 1),
            commands_waiting=numbers.sum(catalog.COMMANDS_WAITING),
            wire_log_queue_frames=numbers.sum(catalog.WIRE_QUEUE),
            wire_log_lost_frames=numbers.sum(catalog.WIRE_LOST),
            live_streams=numbers.sum(catalog.STREAMS),
            live_streams_max=numbers.sum(catalog.STREAMS_MAX),
            http_connections=numbers.sum(catalog.HTTP_CONNECTIONS),
            memory_bytes=round(self._process.get_sample_value("process_resident_memory_bytes") or 0),
            storage=storage,
            span_s=SPAN_S,
            points=self._history.points,
        )

    # ---- readings ----------------------------------------------------------------------------------------------------

    def _read_all(self) -> Iterator[Reading]:
        for source in self._sources:
            yield from source()

    def _read_process(self) -> Iterator[Reading]:
        yield Reading(catalog.INFO, 1, (__version__, self._role))
        yield Reading(catalog.LOOP_LAG, max(self._lags_s))

    async def _read_parts(self) -> list[Reading]:
        return [Reading(catalog.PART, _WORTH[part.condition], (part.name,)) for part in await self.check()]

    # ---- remembering -------------------------------------------------------------------------------------------------

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + LAG_INTERVAL_S
            await asyncio.sleep(LAG_INTERVAL_S)
            self._lags_s.append(max(0.0, loop.time() - due_s))

    async def _remember(self) -> None:
        """Take a point at every whole span of the clock, so that the points of several processes lie side by side."""
        while True:
            try:
                self.take_point()
            except Exception:  # supervisor: a source that breaks once must not end the history
                log.exception("watch.point_failed")
            now_s = self._clock.now().timestamp()
            await asyncio.sleep(SPAN_S - now_s % SPAN_S)

    async def _tell_others(self, board: Board) -> None:
        """Pin a notice as often as a point is taken; a board that is away costs nobody anything."""
        while True:
            try:
                await board.pin(await self.glance_at_self())
            except BoardError as error:
                log.debug("watch.not_told", error=error.text)
            except Exception:  # supervisor: a part that breaks must not end the notices
                log.exception("watch.notice_failed")
            await asyncio.sleep(SPAN_S)

    def take_point(self) -> None:
        """Add a point to the history now."""
        recent = list(self._lags_s)[-LAGS_PER_POINT:]
        cpu_s = self._process.get_sample_value("process_cpu_seconds_total") or 0.0
        self._history.take(Numbers(self._read_all()), at=self._clock.now(), cpu_s=cpu_s, lag_s=max(recent))


def _find_lags(numbers: Numbers) -> dict[int, int]:
    lags_ms = {int(labels[0]): round(lag_s * _MS) for labels, lag_s in numbers.list_values(catalog.LAG)}
    return {partition: lag_ms for partition, lag_ms in lags_ms.items() if lag_ms > 0}


def _judge(tally: CallTally) -> PartState:
    """Tell how a service outside is: stations charge without it."""
    if tally.trouble is None:
        return PartState(name=tally.name)
    return PartState(name=tally.name, condition=Condition.IMPAIRED, text=tally.trouble)
