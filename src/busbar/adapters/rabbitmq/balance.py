"""Which core should hold which partition. Pure: all cores that see the same cores come to the same plan."""

from collections.abc import Iterable
from hashlib import blake2b


def plan_partitions(core_ids: Iterable[str], partition_count: int) -> dict[int, str]:
    """Spread partitions evenly: every core gets as many as any other, or one more.

    Each partition likes the cores in an order of its own (rendezvous hashing) and goes to the first one that has room,
    so few partitions move when a core comes or goes.
    """
    cores = sorted(set(core_ids))
    if not cores:
        return {}
    fewest, rest = divmod(partition_count, len(cores))
    counts = dict.fromkeys(cores, 0)
    plan: dict[int, str] = {}
    for partition in range(partition_count):
        liked = sorted(cores, key=lambda core: _weigh(core, partition), reverse=True)
        has_rest = rest > 0
        chosen = next(core for core in liked if counts[core] < fewest + (1 if has_rest else 0))
        if counts[chosen] == fewest:
            rest -= 1
        counts[chosen] += 1
        plan[partition] = chosen
    return plan


def _weigh(core_id: str, partition: int) -> bytes:
    return blake2b(f"{partition}:{core_id}".encode(), digest_size=8).digest()
