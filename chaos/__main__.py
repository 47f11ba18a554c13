"""`python -m chaos [--faults N] [--seed S] [--mode embedded|cluster]`: faults under load; 1 when anything is lost.

Prints its seed first; a run with the same seed meets the same faults in the same order. `python -m chaos money` is a
trial of its own: see `chaos.money`.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from chaos.cluster import ClusterWorld
from chaos.embedded import Embedded
from chaos.money import main as try_money
from chaos.trial import Verdict, run

MODES = {"embedded": Embedded, "cluster": ClusterWorld}
SEED_MAX = 10**6


def read_words(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=100, help="how many faults (100)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(SEED_MAX), help="play a run again")
    parser.add_argument("--mode", choices=sorted(MODES), default="embedded", help="what is put to the trial")
    parser.add_argument("--stations", type=int, default=9, help="stations that are visited (9)")
    parser.add_argument("--keep", type=Path, help="leave logs and database in this directory")
    return parser.parse_args(words)


async def try_mode(asked: argparse.Namespace, directory: Path) -> Verdict:
    """Run one mode."""
    world = MODES[asked.mode](directory, seed=asked.seed, stations=asked.stations)
    print(f"faults: {', '.join(world.faults)}", flush=True)
    return await run(world, seed=asked.seed, count=asked.faults, tell=lambda line: print(line, flush=True))


def main(words: list[str]) -> int:
    """Run, print the verdict as JSON, and say by the exit code whether it was clean."""
    if words[:1] == ["money"]:
        return try_money(words[1:])
    asked = read_words(words)
    print(f"seed {asked.seed}: play it again with --mode {asked.mode} --faults {asked.faults} --seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="busbar-chaos-") as name:
        directory = asked.keep or Path(name)
        directory.mkdir(parents=True, exist_ok=True)
        verdict = asyncio.run(try_mode(asked, directory))
    print(json.dumps(asdict(verdict), default=str))
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
