"""From samples to series: one value per instant of one quantity, whatever phases and places a station tells it for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation

PLACES = (
    SampleLocation.OUTLET,
    SampleLocation.BODY,
    SampleLocation.CABLE,
    SampleLocation.INLET,
    SampleLocation.EV,
    SampleLocation.UPSTREAM,
)
"""Where a value is best measured: what leaves the outlet is what is sold; the others stand in when it is not told."""
PHASES = {"L1": "L1", "L2": "L2", "L3": "L3", "L1-N": "L1", "L2-N": "L2", "L3-N": "L3"}
"""The phases that add up to the whole. Neutral and line-to-line values do not."""
_CONTEXTS = (SampleContext.BEGIN, SampleContext.END)


class Reading(NamedTuple):
    """A value of a series at an instant."""

    at: datetime
    value: int
    context: SampleContext = SampleContext.PERIODIC


def find_place(samples: Iterable[Sample]) -> SampleLocation | None:
    """Return the best place that any of the samples was taken at."""
    taken = {sample.location for sample in samples}
    return next((place for place in PLACES if place in taken), None)


def build_series(
    samples: Sequence[Sample], measurand: Measurand, *, place: SampleLocation | None = None
) -> list[Reading]:
    """Return a measurand's readings in order of time, one per instant, from the best place or the one named.

    A value for the whole is taken when the station sends any; else the phases are added up, and an instant at which one
    of the phases is missing has no reading.
    """
    own = [sample for sample in samples if sample.measurand is measurand]
    if len(own) == 1 and own[0].phase is None and (place is None or own[0].location is place):
        return [Reading(own[0].at, own[0].value, own[0].context)]
    best = place or find_place(own)
    own = [sample for sample in own if sample.location is best]
    whole = [Reading(sample.at, sample.value, sample.context) for sample in own if sample.phase is None]
    return choose_per_instant(whole or _add_phases(own))


def choose_per_instant(readings: Iterable[Reading]) -> list[Reading]:
    """Keep one reading per instant: the transaction's own begin or end before others, then the greater value."""
    chosen: dict[datetime, Reading] = {}
    for reading in readings:
        held = chosen.get(reading.at)
        if held is None or _rank(reading) > _rank(held):
            chosen[reading.at] = reading
    return sorted(chosen.values())


def _rank(reading: Reading) -> tuple[bool, int, str]:
    return (reading.context in _CONTEXTS, reading.value, reading.context)


def _add_phases(samples: Iterable[Sample]) -> list[Reading]:
    table: dict[datetime, dict[str, int]] = {}
    contexts: dict[datetime, SampleContext] = {}
    seen: set[str] = set()
    for sample in samples:
        phase = PHASES.get(sample.phase or "")
        if phase is None:
            continue
        seen.add(phase)
        row = table.setdefault(sample.at, {})
        row[phase] = max(sample.value, row.get(phase, sample.value))
        held = contexts.get(sample.at, sample.context)
        contexts[sample.at] = max(held, sample.context, key=lambda context: (context in _CONTEXTS, context))
    return [Reading(at, sum(row.values()), contexts[at]) for at, row in table.items() if len(row) == len(seen)]
