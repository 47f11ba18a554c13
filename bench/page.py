"""Writes `docs/reference/performance.md` from the newest figures, whichever run they come from."""

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


def render(figures: Iterable[Figure]) -> str:
    """Write the page's text."""
    figures = list(figures)
    lines = [HEAD, "| figure | ours | theirs | unit | ratio | bound | |", "|---|---|---|---|---|---|---|"]
    lines += map(write_row, figures)
    lines += ["", "## Conditions", ""]
    for each in figures:
        faults = f" **{each.faults} faults.**" if each.faults else ""
        lines.append(f"- {each.name}: {each.measured_on}.{faults} `{json.dumps(each.conditions, ensure_ascii=False)}`")
    return "\n".join(lines) + "\n"


def write_page() -> None:
    """Write the page."""
    PAGE.write_text(render(read_kept()), encoding="utf-8")
