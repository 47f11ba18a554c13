"""The last quarter of an hour, point by point: what the operations page draws."""

from collections import Counter, deque
from collections.abc import Iterable
from datetime import datetime

from busbar.app.watch import catalog
from busbar.app.watch.catalog import Family
from busbar.app.watch.readings import Reading
from busbar.kernel.buckets import Spread
from busbar.ports.watching import ActionCount, Point

SPAN_S = 5
POINTS_MAX = 180
"""A quarter of an hour."""
DONE = "done"
_NOTHING = Spread((), (), 0.0)
_US = 1_000_000


class Numbers:
    """Readings of one moment, by metric."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._values: dict[str, dict[tuple[str, ...], float]] = {}
        self._spreads: dict[str, Spread] = {}
        for family, value, labels in readings:
            if not isinstance(value, Spread):
                self._values.setdefault(family.name, {})[labels] = value
            elif family.name in self._spreads:
                self._spreads[family.name] = self._spreads[family.name].plus(value)
            else:
                self._spreads[family.name] = value

    def sum(self, family: Family) -> int:
        """Return the sum over all labels; 0 when this process does not have the metric."""
        return round(sum(self._values.get(family.name, {}).values()))

    def value(self, family: Family) -> float:
        """Return the value of a metric without labels."""
        return self._values.get(family.name, {}).get((), 0.0)

    def greatest(self, family: Family) -> float:
        """Return the greatest value over all labels; 0 when this process does not have the metric."""
        return max(self._values.get(family.name, {}).values(), default=0.0)

    def by_label(self, family: Family, position: int = 0) -> dict[str, int]:
        """Return the values summed by one of the labels."""
        found: dict[str, int] = {}
        for labels, value in self._values.get(family.name, {}).items():
            found[labels[position]] = found.get(labels[position], 0) + round(value)
        return found

    def list_values(self, family: Family) -> Iterable[tuple[tuple[str, ...], float]]:
        """List the values with all their labels."""
        return self._values.get(family.name, {}).items()

    def spread(self, family: Family) -> Spread:
        """Return how values were spread, over all labels."""
        return self._spreads.get(family.name, _NOTHING)


class History:
    """Remembers points; each holds what was added since the one before."""

    def __init__(self) -> None:
        self._points: deque[Point] = deque(maxlen=POINTS_MAX)
        self._before: Numbers | None = None
        self._cpu_s = 0.0

    @property
    def points(self) -> tuple[Point, ...]:
        """The points, the oldest first."""
        return tuple(self._points)

    def take(self, numbers: Numbers, *, at: datetime, cpu_s: float, lag_s: float) -> None:
        """Add a point; the first reading is only what the next is compared with.

        `cpu_s`: what the process has used of the processor since its start; `lag_s`: the event loop's greatest delay.
        """
        before, self._before = self._before, numbers
        used_s, self._cpu_s = cpu_s - self._cpu_s, cpu_s
        if before is None:
            return
        answers = _added(before, numbers, catalog.ANSWER_TIME)
        commits = _added(before, numbers, catalog.COMMIT_TIME)
        batches = _added(before, numbers, catalog.BATCH_SIZE)
        outcomes, earlier = numbers.by_label(catalog.MESSAGES, 2), before.by_label(catalog.MESSAGES, 2)
        done = outcomes.get(DONE, 0) - earlier.get(DONE, 0)
        self._points.append(
            Point(
                at=at,
                messages=done,
                failures=sum(outcomes.values()) - sum(earlier.values()) - done,
                connections=numbers.sum(catalog.CONNECTIONS),
                queue_messages=numbers.sum(catalog.QUEUE),
                batches=batches.count,
                batch_messages=round(batches.total),
                answer_p50_us=_quantile_us(answers, 0.5),
                answer_p99_us=_quantile_us(answers, 0.99),
                commit_p50_us=_quantile_us(commits, 0.5),
                commit_p99_us=_quantile_us(commits, 0.99),
                loop_lag_us=round(lag_s * _US),
                cpu_permille=max(0, round(used_s * 1000 / SPAN_S)),
            )
        )


def count_actions(numbers: Numbers) -> tuple[ActionCount, ...]:
    """Return what became of the messages of stations, by action."""
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for (_, action, outcome), count in numbers.list_values(catalog.MESSAGES):
        (done if outcome == DONE else failed)[action] += round(count)
    names = sorted(done.keys() | failed.keys())
    return tuple(ActionCount(action=name, done=done[name], failed=failed[name]) for name in names)


def _added(before: Numbers, after: Numbers, family: Family) -> Spread:
    """Return what was added; a metric that began in between has nothing before."""
    earlier, later = before.spread(family), after.spread(family)
    return later.since(earlier) if earlier.bounds == later.bounds else later


def _quantile_us(spread: Spread, share: float) -> int | None:
    value_s = spread.quantile(share)
    return None if value_s is None else round(value_s * _US)
