"""Run every check that needs no test: types, web lint and types, formatting, lint, import law, dependencies.

Each reads the sources and nothing of the others, so as many run at once as there are processors.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from prepare import WEB
from steps import ROOT, VENV_BIN, build_environ, describe_elapsed

CHECKS: tuple[tuple[str, Path, Sequence[str | Path]], ...] = (
    # The long ones first, so that no processor is left with one of them in the end.
    ("types (basedpyright)", ROOT, [VENV_BIN / "basedpyright"]),
    ("web lint and types (biome, tsc)", WEB, ["npm", "run", "--silent", "check"]),
    ("format (ruff)", ROOT, [VENV_BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("lint (ruff)", ROOT, [VENV_BIN / "ruff", "check", "--quiet", "."]),
    ("import law (import-linter)", ROOT, [VENV_BIN / "lint-imports"]),
    ("dependencies (deptry)", ROOT, [VENV_BIN / "deptry", "."]),
)


@dataclass(frozen=True)
class Verdict:
    """How a check ended, and what it printed."""

    name: str
    is_good: bool
    elapsed_s: float
    output: str


def run_check(name: str, directory: Path, command: Sequence[str | Path]) -> Verdict:
    """Run one check."""
    started_at = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=directory,
        env=build_environ({"NO_COLOR": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Verdict(name, done.returncode == 0, time.monotonic() - started_at, done.stdout)


def main() -> int:
    """Run all checks, show the output of those that fail, and return 1 if any did."""
    failed: list[str] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for waited in as_completed([pool.submit(run_check, *check) for check in CHECKS]):
            verdict = waited.result()
            word = "ok" if verdict.is_good else "FAILED"
            print(f"{verdict.name:<34} {word:<7} {describe_elapsed(verdict.elapsed_s)}", flush=True)
            if not verdict.is_good:
                failed.append(verdict.name)
                print(verdict.output, flush=True)
    print(
        f"{len(CHECKS) - len(failed)} checks passed, {len(failed)} failed" + "".join(f"\n  {name}" for name in failed)
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
