"""Counting values by size, as a histogram needs it: cheap to add to, read as a whole."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """How values were spread at one moment: `counts[i]` of them were at most `bounds[i]`, the last ones greater."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float
    """The sum of all values."""

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.counts)

    def since(self, earlier: "Spread") -> "Spread":
        """Return what was added after an earlier moment."""
        added = tuple(now - then for now, then in zip(self.counts, earlier.counts, strict=True))
        return Spread(self.bounds, added, self.total - earlier.total)

    def plus(self, other: "Spread") -> "Spread":
        """Return the values of both."""
        together = tuple(one + two for one, two in zip(self.counts, other.counts, strict=True))
        return Spread(self.bounds, together, self.total + other.total)

    def quantile(self, share: float) -> float | None:
        """Return the value below which this share of all lies, as far as bounds can tell; None when there were none.

        Within a bucket values count as evenly spread. What lies above the last bound is told as that bound.
        """
        wanted = share * self.count
        if not wanted:
            return None
        below = 0
        lower = 0.0
        for bound, count in zip(self.bounds, self.counts, strict=False):
            if count and below + count >= wanted:
                return lower + (bound - lower) * (wanted - below) / count
            below += count
            lower = bound
        return lower


class Buckets:
    """Counts values by upper bounds. One thread adds; any may read."""

    __slots__ = ("_bounds", "_counts", "_total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds`: the greatest value of each bucket, ascending; greater values have a bucket of their own."""
        if not bounds or list(bounds) != sorted(set(bounds)):
            raise ValueError("bounds ascend, and there is at least one")
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._total += value

    def add_all(self, values: Iterable[float]) -> None:
        """Count many values at once: cheaper than one by one."""
        ordered = sorted(values)
        below = 0
        for index, bound in enumerate(self._bounds):
            upto = bisect_right(ordered, bound, lo=below)
            self._counts[index] += upto - below
            below = upto
        self._counts[-1] += len(ordered) - below
        self._total += sum(ordered)

    def read(self) -> Spread:
        """Return the counts of this moment."""
        return Spread(self._bounds, tuple(self._counts), self._total)
