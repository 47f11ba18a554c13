"""What a benchmark says: one JSON object a line for programs, a table for people."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure. `limit` is the most it may be; `is_met` says whether it is."""

    name: str
    value: float
    unit: str
    limit: float
    errors: int = 0
    conditions: dict[str, object] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether the figure keeps its limit, without any error."""
        return self.value <= self.limit and self.errors == 0

    def write(self) -> str:
        """Return the JSON line."""
        return json.dumps({**asdict(self), "is_met": self.is_met, "machine": describe_machine()})


def describe_machine() -> dict[str, object]:
    """Say what the figures were measured on."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def write_table(figures: Iterable[Figure]) -> str:
    """Write the figures for people."""
    rows = [
        f"{figure.name:<34} {figure.value:>10.2f} {figure.unit:<4} at most {figure.limit:>8.2f}"
        f"   errors {figure.errors}   {'met' if figure.is_met else 'MISSED'}"
        for figure in figures
    ]
    return "\n".join(rows)
