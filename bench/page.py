"""Writes `docs/reference/performance.md` from measured figures."""

import json
from collections.abc import Iterable
from pathlib import Path

from bench.figure import Figure, describe_machine

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "performance.md"
HEAD = """# Performance

Written by `python -m bench --write`; do not edit. `make bench` measures all of it again. Each figure is of the complete
product, started as a user starts it, with every answer given after its commit (SQLite, `synchronous=FULL`).
"""


def write_page(figures: Iterable[Figure]) -> None:
    """Write the page."""
    machine = describe_machine()
    lines = [
        HEAD,
        f"Measured on {machine['cores']} cores, Python {machine['python']}, {machine['system']}.",
        "",
        "| figure | measured | at most | errors |",
        "|---|---|---|---|",
    ]
    figures = list(figures)
    lines += [
        f"| `{each.name}` | {each.value} {each.unit} | {each.limit} {each.unit} | {each.errors} |" for each in figures
    ]
    lines += ["", "## Conditions", ""]
    lines += [f"- `{each.name}`: `{json.dumps(each.conditions)}`" for each in figures]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
