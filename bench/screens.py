"""How soon the first pages stand there, and how heavy they are, as Lighthouse counts it, in headless Chromium."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench import ROOT
from bench.figure import Figure
from bench.product import ADMIN, ServerError, started

SCRIPT = ROOT / "bench" / "screens.mjs"
RUNS = 5
RUNS_SHORT = 2
LIMIT_S = 600
USABLE_LIMIT_MS = 2_000
"""On a phone with a slow line and a slow processor."""


class Opening(msgspec.Struct, frozen=True):
    """What one opening of a page took."""

    fcp_ms: float
    """First contentful paint."""
    lcp_ms: float
    """Largest contentful paint."""
    blocked_ms: float
    """Of tasks longer than 50 ms after the first paint, what is beyond 50 ms: total blocking time."""
    shift: float
    """Cumulative layout shift."""
    requests: int
    transferred_bytes: int
    """Of all answers, as they were compressed."""
    ready_ms: float | None = None
    """When it could be used, of a page that tells."""


class Screen(msgspec.Struct, frozen=True):
    """A page, opened several times."""

    name: str
    runs: list[Opening]


def sum_up(screen: Screen) -> Iterator[Figure]:
    """Take the median of each figure. Paints have no bound: they depend on what else the machine does."""

    def middle(name: str) -> float:
        return statistics.median(getattr(opening, name) for opening in screen.runs)

    runs = {"runs": len(screen.runs), "cache": "empty"}
    if all(opening.ready_ms is not None for opening in screen.runs):
        ready_ms = round(middle("ready_ms"))
        yield Figure(name=f"{screen.name}: usable", ours=ready_ms, unit="ms", limit=USABLE_LIMIT_MS, conditions=runs)
    yield Figure(
        name=f"{screen.name}: first contentful paint",
        ours=round(middle("fcp_ms")),
        unit="ms",
        conditions={
            **runs,
            "lcp_ms": round(middle("lcp_ms")),
            "blocked_ms": round(middle("blocked_ms")),
            "layout_shift": round(middle("shift"), 4),
            "requests": round(middle("requests")),
            "transferred_kb": round(middle("transferred_bytes") / 1000, 1),
        },
    )


def measure(*, is_short: bool) -> Iterator[Figure]:
    """Open each page a few times, each time with an empty cache, against the demo site."""
    with started(is_demo=True) as product:
        product.wait_until_ready()
        node = Path(sys.executable).with_name("node")
        address = f"http://127.0.0.1:{product.http_port}"
        words = [
            str(node),
            str(SCRIPT),
            address,
            ADMIN["email"],
            ADMIN["password"],
            str(RUNS_SHORT if is_short else RUNS),
        ]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    if done.returncode:
        raise ServerError(f"the browser did not get through: {done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        yield from sum_up(msgspec.convert(json.loads(line), Screen))
