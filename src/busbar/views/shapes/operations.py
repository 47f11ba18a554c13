from datetime import datetime
from typing import Any

from busbar.ports.watching import Condition
from busbar.views.shapes.model import Page, Shape


class PartState(Shape):
    """How one part of a process is."""

    name: str
    """`core`, `database`, `gateway`, `wire_log`, `disk` …"""
    condition: Condition
    text: str
    """What is not well."""


class ProcessState(Shape):
    """One process of the installation."""

    process_id: str
    role: str
    """`up`: everything in one process."""
    host: str
    version: str
    started_at: datetime
    taken_at: datetime
    """When it was heard of last."""
    parts: list[PartState]
    connections: int
    """Stations that are connected to it."""
    queue_messages: int
    partitions: int
    memory_bytes: int


class ActionState(Shape):
    """Messages of stations with one action, in every protocol."""

    action: str
    done: int
    failed: int
    """Answered with a CALLERROR."""


class PartitionState(Shape):
    """How far a partition is behind."""

    partition: int
    lag_ms: int
    """How long its oldest report waits that is not applied yet."""


class StorageState(Shape):
    """How much there is, and how much room is left. Null: it could not be asked."""

    is_database_up: bool
    database_bytes: int | None
    wire_log_bytes: int | None
    disk_free_bytes: int | None
    disk_size_bytes: int | None
    parked_facts: int | None
    online_stations: int | None
    offline_stations: int | None
    """Accepted stations that are not connected."""


class HistoryPoint(Shape):
    """What all processes did in one span of time, and how they were at its end."""

    at: datetime
    """The end of the span."""
    messages: int
    """Messages of stations that were handled."""
    failures: int
    """Messages of stations that were answered with a CALLERROR."""
    connections: int
    queue_messages: int
    batches: int
    batch_messages: int
    """Messages in all batches."""
    answer_p50_us: int | None
    """Half of all answers took no longer; null: there were none. Of several processes the slowest counts."""
    answer_p99_us: int | None
    commit_p50_us: int | None
    commit_p99_us: int | None
    loop_lag_us: int
    """The greatest delay of an event loop."""
    cpu_permille: int
    """Of one processor core; of several processes the sum."""


class Operations(Shape):
    """How the installation is. Counts run since the start of each process."""

    taken_at: datetime
    processes: list[ProcessState]
    connections: dict[str, int]
    """Stations that are connected, by protocol."""
    paused_sockets: int
    """Connections that are slowed down (back-pressure)."""
    refusals: dict[str, int]
    """Connections that were turned away, by the code of the error."""
    actions: list[ActionState]
    """The most frequent first."""
    queue_messages: int
    queue_max_messages: int
    partitions: int
    partition_lag_ms: int
    """How long the oldest report waits."""
    slowest_partitions: list[PartitionState]
    """Those that wait longest, at most eight; those that wait for nothing are left out."""
    deliveries_waiting: int
    fact_lag_ms: int
    """Age of the oldest fact that a listener has not had."""
    commands: dict[str, int]
    """Requests to stations, by outcome."""
    commands_waiting: int
    wire_log_queue_frames: int
    wire_log_lost_frames: int
    live_streams: int
    live_streams_max: int
    http_connections: int
    storage: StorageState | None
    span_s: int
    """Of each point of the history."""
    history: list[HistoryPoint]
    """The last quarter of an hour, the oldest first."""


class ParkedFact(Shape):
    """A fact that one of its listeners could not take, however often it was tried."""

    fact_id: str
    consumer: str
    """The listener."""
    parked_at: datetime
    attempts: int
    error: str
    """Of the last attempt."""
    fact: str | None
    """The kind of fact, such as `SessionEnded`; null: it is no longer kept, so it can only be dropped."""
    told_at: datetime | None
    operator_id: str | None
    station_id: str | None
    content: dict[str, Any] | None
    """All that the fact says."""


class ParkedFactPage(Page[ParkedFact]):
    """Parked facts, the newest first."""


class ParkedParcel(Shape):
    """Messages on their way to a core that none could handle, however often it was tried."""

    parked_id: str
    reason: str
    """`failed`: a core broke on it; `delivery_limit`: cores kept dying of it; `garbage`: it is no parcel."""
    partition: int | None
    attempts: int
    error: str
    parked_at: datetime | None
    messages: list[str]
    """The kinds of its messages, in order."""
    station_ids: list[str]
    """The first of those that it is about."""
    size_bytes: int
    is_readable: bool
    """It may be replayed."""


class ParkedParcelList(Shape):
    """Parked parcels, the oldest first."""

    is_network: bool
    """False: everything is in one process, so that there are no parcels."""
    items: list[ParkedParcel]


class ParcelMessage(Shape):
    """A message of a parcel."""

    message: str
    station_id: str | None
    content: Any | None
    """All that a station's report says, secrets as stars. Null for requests of people, which are shown to nobody."""


class ParkedParcelContent(Shape):
    """What is in a parked parcel."""

    parcel: ParkedParcel
    messages: list[ParcelMessage]
    raw_hex: str | None
    """The beginning of what is no parcel."""
