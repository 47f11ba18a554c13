"""A dict that never grows past its bound: for caches, whose entries can always be had again."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedDict(dict[K, V]):
    """Drops the entry that was put in first when a new key finds no room.

    Only `cache[key] = value` keeps the bound (that is what a unit of work uses); the constructor takes no entries.
    """

    __slots__ = ("_bound",)

    def __init__(self, *, bound: int) -> None:
        super().__init__()
        if bound < 1:
            raise ValueError("a bound is at least 1")
        self._bound = bound

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= self._bound and key not in self:
            del self[next(iter(self))]
        dict.__setitem__(self, key, value)  # pyright: ignore[reportUnknownMemberType] - `super()` costs as much as all the rest


BATCH_MAX = 10_000
"""Messages a batch may hold at most. What one has staged must not fall out of a cache before it is written, where loads
read what the database holds: such a cache has a larger bound, and drops what was written longest ago.
"""


class LatestDict(BoundedDict[K, V]):
    """Drops the entry that was written longest ago."""

    __slots__ = ()

    def __setitem__(self, key: K, value: V) -> None:
        if key in self:
            del self[key]
        elif len(self) >= self._bound:
            del self[next(iter(self))]
        dict.__setitem__(self, key, value)  # pyright: ignore[reportUnknownMemberType] - `super()` costs as much as all the rest
