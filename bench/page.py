"""Writes `docs/reference/performance.md` from the newest figures, whichever run and checkout they come from.

What was measured here takes the place of what the page says of the same name; the rest of the page stands.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from bench import CACHE, ROOT
from bench.figure import Figure, describe_machine, write_bound, write_number

PAGE = ROOT / "docs" / "reference" / "performance.md"
KEPT = CACHE / "figures.json"
HEAD = """# Performance

Written by `python -m bench --write`; do not edit. `make bench` measures it again: [how](../../bench/README.md). Each
figure is of the complete product, started as a user starts it, with sessions, meter records and the wire log, and with
every answer given after its commit was on the disk; the servers it is compared with keep nothing. Less is better in
every unit. The ratio is theirs / ours: how many times less Busbar needs.
"""
COLUMNS = "| figure | ours | theirs | unit | ratio | bound | |"


def keep(figure: Figure) -> Figure:
    """Say when and on what a figure was measured, and keep it for the page in the place of an older one."""
    today = datetime.now(tz=UTC).date().isoformat()
    said = f"{today}, {describe_machine()}, load average {os.getloadavg()[1]:.1f}"
    fresh = msgspec.structs.replace(figure, measured_on=said)
    kept = {each.name: each for each in [*read_kept(), fresh]}
    CACHE.mkdir(parents=True, exist_ok=True)
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(list(kept.values()))))
    return fresh


def read_kept() -> list[Figure]:
    """Read the figures of earlier runs."""
    return msgspec.json.decode(KEPT.read_bytes(), type=list[Figure]) if KEPT.is_file() else []


def write_row(figure: Figure) -> str:
    """Write a figure's row of the table."""
    cells = (
        figure.name,
        write_number(figure.ours),
        write_number(figure.theirs),
        figure.unit,
        write_number(figure.ratio),
        write_bound(figure),
        "met" if figure.is_met else "**missed**",
    )
    return f"| {' | '.join(cells)} |"


def write_conditions(figure: Figure) -> str:
    """Write the line that says how a figure was measured."""
    faults = f" **{figure.faults} faults.**" if figure.faults else ""
    conditions = json.dumps(figure.conditions, ensure_ascii=False)
    return f"- {figure.name}: {figure.measured_on}.{faults} `{conditions}`"


def read_page(text: str) -> dict[str, tuple[str, str]]:
    """Read the lines of each figure on the page, its row and its conditions, by its name."""
    lines = text.splitlines()
    rows = [line for line in lines if line.startswith("| ") and line != COLUMNS]
    said = {}
    for row in rows:
        name = row[2:].split(" | ")[0]
        said[name] = (row, next(line for line in lines if line.startswith(f"- {name}: 20")))
    return said


def render(figures: Iterable[Figure], standing: str = "") -> str:
    """Write the page's text: that of these figures, and what the standing page says of all others."""
    said = read_page(standing) | {each.name: (write_row(each), write_conditions(each)) for each in figures}
    rows, conditions = zip(*said.values(), strict=True)
    return (
        "\n".join([HEAD, COLUMNS, "|---|---|---|---|---|---|---|", *rows, "", "## Conditions", "", *conditions]) + "\n"
    )


def write_page() -> None:
    """Write the page."""
    PAGE.write_text(render(read_kept(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
