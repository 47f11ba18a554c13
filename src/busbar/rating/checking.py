"""What is odd about a tariff that breaks no rule: hours without a price, elements that never hold, that overlap."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, product

from busbar.canon.message import Noun
from busbar.canon.pricing import Share
from busbar.rating.calendar import Calendar
from busbar.rating.rules import Key, Plan, find_mask_at, prepare
from busbar.rating.tariff import Dimension, Tariff, Weekday
from busbar.rating.timeline import choose, list_held

SAMPLES_MAX = 60_000
YEAR = 2027
"""Any year that begins a cycle of no leap day; what depends on a real date names it itself."""
WARNINGS_MAX = 100

State = tuple[int, int, int, int, int]
Sample = tuple[date, int, State]


class Oddity(Noun, frozen=True, kw_only=True):
    """One oddity: `code`, where (`elements[2]`), and an example of when."""

    code: str
    path: str
    other: str = ""
    """The element that it meets."""
    weekday: Weekday | None = None
    time: str = ""


def check(tariff: Tariff) -> tuple[Oddity, ...]:
    """Find what is odd about a tariff.

    `gap`: at some time energy costs nothing by any element, although it does at others. `never`: the element never
    holds, as those before it always do. `overlap`: two elements hold at once and neither is the narrower, so that their
    order decides. `free`: nothing in it costs anything. `mixed_shares`: energy has a price that is told apart, and one
    that is not: they add up. `unused_table`: a table of periods that no element asks for.
    """
    plan = prepare(tariff)
    found = [*_find_plain(tariff), *_find_sampled(plan)]
    return tuple(found[:WARNINGS_MAX])


def _find_plain(tariff: Tariff) -> Iterator[Oddity]:
    components = [component for element in tariff.elements for component in element.components]
    if not any(component.price for component in components) and tariff.min_price is None:
        yield Oddity(code="free", path="elements")
    shares = {component.share for component in components if component.dimension is Dimension.ENERGY}
    if Share.NONE in shares and len(shares) > 1:
        yield Oddity(code="mixed_shares", path="elements")
    if tariff.tables and not any(element.restrictions.period for element in tariff.elements):
        yield Oddity(code="unused_table", path="tables")


class Survey:
    """What is seen of a tariff at moments of every kind."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.chosen: set[int] = set()
        self.gaps: dict[Key, Sample] = {}
        self.overlaps: dict[tuple[int, int], Sample] = {}
        samples = _list_samples(plan)
        for sample in islice(samples, SAMPLES_MAX):
            self._look(sample)
        self.is_whole = next(samples, None) is None

    def _look(self, sample: Sample) -> None:
        held = choose(self.plan.session, self.plan, sample[2])
        self.chosen |= {rule.element for rule in held.values()}
        for key in self.plan.session:
            if key[0] is Dimension.ENERGY and key not in held:
                self.gaps.setdefault(key, sample)
        for pair in _list_meetings(self.plan, sample[2]):
            self.overlaps.setdefault(pair, sample)


def _find_sampled(plan: Plan) -> Iterator[Oddity]:
    survey = Survey(plan)
    for key, sample in survey.gaps.items():
        yield _warn("gap", "elements" if key[1] is Share.NONE else f"elements.{key[1]}", sample)
    if not survey.is_whole:
        return
    for index, element in enumerate(plan.tariff.elements):
        if index not in survey.chosen and element.restrictions.reservation is None:
            yield Oddity(code="never", path=f"elements[{index}]")
    for (first, second), sample in survey.overlaps.items():
        if {first, second} <= survey.chosen and not _is_narrower(plan, first, second):
            yield _warn("overlap", f"elements[{second}]", sample, other=f"elements[{first}]")


def _warn(code: str, path: str, sample: Sample, other: str = "") -> Oddity:
    day, minute = sample[0], sample[1]
    weekday = tuple(Weekday)[day.weekday()]
    return Oddity(code=code, path=path, other=other, weekday=weekday, time=f"{minute // 60:02}:{minute % 60:02}")


def _list_samples(plan: Plan) -> Iterator[Sample]:
    """List a moment of each kind that the tariff tells apart."""
    edges = (plan.energy_edges, plan.power_edges, plan.current_edges, plan.duration_edges)
    places = list(product(*(range(len(each) + 1) for each in edges)))
    seen: set[State] = set()
    for day in _list_days(plan.tariff):
        for calendar in (
            Calendar(),
            Calendar(holidays=frozenset({day})),
            Calendar(workdays=frozenset({day})),
        ):
            for minute in plan.minutes or (0,):
                mask = find_mask_at(plan, calendar, day, minute)
                for place in places:
                    state = (mask, place[0], place[1], place[2], place[3])
                    if state not in seen:
                        seen.add(state)
                        yield day, minute, state


def _list_days(tariff: Tariff) -> list[date]:
    starts = {date(YEAR, 1, 4)}
    for part in (*(element.restrictions for element in tariff.elements), *tariff.tables):
        for text in (part.season_start, part.season_end):
            if text:
                month, day = int(text[:2]), int(text[3:])
                starts.add(date(YEAR, month, min(day, 28)))
    for element in tariff.elements:
        starts |= {day for day in (element.restrictions.start_date, element.restrictions.end_date) if day}
    return sorted({start + timedelta(days=index) for start in starts for index in range(7)})


def _list_meetings(plan: Plan, state: State) -> Iterator[tuple[int, int]]:
    """List the pairs of restricted elements that hold at once for one dimension and share."""
    for candidates in plan.session.values():
        held = [each for each in list_held(candidates, plan, state) if _is_restricted(plan, each)]
        for index, first in enumerate(held):
            for second in held[index + 1 :]:
                yield first, second


def _is_restricted(plan: Plan, element: int) -> bool:
    return plan.tariff.elements[element].restrictions != type(plan.tariff.elements[element].restrictions)()


def _is_narrower(plan: Plan, first: int, second: int) -> bool:
    """Tell whether the first element asks for all that the second asks for, and more: the usual order."""
    ours, theirs = plan.tariff.elements[first].restrictions, plan.tariff.elements[second].restrictions
    names = [name for name in theirs.__struct_fields__ if getattr(theirs, name) not in {None, ()}]
    ranges = {"max_energy_wh", "max_power_w", "max_current_ma", "max_duration_s"}
    return all(
        getattr(ours, name) == getattr(theirs, name)
        or (name in ranges and (getattr(ours, name) or 0) and getattr(ours, name) <= getattr(theirs, name))
        for name in names
    )
