"""Servers measured in turns, so that what else runs on the machine meets all of them alike."""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import generator
from bench.generator import Result
from bench.product import TOKENS_MAX
from bench.servers import Server


@dataclass(frozen=True)
class Pace:
    """How long each run lasts, and how many there are of each at so many connections."""

    warmup_s: float
    measure_s: float
    rounds: dict[int, int]


SHORT = Pace(1.0, 2.5, {100: 3, 1000: 2, 5000: 1})
LONG = Pace(2.0, 6.0, {100: 5, 1000: 3, 5000: 3})
OPENING = 200
SETUP_LIMIT_S = 300
MESSAGES_LEAST = 1000
SETTLE_CALLS = 3


@dataclass(frozen=True)
class Median:
    """The middle of several runs of one server."""

    us: float
    """Server CPU of a message, in microseconds."""
    per_s: float
    p50_ms: float
    p99_ms: float
    bytes_sent: int
    """Of a message, on the wire."""
    faults: int
    first_fault: str
    all_us: list[float]

    def describe(self) -> dict[str, object]:
        """Say it for the conditions of a figure."""
        said: dict[str, object] = {
            "messages_per_s": round(self.per_s),
            "bytes_sent": self.bytes_sent,
            "p50_ms": round(self.p50_ms, 1),
            "p99_ms": round(self.p99_ms, 1),
            "all_us": self.all_us,
        }
        return said | ({"first_fault": self.first_fault} if self.first_fault else {})


def take_median(results: Sequence[Result]) -> Median:
    """Take the middle of runs."""
    return Median(
        us=round(statistics.median(each.server_us_per_message for each in results), 2),
        per_s=statistics.median(each.messages_per_s for each in results),
        p50_ms=statistics.median(each.p50_ms for each in results),
        p99_ms=statistics.median(each.p99_ms for each in results),
        bytes_sent=round(statistics.median(each.bytes_sent_per_message for each in results)),
        faults=sum(each.faults_sum for each in results),
        first_fault=next((each.first_fault for each in results if each.first_fault), ""),
        all_us=[each.server_us_per_message for each in results],
    )


class Contest:
    """Runs of several servers; those of the product keep books, for each run stations that were never there before."""

    def __init__(self, pace: Pace, *, directory: Path, is_audited: Iterable[str]) -> None:
        self.pace = pace
        self.directory = directory
        self.is_audited = frozenset(is_audited)
        self.books: dict[str, list[Path]] = {}
        self._first = 1
        self._numbers = itertools.count(1)

    def run(self, server: Server, *, version: str, connections: int, **options: object) -> Result:
        """Load one server once."""
        wanted: dict[str, object] = {
            **server.options(),
            "version": version,
            "connections": connections,
            "first": self._first,
            "tokens": min(connections, TOKENS_MAX),
            "opening": OPENING,
            "setup": SETUP_LIMIT_S,
            "warmup": self.pace.warmup_s,
            "measure": self.pace.measure_s,
            "least": MESSAGES_LEAST,
            "settle": SETTLE_CALLS,
        }
        self._first += connections
        if server.name in self.is_audited:
            book = self.directory / f"books-{next(self._numbers)}.tsv"
            self.books.setdefault(server.name, []).append(book)
            wanted["books"] = book
        else:
            wanted["drain"] = 0
        result = generator.run(wanted | options)
        generator.tell(server.name, result)
        return result

    def warm_up(self, servers: Iterable[Server], *, version: str) -> None:
        """Let each reach its stride (a just-in-time compiler, caches) before anything is measured."""
        for server in servers:
            self.run(server, version=version, connections=100)

    def take_turns(
        self, servers: Sequence[Server], *, version: str, connections: int, rounds: int | None = None
    ) -> dict[str, Median]:
        """Load all servers in turns; return each one's median by its name."""
        results: dict[str, list[Result]] = {server.name: [] for server in servers}
        for _ in range(rounds or self.pace.rounds[connections]):
            for server in servers:
                results[server.name].append(self.run(server, version=version, connections=connections))
        return {name: take_median(each) for name, each in results.items()}
