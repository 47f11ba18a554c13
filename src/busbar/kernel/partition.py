"""Partitions: the slices of a network that are worked on in order, each by one core at a time."""

from zlib import crc32

PARTITIONS_MAX = 1024


def find_partition(key: str, *, count: int) -> int:
    """Return the partition (0 … count - 1) of a station id or another key; the same on every machine and for ever."""
    return crc32(key.encode("utf-8", "surrogatepass")) % count
