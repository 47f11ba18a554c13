"""A session cut into slices in which nothing that a tariff asks about changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from busbar.kernel.errors import InvalidError
from busbar.rating.calendar import Calendar, count_us, list_us
from busbar.rating.record import READINGS_MAX, Outcome, Reading, Record, Reservation, State
from busbar.rating.rules import Clause, Key, Ordered, Plan, Rule, find_mask, list_calendar_borders
from busbar.rating.tariff import ReservationCase

SECOND_US = 1_000_000
HOUR_S = 3600
TENTHS = 10
ALWAYS_US = -(2**62)
EVERYTHING = -1
"""The mask in which every bit is set: nothing depends on the calendar."""
CASE_OF = {
    Outcome.USED: ReservationCase.RESERVATION,
    Outcome.EXPIRED: ReservationCase.EXPIRES,
    Outcome.CANCELLED: ReservationCase.CANCELLED,
}

_get_at = attrgetter("at")
_get_energy = attrgetter("energy_wh")
_get_state = attrgetter("state")
_get_current = attrgetter("current_ma")
_get_gap = attrgetter("is_gap")


class RecordError(InvalidError):
    """The record cannot be rated."""

    code: ClassVar[str] = "invalid.meter_record"


class Slice(NamedTuple):
    """A stretch of time, its energy in grains, and what held. `is_estimated`: an edge lies inside a meter gap."""

    start_us: int
    end_us: int
    grains: int
    state: State
    rules: dict[Key, Rule]
    is_estimated: bool


class Meter:
    """The register over time. A grain is a whole Wh, or a tenth where any reading counts tenths.

    Between two readings the register runs evenly, rounded to whole grains; before the first and after the last it
    stands still. A step back counts nothing: the register stands until it is passed again.
    """

    def __init__(self, readings: tuple[Reading, ...]) -> None:
        if len(readings) > READINGS_MAX:
            raise RecordError("too many readings", readings=len(readings))
        at = list_us(map(_get_at, readings))
        if len(set(at)) < len(at) or at != sorted(at):
            readings = _put_in_order(readings)
            at = list_us(map(_get_at, readings))
        self.readings = readings
        self.at = at
        energies: list[int | Decimal] = list(map(_get_energy, readings))
        is_whole = set(map(type, energies)) <= {int}
        self.scale = 1 if is_whole else TENTHS
        grains = [int(energy * self.scale) for energy in energies]
        if grains != sorted(grains):
            for index in range(1, len(grains)):
                grains[index] = max(grains[index], grains[index - 1])
        self.grains = grains
        self.fixed: dict[int, int] = {}
        """Where the register passes an amount that the tariff names: exactly that amount."""

    def read(self, us: int) -> int:
        """Return the register at an instant, in grains."""
        if us in self.fixed:
            return self.fixed[us]
        index = bisect_right(self.at, us) - 1
        if index < 0:
            return self.grains[0] if self.grains else 0
        if index == len(self.at) - 1 or self.at[index] == us:
            return self.grains[index]
        step = self.grains[index + 1] - self.grains[index]
        span = self.at[index + 1] - self.at[index]
        return self.grains[index] + (2 * step * (us - self.at[index]) + span) // (2 * span)

    def is_guess(self, us: int) -> bool:
        """Tell whether an instant lies inside a gap."""
        index = bisect_right(self.at, us) - 1
        if index < 0 or index == len(self.at) - 1 or self.at[index] == us:
            return False
        return self.readings[index].is_gap and self.grains[index + 1] > self.grains[index]

    def find_passing(self, grains: int) -> int | None:
        """Find the instant at which the register reaches an amount, and fix it there."""
        index = bisect_left(self.grains, grains)
        if index in {0, len(self.grains)}:
            return None
        step = self.grains[index] - self.grains[index - 1]
        span = self.at[index] - self.at[index - 1]
        us = self.at[index - 1] - ((self.grains[index - 1] - grains) * span // step)
        self.fixed[us] = grains
        return us

    def measure_power_w(self, index: int) -> int:
        """Return the power from a reading on: as stated, else the mean until the next; in a gap always the mean."""
        reading = self.readings[index]
        if reading.power_w is not None and not reading.is_gap:
            return reading.power_w
        if index == len(self.at) - 1:
            return reading.power_w or 0
        step = self.grains[index + 1] - self.grains[index]
        return step * HOUR_S * SECOND_US // (self.scale * (self.at[index + 1] - self.at[index]))


def _put_in_order(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Order readings by time; of several at one instant the last one given holds."""
    return tuple(sorted({reading.at: reading for reading in readings}.values(), key=_get_at))


class Track(NamedTuple):
    """A value over time: `values[i]` holds from `starts[i]` on; the first has always held."""

    starts: list[int]
    values: list[Any]

    def find(self, us: int) -> Any:
        """Return the value at an instant."""
        return self.values[bisect_right(self.starts, us) - 1]


def track(at: Sequence[int], values: Sequence[Any], before: Any) -> Track:
    """Keep only where a value changes; without readings `before` holds."""
    starts, kept = [ALWAYS_US], [values[0] if values else before]
    for us, value in zip(at, values, strict=True):
        if value != kept[-1]:
            starts.append(us)
            kept.append(value)
    return Track(starts, kept)


class Conditions:
    """What the tariff asks about in a session, over time."""

    def __init__(self, plan: Plan, record: Record, meter: Meter, calendar: Calendar) -> None:
        self.start = count_us(record.started_at)
        self.end = count_us(record.ended_at)
        borders = list_calendar_borders(plan, calendar, self.start, self.end)
        self.masks = Track([ALWAYS_US, *borders], [EVERYTHING, *(find_mask(plan, calendar, at) for at in borders)])
        self.states = track(meter.at, list(map(_get_state, meter.readings)), State.CHARGING)
        powers = _classify(plan.power_edges, map(meter.measure_power_w, range(len(meter.at))))
        self.powers = track(meter.at if powers else (), powers, 0)
        currents = _classify(plan.current_edges, (each or 0 for each in map(_get_current, meter.readings)))
        self.currents = track(meter.at if currents else (), currents, 0)
        origin = meter.read(self.start)
        self.energy_edges = [edge * meter.scale + origin for edge in plan.energy_edges]
        self.duration_edges = [edge * SECOND_US + self.start for edge in plan.duration_edges]

    def list_borders(self, meter: Meter) -> list[int]:
        """List the instants at which anything may change, start and end with them."""
        tracks = (self.masks, self.states, self.powers, self.currents)
        inner = {us for each in tracks for us in each.starts}
        inner.update(self.duration_edges)
        inner.update(us for us in map(meter.find_passing, self.energy_edges) if us is not None)
        return [self.start, *sorted(us for us in inner if self.start < us < self.end), self.end]

    def find_state(self, us: int, grains: int) -> tuple[int, int, int, int, int]:
        """Return all that decides what holds at an instant."""
        return (
            self.masks.find(us),
            bisect_right(self.energy_edges, grains),
            self.powers.find(us),
            self.currents.find(us),
            bisect_right(self.duration_edges, us),
        )


def _classify(edges: list[int], values: Iterable[int]) -> list[int]:
    """Tell which of the ranges between the edges each value falls into; nothing when nobody asks."""
    return [bisect_right(edges, value) for value in values] if edges else []


def cut_session(plan: Plan, record: Record, meter: Meter, calendar: Calendar) -> list[Slice]:
    """Cut a session into slices, each with what holds in it."""
    conditions = Conditions(plan, record, meter, calendar)
    if conditions.end <= conditions.start:
        return []
    borders = conditions.list_borders(meter)
    registers = [meter.read(us) for us in borders]
    guesses = [meter.is_guess(us) for us in borders] if True in map(_get_gap, meter.readings) else None
    known: dict[tuple[int, int, int, int, int], dict[Key, Rule]] = {}
    slices: list[Slice] = []
    for index in range(len(borders) - 1):
        us = borders[index]
        state = conditions.find_state(us, registers[index])
        rules = known.get(state)
        if rules is None:
            rules = known[state] = choose(plan.session, plan, state)
        is_guess = guesses is not None and (guesses[index] or guesses[index + 1])
        grains = registers[index + 1] - registers[index]
        slices.append(Slice(us, borders[index + 1], grains, conditions.states.find(us), rules, is_guess))
    return slices


def cut_reservation(plan: Plan, reservation: Reservation, calendar: Calendar) -> list[Slice]:
    """Cut a reservation into slices, each with what holds in it."""
    start, end = count_us(reservation.starts_at), count_us(reservation.ends_at)
    if end < start:
        raise RecordError("the reservation ends before it starts")
    calendar_borders = list_calendar_borders(plan, calendar, start, end)
    durations = [edge * SECOND_US + start for edge in plan.duration_edges]
    inner = sorted(us for us in {*calendar_borders, *durations} if start < us < end)
    borders = [start, *inner, end]
    slices: list[Slice] = []
    ordered = plan.reservations[CASE_OF[reservation.outcome]]
    for us, until in pairwise(borders):
        mask = find_mask(plan, calendar, us) if plan.minutes else EVERYTHING
        rules = choose(ordered, plan, (mask, 0, 0, 0, bisect_right(durations, us)))
        slices.append(Slice(us, until, 0, State.PARKED, rules, is_estimated=False))
    return slices


def choose_at(
    plan: Plan, mask: int, *, energy_wh: int = 0, power_w: int = 0, current_ma: int = 0, duration_s: int = 0
) -> dict[Key, Rule]:
    """Choose what holds in a session where so much was charged, at such a power and current, after such a time."""
    places = (
        bisect_right(plan.energy_edges, energy_wh),
        bisect_right(plan.power_edges, power_w),
        bisect_right(plan.current_edges, current_ma),
        bisect_right(plan.duration_edges, duration_s),
    )
    return choose(plan.session, plan, (mask, *places))


def choose(ordered: Ordered, plan: Plan, state: tuple[int, int, int, int, int]) -> dict[Key, Rule]:
    """Choose for each dimension and share the first rule that holds."""
    chosen: dict[Key, Rule] = {}
    held: dict[int, bool] = {}
    for key, candidates in ordered.items():
        for clause, rule in candidates:
            if clause.bit not in held:
                held[clause.bit] = _holds(clause, plan, state)
            if held[clause.bit]:
                chosen[key] = rule
                break
    return chosen


def list_held(
    candidates: Sequence[tuple[Clause, Rule]], plan: Plan, state: tuple[int, int, int, int, int]
) -> list[int]:
    """List all elements that hold at once, of which the first is chosen."""
    return [clause.bit for clause, _ in candidates if _holds(clause, plan, state)]


def _holds(clause: Clause, plan: Plan, state: tuple[int, int, int, int, int]) -> bool:
    if not state[0] >> clause.bit & 1:
        return False
    edges = (plan.energy_edges, plan.power_edges, plan.current_edges, plan.duration_edges)
    return all(_is_within(each, place, span) for each, place, span in zip(edges, state[1:], clause.ranges, strict=True))


def _is_within(edges: list[int], place: int, span: tuple[int, int | None]) -> bool:
    """Tell whether the range number `place` between the edges lies within a span, whose ends are edges."""
    least, most = span
    value = edges[place - 1] if place else 0
    return least <= value and (most is None or value < most)
