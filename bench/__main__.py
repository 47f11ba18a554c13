"""`python -m bench [--write] [NAME …]`: run all benchmarks or the named ones; exit 1 when a limit is missed.

`--write` writes the results to `docs/reference/performance.md` as well.
"""

import os
import sys

from bench import boot, thousand
from bench.figure import write_table
from bench.page import write_page

WRITE = "--write"
BENCHMARKS = {"boot": boot.measure, "thousand": thousand.measure}


def main(words: list[str]) -> int:
    """Run benchmarks; print each as JSON when it ends, and all as a table."""
    names = [word for word in words if word != WRITE]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    everywhere = os.sched_getaffinity(0)
    figures = []
    for name in names or list(BENCHMARKS):
        os.sched_setaffinity(0, everywhere)
        figures.append(BENCHMARKS[name]())
        print(figures[-1].write(), flush=True)
    print(write_table(figures))
    if WRITE in words:
        write_page(figures)
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
