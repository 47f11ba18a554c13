"""What each part of a process has to say at this moment: its metrics, read from plain numbers on the event loop."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.api.stream_count import Streams
from busbar.api.tally import HttpTally
from busbar.app.http_connection import Lobby
from busbar.app.tally import CoreTally, DeliveryTally
from busbar.app.watch import catalog
from busbar.app.watch.catalog import Family
from busbar.gateways.ocpp.house import GatewayStats
from busbar.kernel.buckets import Spread
from busbar.kernel.calls import CallBook

if TYPE_CHECKING:  # one process needs no client of a broker, a gateway no database
    from busbar.adapters.rabbitmq.intake import RabbitIntake
    from busbar.app.relay import CommandRelay


class Reading(NamedTuple):
    """One value of a metric."""

    family: Family
    value: float | Spread
    labels: tuple[str, ...] = ()


Source = Callable[[], Iterator[Reading]]


def read_gateway(stats: GatewayStats) -> Iterator[Reading]:
    """Read the stations' door."""
    for protocol, count in {**dict.fromkeys(stats.connects, 0), **stats.stations_by_protocol}.items():
        yield Reading(catalog.CONNECTIONS, count, (protocol,))
    yield Reading(catalog.PAUSED, stats.paused_sockets)
    for family, counts in (
        (catalog.CONNECTS, stats.connects),
        (catalog.DISCONNECTS, stats.disconnects),
        (catalog.REFUSALS, stats.refusals),
    ):
        for label, count in counts.items():
            yield Reading(family, count, (label,))
    yield Reading(catalog.REPLACED, stats.connections_replaced)
    yield Reading(catalog.FRAMES, stats.frames_in, ("in",))
    yield Reading(catalog.FRAMES, stats.frames_out, ("out",))
    for one in stats.messages:
        yield Reading(catalog.MESSAGES, one.count, (one.protocol, one.action, one.outcome))
    for protocol, spread in stats.answer_times.items():
        yield Reading(catalog.ANSWER_TIME, spread, (protocol,))


def read_core(tally: CoreTally, *, waiting: int, waiting_max: int, is_storing: bool) -> Iterator[Reading]:
    """Read the core."""
    yield Reading(catalog.QUEUE, waiting)
    yield Reading(catalog.QUEUE_MAX, waiting_max)
    yield Reading(catalog.STORING, is_storing)
    yield Reading(catalog.BATCH_SIZE, tally.batch_sizes.read())
    yield Reading(catalog.APPLY_TIME, tally.apply_times.read())
    yield Reading(catalog.COMMIT_TIME, tally.commit_times.read())
    yield Reading(catalog.BATCHES_FAILED, tally.batches_failed)
    yield Reading(catalog.OUTAGES, tally.outages)
    for code, count in tally.messages_refused.items():
        yield Reading(catalog.REFUSED, count, (code,))


def read_lag(lags_s: Mapping[int, float]) -> Iterator[Reading]:
    """Read how long the oldest report waits, of each partition that is held."""
    for partition, lag_s in lags_s.items():
        yield Reading(catalog.LAG, lag_s, (str(partition),))
    yield Reading(catalog.PARTITIONS, len(lags_s))


def read_parcels(intake: "RabbitIntake") -> Iterator[Reading]:
    """Read what came over the broker."""
    yield Reading(catalog.PARCELS, intake.parcel_count)
    yield Reading(catalog.PARCELS_PARKED, intake.parked_count)
    yield Reading(catalog.PARCELS_IN_HAND, intake.waiting_parcels)


def read_partition_queues(parcels: Mapping[int, int]) -> Iterator[Reading]:
    """Read how much waits in the broker, of each partition that is held."""
    for partition, waiting in parcels.items():
        yield Reading(catalog.PARTITION_QUEUE, waiting, (str(partition),))


def read_deliveries(tally: DeliveryTally, *, lag_s: float) -> Iterator[Reading]:
    """Read the facts on their way to listeners."""
    for result, counts in (("delivered", tally.delivered), ("failed", tally.failed), ("parked", tally.parked)):
        for consumer, count in counts.items():
            yield Reading(catalog.DELIVERIES, count, (consumer, result))
    yield Reading(catalog.RETRIES, tally.retried)
    yield Reading(catalog.DELIVERIES_WAITING, tally.waiting)
    yield Reading(catalog.OUTBOX_LAG, lag_s)


def read_relay(relay: "CommandRelay") -> Iterator[Reading]:
    """Read the station commands."""
    for (kind, outcome), count in relay.tally.outcomes.items():
        yield Reading(catalog.COMMANDS, count, (kind, outcome))
    yield Reading(catalog.COMMAND_TIME, relay.tally.times.read())
    yield Reading(catalog.COMMANDS_WAITING, relay.waiting_commands)


def read_wire_log(wire_log: SqliteWireLog) -> Iterator[Reading]:
    """Read the wire log."""
    yield Reading(catalog.WIRE_QUEUE, wire_log.waiting)
    yield Reading(catalog.WIRE_WRITTEN, wire_log.written)
    yield Reading(catalog.WIRE_LOST, wire_log.lost_waiting, ("queue_full",))
    yield Reading(catalog.WIRE_LOST, wire_log.lost_writing, ("disk",))


def read_calls(calls: CallBook) -> Iterator[Reading]:
    """Read how asking services outside goes."""
    for tally in calls.list_used():
        yield Reading(catalog.OUTSIDE_CALLS, tally.answered, (tally.name, "answered"))
        yield Reading(catalog.OUTSIDE_CALLS, tally.failed, (tally.name, "failed"))


def read_http(tally: HttpTally, streams: Streams, lobby: Lobby) -> Iterator[Reading]:
    """Read the doors of people and programs."""
    for (method, route, status), count in tally.requests.items():
        yield Reading(catalog.REQUESTS, count, (method, route, str(status)))
    for route, times in tally.times.items():
        yield Reading(catalog.REQUEST_TIME, times.read(), (route,))
    for code, count in tally.problems.items():
        yield Reading(catalog.PROBLEMS, count, (code,))
    for (door, code), count in tally.sign_in_failures.items():
        yield Reading(catalog.SIGN_IN_FAILURES, count, (door, code))
    yield Reading(catalog.STREAMS, streams.open_streams)
    yield Reading(catalog.STREAMS_MAX, streams.max_streams)
    yield Reading(catalog.HTTP_CONNECTIONS, lobby.open_connections)
