"""Every metric of Busbar: its name, kind, labels and meaning. The reference page and the dashboard are held to this.

No label has an unbounded number of values: there is no station, person or address in any of them.
"""

from enum import StrEnum
from typing import Final

import msgspec


class Kind(StrEnum):
    """What a metric's values are."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Family(msgspec.Struct, frozen=True):
    """One metric."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()


FAMILIES: Final[dict[str, Family]] = {}
"""By name, in the order of the page."""


def _add(kind: Kind, name: str, meaning: str, *labels: str) -> Family:
    family = Family(name, kind, meaning, labels)
    FAMILIES[name] = family
    return family


def _counter(name: str, meaning: str, *labels: str) -> Family:
    return _add(Kind.COUNTER, f"{name}_total", meaning, *labels)


def _gauge(name: str, meaning: str, *labels: str) -> Family:
    return _add(Kind.GAUGE, name, meaning, *labels)


def _histogram(name: str, meaning: str, *labels: str) -> Family:
    return _add(Kind.HISTOGRAM, name, meaning, *labels)


# ---- the process -----------------------------------------------------------------------------------------------------

INFO = _gauge("busbar_info", "Always 1; says which version runs, and in which role.", "version", "role")
PART = _gauge(
    "busbar_part_condition",
    "How each part of this process is: 1 well, 0.5 impaired (others can do without), 0 down.",
    "part",
)
OUTSIDE_CALLS = _counter(
    "busbar_outside_calls",
    "Calls to services outside (payment providers, mail, push): answered, refusals among them, or failed.",
    "service",
    "result",
)
LOOP_LAG = _gauge(
    "busbar_loop_lag_seconds",
    "The greatest delay of the event loop within the last 15 s: how long one piece of work held up all others.",
)

# ---- the stations' door ----------------------------------------------------------------------------------------------

CONNECTIONS = _gauge("busbar_gateway_connections", "Stations that are connected now.", "protocol")
PAUSED = _gauge(
    "busbar_gateway_paused_sockets",
    "Connections from which nothing is read now, because the station or the core is too slow (back-pressure).",
)
CONNECTS = _counter("busbar_gateway_connects", "Connections of stations that were taken in.", "protocol")
DISCONNECTS = _counter("busbar_gateway_disconnects", "Connections that ended, by the name of the close code.", "reason")
REFUSALS = _counter(
    "busbar_gateway_refusals", "Connections that were turned away at the door, by the code of the error.", "reason"
)
REPLACED = _counter(
    "busbar_gateway_replaced_connections", "Connections that gave way to a newer one of the same station."
)
FRAMES = _counter("busbar_gateway_frames", "Frames, seen from us: in or out.", "direction")
MESSAGES = _counter(
    "busbar_gateway_messages",
    "Messages of stations by what became of them: done, or the code of the CALLERROR.",
    "protocol",
    "action",
    "outcome",
)
ANSWER_TIME = _histogram(
    "busbar_gateway_answer_seconds",
    "From the receipt of a station's call to its answer; the report is durable by then.",
    "protocol",
)

# ---- the core --------------------------------------------------------------------------------------------------------

QUEUE = _gauge("busbar_core_queue_messages", "Reports, commands and deliveries that wait to be applied.")
QUEUE_MAX = _gauge("busbar_core_queue_max_messages", "As many may wait; then the doors are slowed down.")
LAG = _gauge(
    "busbar_partition_lag_seconds",
    "How long the oldest report in hand of a partition waits that is not applied yet; of partitions held here.",
    "partition",
)
PARTITION_QUEUE = _gauge(
    "busbar_partition_queue_parcels",
    "Parcels of a partition that wait in the broker for its core, besides those in hand; of partitions held here.",
    "partition",
)
PARCELS = _counter("busbar_partition_parcels", "Parcels that came over the broker and were handled.")
PARCELS_PARKED = _counter("busbar_partition_parked_parcels", "Parcels that could not be handled and wait for a person.")
PARCELS_IN_HAND = _gauge("busbar_partition_parcels_in_hand", "Parcels that came over the broker and wait here.")
OF_A_NETWORK: Final = frozenset(family.name for family in (PARTITION_QUEUE, PARCELS, PARCELS_PARKED, PARCELS_IN_HAND))
"""Told where messages travel over a broker, and nowhere else."""
PARTITIONS = _gauge("busbar_partitions_held", "Partitions that this process holds.")
STORING = _gauge(
    "busbar_core_storing", "1 while the database takes what is written, 0 while it is locked, full or gone."
)
BATCH_SIZE = _histogram("busbar_core_batch_messages", "Messages of each batch: applied together, committed once.")
APPLY_TIME = _histogram("busbar_core_apply_seconds", "What handlers took for a batch.")
COMMIT_TIME = _histogram("busbar_core_commit_seconds", "What the database took to write a batch and to commit it.")
BATCHES_FAILED = _counter(
    "busbar_core_failed_batches", "Batches that could not be written; each of their messages is tried alone."
)
OUTAGES = _counter("busbar_core_outages", "How often the database began to take nothing.")
REFUSED = _counter("busbar_core_refused_messages", "Messages that were refused, by the code of the error.", "code")

# ---- facts -----------------------------------------------------------------------------------------------------------

DELIVERIES = _counter(
    "busbar_fact_deliveries",
    "Deliveries of facts to their listeners: delivered, failed (to be tried again), parked (given up).",
    "consumer",
    "result",
)
RETRIES = _counter("busbar_fact_retries", "Deliveries that were tried again.")
DELIVERIES_WAITING = _gauge("busbar_fact_deliveries_waiting", "Deliveries that are still to be made.")
OUTBOX_LAG = _gauge(
    "busbar_fact_lag_seconds", "Age of the oldest fact that one of its listeners has not had; parked ones do not count."
)
PARKED = _gauge("busbar_parked_facts", "Deliveries that were given up and wait for a person.")

# ---- station commands ------------------------------------------------------------------------------------------------

COMMANDS = _counter(
    "busbar_station_commands", "Requests to stations by their kind and what became of them.", "kind", "outcome"
)
COMMAND_TIME = _histogram(
    "busbar_station_command_seconds", "From the moment a request leaves the relay to its outcome."
)
COMMANDS_WAITING = _gauge("busbar_station_commands_waiting", "Requests to stations that have no outcome yet.")

# ---- records ---------------------------------------------------------------------------------------------------------

WIRE_QUEUE = _gauge("busbar_wirelog_queue_frames", "Frames that wait to be written to the wire log.")
WIRE_WRITTEN = _counter("busbar_wirelog_written_frames", "Frames written to the wire log.")
WIRE_LOST = _counter(
    "busbar_wirelog_lost_frames",
    "Frames that the wire log could not keep: its queue was full, or the disk did not take them.",
    "reason",
)
DATABASE_UP = _gauge("busbar_database_up", "1 if the database answers, else 0.")
DATABASE_SIZE = _gauge("busbar_database_bytes", "Size of the database.")
WIRE_SIZE = _gauge("busbar_wirelog_bytes", "Size of the wire log on disk.")
DISK_FREE = _gauge("busbar_disk_free_bytes", "Room left on the disk of the data directory.")
DISK_SIZE = _gauge("busbar_disk_size_bytes", "Size of the disk of the data directory.")
STATIONS = _gauge("busbar_stations", "Stations that are accepted, by whether they are connected.", "state")

# ---- people and programs ---------------------------------------------------------------------------------------------

REQUESTS = _counter(
    "busbar_http_requests", "Requests to the HTTP door, by the template of their route.", "method", "route", "status"
)
REQUEST_TIME = _histogram("busbar_http_request_seconds", "From a request to the beginning of its answer.", "route")
PROBLEMS = _counter("busbar_http_problems", "Requests that were refused, by the code of the problem.", "code")
SIGN_IN_FAILURES = _counter(
    "busbar_sign_in_failures", "Sign-ins that failed, at the door of staff or drivers.", "door", "code"
)
STREAMS = _gauge("busbar_live_streams", "Live streams (server-sent events) that are open.")
STREAMS_MAX = _gauge("busbar_live_streams_max", "As many may be open.")
HTTP_CONNECTIONS = _gauge("busbar_http_connections", "Connections to the HTTP door.")
