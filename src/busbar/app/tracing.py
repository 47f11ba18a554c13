"""Traces: from a frame, or an HTTP request, over the batch to facts, their listeners and the screens."""

from collections.abc import Iterator, Sequence

from busbar.app.deliveries import Delivery
from busbar.canon.message import Signal
from busbar.kernel.ids import StationId
from busbar.ports.feed import PublishedFact
from busbar.ports.intake import Parcel
from busbar.ports.tracing import CURRENT, Tracer


def follow_command(tracer: Tracer, command: object) -> None:
    """Follow a command, if what asks for it is followed."""
    context = CURRENT.get()
    if context is not None:
        tracer.carry(command, context)


def trace_batch(
    tracer: Tracer,
    batch: Sequence[object],
    told: Sequence[PublishedFact],
    signals: Sequence[Signal] = (),
    *,
    apply_s: float,
    commit_s: float,
) -> None:
    """Write down what a batch that was committed did for the messages that are followed.

    What it told for their stations is followed from there: facts, and signals to screens.
    """
    by_station: dict[StationId | None, str] = {}
    messages = list(_list_messages(batch))
    for message in messages:
        is_delivery = isinstance(message, Delivery)
        context = tracer.context_of(message.published if is_delivery else message)
        if context is None:
            continue
        name = f"deliver {type(message.published.fact).__name__}" if is_delivery else f"apply {type(message).__name__}"
        where = {"consumer": message.consumer} if is_delivery else {}
        applied = tracer.record(name, parent=context, took_s=apply_s + commit_s, batch_messages=len(messages), **where)
        tracer.record("commit", parent=applied, took_s=commit_s)
        subject = message.published.fact if is_delivery else message
        by_station[getattr(subject, "station_id", None)] = applied
        if not is_delivery:
            tracer.drop(message)
    for published in told:
        context = by_station.get(getattr(published.fact, "station_id", None))
        if context is not None:
            tracer.carry(published, tracer.record(f"tell {type(published.fact).__name__}", parent=context, took_s=0.0))
    for signal in signals:
        context = by_station.get(getattr(signal, "station_id", None))
        if context is not None:
            tracer.carry(signal, tracer.record(f"signal {type(signal).__name__}", parent=context, took_s=0.0))


def _list_messages(batch: Sequence[object]) -> Iterator[object]:
    """Name the messages of a batch, those in parcels one by one."""
    for item in batch:
        parcel = getattr(item, "parcel", None)
        if isinstance(parcel, Parcel):
            yield from parcel.messages
        else:
            yield item
