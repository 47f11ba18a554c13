"""One run: stations charge, faults come one after the other, and in the end every book is compared."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

PAUSE_S = (0.3, 2.0)
"""Undisturbed time between two faults."""
LAST_PAUSE_S = 1.5

Fault = Callable[[Random], Awaitable[None]]


class World(Protocol):
    """What is under trial: a Busbar, its stations, and the faults it can meet."""

    name: str
    faults: Mapping[str, Fault]

    async def open(self) -> None:
        """Start everything."""
        ...

    async def judge(self) -> tuple[list[Any], int]:
        """Let everything come to an end; return what is wrong, and how many transactions were compared."""
        ...

    async def close(self) -> None:
        """End whatever still runs."""
        ...


@dataclass
class Verdict:
    """What came of a run."""

    mode: str
    seed: int
    faults: int
    transactions: int = 0
    took_s: float = 0.0
    inflicted: dict[str, int] = field(default_factory=dict[str, int])
    wrong: list[Any] = field(default_factory=list[Any])


def plan(kinds: list[str], *, count: int, chance: Random) -> list[str]:
    """Choose the faults: each kind in turn first, then any."""
    return (kinds + [chance.choice(kinds) for _ in range(count)])[:count]


async def run(world: World, *, seed: int, count: int, tell: Callable[[str], object]) -> Verdict:
    """Inflict `count` faults and judge; the same seed gives the same faults in the same order."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    began_s = time.monotonic()
    verdict = Verdict(world.name, seed, count)
    inflicted: Counter[str] = Counter()
    try:
        await world.open()
        for number, kind in enumerate(plan(list(world.faults), count=count, chance=chance), start=1):
            await asyncio.sleep(chance.uniform(*PAUSE_S))
            tell(f"{number:4}/{count}  {time.monotonic() - began_s:7.1f} s  {kind}")
            await world.faults[kind](chance)
            inflicted[kind] += 1
        await asyncio.sleep(LAST_PAUSE_S)
        verdict.wrong, verdict.transactions = await world.judge()
    finally:
        await world.close()
    verdict.inflicted = dict(inflicted)
    verdict.took_s = round(time.monotonic() - began_s, 1)
    return verdict
