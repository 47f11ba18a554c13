"""How a process is: asked by probes, scraped by Prometheus, shown on screens."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from busbar.kernel.errors import UnavailableError


class Condition(StrEnum):
    """How a part does its work."""

    WELL = "ok"
    IMPAIRED = "impaired"
    """Something is missing that others can do without: stations and people are served all the same."""
    DOWN = "down"
    """Nobody can be served without it."""


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """How one part of a process is at the moment."""

    name: str
    condition: Condition = Condition.WELL
    text: str = ""
    """What is not well, for people."""


PartCheck = Callable[[], Awaitable[PartState]]
"""Looks at one part. Never raises, and takes no longer than a look: whoever asks has little time."""


class Scrape(msgspec.Struct, frozen=True, kw_only=True):
    """All metrics at one moment, written as Prometheus reads them."""

    body: bytes
    media_type: str


class Point(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a process did in one span of time, and how it was at its end."""

    at: datetime
    """The end of the span."""
    messages: int = 0
    """Messages of stations that were handled."""
    failures: int = 0
    """Messages of stations that were answered with a CALLERROR."""
    connections: int = 0
    queue_messages: int = 0
    batches: int = 0
    batch_messages: int = 0
    """Messages in all batches of the span."""
    answer_p50_us: int | None = None
    """Half of all answers took no longer; None: there were none."""
    answer_p99_us: int | None = None
    commit_p50_us: int | None = None
    commit_p99_us: int | None = None
    loop_lag_us: int = 0
    """The greatest delay of the event loop."""
    cpu_permille: int = 0
    """Of one processor core."""


class ActionCount(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of stations with one action, in every protocol, since the start of the process."""

    action: str
    done: int = 0
    failed: int = 0
    """Answered with a CALLERROR."""


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is, and how much room is left. None: it could not be asked."""

    is_database_up: bool = False
    database_bytes: int | None = None
    parked_facts: int | None = None
    online_stations: int | None = None
    offline_stations: int | None = None
    wire_log_bytes: int | None = None
    disk_free_bytes: int | None = None
    disk_size_bytes: int | None = None


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """How one process is, at a glance. Counts run since its start."""

    process_id: str
    """Of this run of the process; two runs have two."""
    role: str
    host: str
    version: str
    started_at: datetime
    taken_at: datetime
    parts: tuple[PartState, ...] = ()
    connections: dict[str, int] = {}
    """By protocol."""
    paused_sockets: int = 0
    refusals: dict[str, int] = {}
    """Connections that were turned away, by the code of the error."""
    actions: tuple[ActionCount, ...] = ()
    queue_messages: int = 0
    queue_max_messages: int = 0
    partitions: int = 0
    partition_lag_ms: int = 0
    """Of the partition whose oldest report waits longest."""
    partition_lags_ms: dict[int, int] = {}
    """By partition; those that wait for nothing are left out."""
    deliveries_waiting: int = 0
    fact_lag_ms: int = 0
    commands: dict[str, int] = {}
    """Requests to stations, by outcome."""
    commands_waiting: int = 0
    wire_log_queue_frames: int = 0
    wire_log_lost_frames: int = 0
    live_streams: int = 0
    live_streams_max: int = 0
    http_connections: int = 0
    memory_bytes: int = 0
    storage: Storage | None = None
    """None: this process has neither database nor disk."""
    span_s: int = 5
    """Of each point."""
    points: tuple[Point, ...] = ()
    """The last minutes, the oldest first."""


class BoardError(UnavailableError):
    """The notice board cannot be reached; each process still knows how it is itself."""

    code = "unavailable.board"


class Board(Protocol):
    """Where the processes of a network tell each other how they are. Errors of all: `unavailable.board`."""

    async def pin(self, glance: Glance) -> None:
        """Tell how this process is, until its lease is over or the next notice replaces it."""
        ...

    async def unpin(self, process_id: str) -> None:
        """Take a process's notice away."""
        ...

    async def read(self) -> Sequence[Glance]:
        """Return how all processes are that have said so lately."""
        ...


class Watch(Protocol):
    """Knows how this process is."""

    async def glance(self) -> Sequence[Glance]:
        """Return how each process of the installation is, as far as is known here; this one is among them."""
        ...

    async def check(self) -> Sequence[PartState]:
        """Look at every part."""
        ...

    async def scrape(self, accept: str) -> Scrape:
        """Write all metrics; `accept` is the request's Accept header."""
        ...
