"""`python -m bench [OPTION…] [NAME…]`: run all benchmarks or the named ones; exit 1 when a bound is missed.

Each figure is one JSON object a line as it comes, and all of them a table in the end.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterable

from bench import (
    boot,
    cluster,
    contest,
    path,
    rating,
    screens,
    soak,
    storm,
    telemetry,
    thousand,
    throughput,
    transport,
    what_if,
)
from bench.figure import Figure, write_table
from bench.generator import LoadError
from bench.page import keep, write_page
from bench.product import ServerError

Benchmark = Callable[[argparse.Namespace], Iterable[Figure]]
BENCHMARKS: dict[str, Benchmark] = {
    "boot": lambda _: boot.measure(),
    "path": lambda _: path.measure(),
    "thousand": lambda _: thousand.measure(),
    "throughput": lambda asked: throughput.measure(throughput.SQLITE, choose_pace(asked)),
    "transport": lambda asked: transport.measure(choose_pace(asked)),
    "storm": lambda asked: storm.measure(1 if asked.short else 3),
    "cluster": lambda asked: throughput.measure(cluster.CLUSTER, choose_pace(asked)),
    "second-core": lambda asked: cluster.measure_growth(choose_pace(asked)),
    "telemetry": lambda _: telemetry.measure(),
    "rating": lambda _: rating.measure(),
    "what-if": lambda asked: what_if.measure(is_short=asked.short),
    "screens": lambda asked: screens.measure(is_short=asked.short),
    "soak": lambda asked: soak.measure(asked.minutes),
}
BY_HAND = {"soak", "what-if"}
"""Only run when named: they take half an hour."""


def choose_pace(asked: argparse.Namespace) -> contest.Pace:
    """Choose how long runs last."""
    return contest.SHORT if asked.short else contest.LONG


def read_words(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--short", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--write", action="store_true", help="write docs/reference/performance.md as well")
    parser.add_argument("--minutes", type=float, default=30, help="how long the soak lasts (30)")
    asked = parser.parse_args(words)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    return asked


def end(*_: object) -> None:
    """End as on Ctrl-C: with every server stopped."""
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Run benchmarks; print each figure as JSON when it is there, and all as a table."""
    asked = read_words(words)
    signal.signal(signal.SIGTERM, end)
    everywhere = os.sched_getaffinity(0)
    figures: list[Figure] = []
    for name in asked.names or [each for each in BENCHMARKS if each not in BY_HAND]:
        os.sched_setaffinity(0, everywhere)
        try:
            for measured in BENCHMARKS[name](asked):
                figures.append(keep(measured))
                print(figures[-1].write(), flush=True)
        except (LoadError, ServerError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    print(write_table(figures))
    if asked.write:
        write_page()
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
