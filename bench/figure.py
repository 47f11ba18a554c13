"""What a benchmark says: one JSON object a line for programs, a table for people."""

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

NOTHING = "-"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured figure, in a unit of which less is better.

    Compared with `theirs`, the ratio (theirs / ours: how many times less we need) must reach `floor` and should reach
    `aim`; alone, `ours` may be `limit` at most.
    """

    name: str
    ours: float
    unit: str
    theirs: float | None = None
    floor: float | None = None
    aim: float | None = None
    limit: float | None = None
    faults: int = 0
    measured_on: str = ""
    conditions: dict[str, Any] = {}

    @property
    def ratio(self) -> float | None:
        """How many times less we need than they."""
        return None if self.theirs is None or not self.ours else round(self.theirs / self.ours, 3)

    @property
    def is_met(self) -> bool:
        """Whether floor and limit are kept, without any fault."""
        is_floor_met = self.floor is None or (self.ratio is not None and self.ratio >= self.floor)
        return is_floor_met and (self.limit is None or self.ours <= self.limit) and self.faults == 0

    def write(self) -> str:
        """Return the JSON line."""
        fields = msgspec.to_builtins(self) | {"ratio": self.ratio, "is_met": self.is_met}
        order = ["name", "ours", "theirs", "unit", "ratio", "floor", "aim", "limit", "is_met", "faults"]
        return msgspec.json.encode({name: fields[name] for name in [*order, "conditions", "measured_on"]}).decode()


def describe_machine() -> str:
    """Say what the figures were measured on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    processor = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({processor}), {platform.system()}, Python {platform.python_version()}"


def write_number(value: float | None) -> str:
    """Write a figure with as many digits as it deserves."""
    if value is None:
        return NOTHING
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits tell enough


def write_bound(figure: Figure) -> str:
    """Write what the figure must keep."""
    if figure.floor is not None:
        aim = "" if figure.aim is None else f", aim {write_number(figure.aim)}"
        return f"at least {write_number(figure.floor)}{aim}"
    return NOTHING if figure.limit is None else f"at most {write_number(figure.limit)} {figure.unit}"


def write_table(figures: Iterable[Figure]) -> str:
    """Write the figures for people."""
    head = ("figure", "ours", "theirs", "unit", "ratio", "bound", "faults", "")
    rows = [head] + [
        (
            each.name,
            write_number(each.ours),
            write_number(each.theirs),
            each.unit,
            write_number(each.ratio),
            write_bound(each),
            str(each.faults),
            "met" if each.is_met else "MISSED",
        )
        for each in figures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
