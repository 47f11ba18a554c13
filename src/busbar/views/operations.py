"""How the installation is, and what waits for a person."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, cast

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.messaging import outbox, parked
from busbar.ports.parcels import ParcelContent
from busbar.ports.parcels import ParkedParcel as ParcelStruct
from busbar.ports.watching import Glance, Point
from busbar.views.commands import hide_secrets
from busbar.views.missing import ParkedFactMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.shapes.operations import (
    ActionState,
    HistoryPoint,
    Operations,
    ParcelMessage,
    ParkedFact,
    ParkedFactPage,
    ParkedParcel,
    ParkedParcelContent,
    PartitionState,
    PartState,
    ProcessState,
    StorageState,
)

SLOWEST_MAX = 8
"""Partitions that are told by number."""


class ParkedFactQuery(PageRequest):
    """Which parked facts are wanted."""


_KEY = parked.c.consumer.concat("/").concat(parked.c.message_id)
_ORDER = Order(name="-parked_at", column=parked.c.at, key=_KEY, is_descending=True)


def combine(glances: Sequence[Glance], *, now: datetime) -> Operations:
    """Put the glances of all processes together: counts are added up, of waiting times the longest counts."""
    looked = [glance for glance in glances if glance.storage is not None]
    newest = max(looked, key=lambda glance: glance.taken_at, default=None)

    def total(read: Callable[[Glance], int]) -> int:
        return sum(map(read, glances))

    def longest(read: Callable[[Glance], int]) -> int:
        return max(map(read, glances), default=0)

    return Operations(
        taken_at=now,
        processes=[_shape_process(glance) for glance in sorted(glances, key=lambda one: (one.role, one.host))],
        connections=_add_up(glance.connections for glance in glances),
        paused_sockets=total(lambda one: one.paused_sockets),
        refusals=_add_up(glance.refusals for glance in glances),
        actions=_add_actions(glances),
        queue_messages=total(lambda one: one.queue_messages),
        queue_max_messages=total(lambda one: one.queue_max_messages),
        partitions=total(lambda one: one.partitions),
        partition_lag_ms=longest(lambda one: one.partition_lag_ms),
        slowest_partitions=_find_slowest(glances),
        deliveries_waiting=total(lambda one: one.deliveries_waiting),
        fact_lag_ms=longest(lambda one: one.fact_lag_ms),
        commands=_add_up(glance.commands for glance in glances),
        commands_waiting=total(lambda one: one.commands_waiting),
        wire_log_queue_frames=total(lambda one: one.wire_log_queue_frames),
        wire_log_lost_frames=total(lambda one: one.wire_log_lost_frames),
        live_streams=total(lambda one: one.live_streams),
        live_streams_max=total(lambda one: one.live_streams_max),
        http_connections=total(lambda one: one.http_connections),
        storage=None if newest is None else StorageState.model_validate(newest.storage),
        span_s=max((glance.span_s for glance in glances), default=1),
        history=merge_points(glances),
    )


def _add_actions(glances: Sequence[Glance]) -> list[ActionState]:
    """Add the messages up by action, the most frequent first."""
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for each in chain.from_iterable(glance.actions for glance in glances):
        done[each.action] += each.done
        failed[each.action] += each.failed
    names = sorted(done, key=lambda name: (-done[name] - failed[name], name))
    return [ActionState(action=name, done=done[name], failed=failed[name]) for name in names]


def _find_slowest(glances: Sequence[Glance]) -> list[PartitionState]:
    lags_ms: dict[int, int] = {}
    for glance in glances:
        for partition, lag_ms in glance.partition_lags_ms.items():
            lags_ms[partition] = max(lag_ms, lags_ms.get(partition, 0))
    slowest = sorted(lags_ms.items(), key=lambda one: -one[1])[:SLOWEST_MAX]
    return [PartitionState(partition=partition, lag_ms=lag_ms) for partition, lag_ms in slowest]


def merge_points(glances: Sequence[Glance]) -> list[HistoryPoint]:
    """Lay the points of all processes side by side, span by span."""
    by_span: dict[int, list[Point]] = {}
    for glance in glances:
        for point in glance.points:
            by_span.setdefault(round(point.at.timestamp() / glance.span_s), []).append(point)
    return [_merge(by_span[span]) for span in sorted(by_span)]


def _merge(points: list[Point]) -> HistoryPoint:
    def slowest(values: Iterable[int | None]) -> int | None:
        return max((value for value in values if value is not None), default=None)

    return HistoryPoint(
        at=max(point.at for point in points),
        messages=sum(point.messages for point in points),
        failures=sum(point.failures for point in points),
        connections=sum(point.connections for point in points),
        queue_messages=sum(point.queue_messages for point in points),
        batches=sum(point.batches for point in points),
        batch_messages=sum(point.batch_messages for point in points),
        answer_p50_us=slowest(point.answer_p50_us for point in points),
        answer_p99_us=slowest(point.answer_p99_us for point in points),
        commit_p50_us=slowest(point.commit_p50_us for point in points),
        commit_p99_us=slowest(point.commit_p99_us for point in points),
        loop_lag_us=max(point.loop_lag_us for point in points),
        cpu_permille=sum(point.cpu_permille for point in points),
    )


def _add_up(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in counts:
        for name, count in some.items():
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items()))


def _shape_process(glance: Glance) -> ProcessState:
    return ProcessState(
        process_id=glance.process_id,
        role=glance.role,
        host=glance.host,
        version=glance.version,
        started_at=glance.started_at,
        taken_at=glance.taken_at,
        parts=[PartState.model_validate(part) for part in glance.parts],
        connections=sum(glance.connections.values()),
        queue_messages=glance.queue_messages,
        partitions=glance.partitions,
        memory_bytes=glance.memory_bytes,
    )


def shape_parcel(parcel: ParcelStruct) -> ParkedParcel:
    """Return a parked parcel as callers see it."""
    return ParkedParcel.model_validate(parcel)


def shape_content(content: ParcelContent) -> ParkedParcelContent:
    """Return what is in a parked parcel, its secrets masked."""
    return ParkedParcelContent(
        parcel=shape_parcel(content.parcel),
        messages=[
            ParcelMessage(message=one.message, station_id=one.station_id, content=hide_secrets(one.content))
            for one in content.messages
        ],
        raw_hex=content.raw_hex,
    )


async def list_parked(connection: AsyncConnection, query: ParkedFactQuery, *, limit: int) -> ParkedFactPage:
    """Return a page of the parked facts of all operators, the newest first."""
    items, cursor, total = await read_page(
        connection, _select(), order=_ORDER, request=query, limit=limit, shape=_shape_parked
    )
    return ParkedFactPage(items=items, next_cursor=cursor, total=total)


async def read_parked(connection: AsyncConnection, fact_id: str, consumer: str) -> ParkedFact:
    """Return one parked fact. Errors: `not_found.parked_fact`."""
    statement = _select().where(parked.c.message_id == fact_id, parked.c.consumer == consumer)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise ParkedFactMissingError("no such delivery is parked", fact_id=fact_id)
    return _shape_parked(row)


def _select() -> AnySelect:
    columns = (parked, outbox.c.name, outbox.c.at.label("told_at"), outbox.c.operator_id, outbox.c.body)
    return select(*columns).select_from(parked.outerjoin(outbox, outbox.c.fact_id == parked.c.message_id))


def _shape_parked(row: AnyRow) -> ParkedFact:
    content = None if row.body is None else cast("dict[str, Any]", msgspec.json.decode(row.body))
    station_id = None if content is None else content.get("station_id")
    return ParkedFact(
        fact_id=row.message_id,
        consumer=row.consumer,
        parked_at=row.at,
        attempts=row.attempts,
        error=row.error,
        fact=row.name,
        told_at=row.told_at,
        operator_id=row.operator_id,
        station_id=station_id if isinstance(station_id, str) else None,
        content=content,
    )
