"""Run every check that needs no test: formatting, lint, types, import law, dependencies, web lint and types."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from prepare import WEB
from steps import ROOT, VENV_BIN, build_environ, describe_elapsed

CHECKS: tuple[tuple[str, Path, Sequence[str | Path]], ...] = (
    ("format (ruff)", ROOT, [VENV_BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("lint (ruff)", ROOT, [VENV_BIN / "ruff", "check", "--quiet", "."]),
    ("types (basedpyright)", ROOT, [VENV_BIN / "basedpyright"]),
    ("import law (import-linter)", ROOT, [VENV_BIN / "lint-imports"]),
    ("dependencies (deptry)", ROOT, [VENV_BIN / "deptry", "."]),
    ("web lint and types (biome, tsc)", WEB, ["npm", "run", "--silent", "check"]),
)


def main() -> int:
    """Run all checks, show the output of those that fail, and return 1 if any did."""
    failed: list[str] = []
    for name, directory, command in CHECKS:
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
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:<34} {verdict:<7} {describe_elapsed(time.monotonic() - started_at)}", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    print(
        f"{len(CHECKS) - len(failed)} checks passed, {len(failed)} failed" + "".join(f"\n  {name}" for name in failed)
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
