"""Pieces that the generated pages of docs/reference are made of."""

import re
from collections.abc import Iterable, Sequence


def flatten(text: str) -> str:
    """Write a docstring on one line, fit for a cell of a table."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def write_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of Markdown."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"
