"""Everything that a database holds, in a form that two databases share when they say the same.

Ids that are made anew in each run are replaced by what is known of the rows they stand in, so that neither their value
nor the order of making them counts; that a row names the right other row does count.
"""

import hashlib
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from busbar.app.migrations.tables import gather_metadata
from busbar.canon.sessions import SessionState
from busbar.db.messaging import outbox
from busbar.domain.metering.block import unpack_samples

FIRST_NUMBER = 1_500_000_000
"""Numbers of transactions and remote starts begin here, so that a dump can tell them from other numbers."""
MADE = re.compile(r"\b([0-9a-f]{32}|15\d{8})\b")
NAMED = re.compile(r"<[0-9a-f]{12}>")
SUBJECT = re.compile(r'"station_id":"[^"]*"|"token_id":"[^"]*"(?!.*"station_id")')
LEFT_OUT = {
    "transaction_numbers": None,  # taken in blocks: a core that starts anew takes the next one
    "sample_blocks": {"block_id"},  # the order of rows in one statement
    "sessions": {"ended_digest"},  # made from ids
}
LIVE = ("heard_at", "power_w", "current_ma", "voltage_mv", "soc_permille", "metered_at")
"""What a running session shows beside its energy. After late samples it depends on what was in memory, after a restart
on when it was written last (once a second); the record at the end, which is made from all samples, does not."""
ROUNDS = 3
"""How far a row looks: at the rows that name the rows that name its ids."""
OF_FIGURES = "BatteryHigh"
"""A fact about what a running session shows. Read anew from the tables, that is what its last instants told."""


async def dump(house, answers: dict[str, list[str]], *, known: frozenset[str], has_live: bool) -> list[str]:
    """Return the rows of every table, the facts of each station in order, and the answers given, all comparable.

    `known`: ids that are the same in all runs; `has_live`: with the figures that a running session shows, and with
    what is told because of them alone.
    """
    lines: list[str] = []
    async with house.databases.read() as connection:
        for table in gather_metadata().sorted_tables:
            left_out = LEFT_OUT.get(table.name, set())
            if left_out is not None:
                rows = (await connection.execute(select(table))).mappings()
                rows = [row for row in rows if has_live or not _is_of_figures(row)]
                lines += [_write(table.name, row, left_out if has_live else left_out | _find_live(row)) for row in rows]
        told = (await connection.execute(select(outbox.c.body).order_by(outbox.c.fact_id))).scalars().all()
    lines += _number([body for body in told if has_live or f'"message":"{OF_FIGURES}/' not in body])
    lines += [f"answer {name} {index} {text}" for name, given in answers.items() for index, text in enumerate(given)]
    return _name_ids(lines, known)


def _is_of_figures(row: RowMapping) -> bool:
    """Tell whether a row is there because of what a running session showed at a moment."""
    return row.get("name") == OF_FIGURES or row.get("consumer") == "companion.battery_high"


def _find_live(row: RowMapping) -> set[str]:
    """Name the columns of a session that are figures of now."""
    is_running = row.get("state") == SessionState.ACTIVE
    return {*LIVE, "energy_wh", "exported_wh"} if is_running else {*LIVE}


def _write(name: str, row: RowMapping, left_out: set[str]) -> str:
    fields = {column: value for column, value in row.items() if column not in left_out}
    if name == "sample_blocks":
        fields["body"] = unpack_samples(row["body"])  # the same in columns and as a list
    return f"{name} " + " ".join(f"{column}={_show(value)}" for column, value in fields.items())


def _show(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)


def _number(told: list[str]) -> list[str]:
    """Put the facts of each station in their order; those of no station are a token's."""
    counts: defaultdict[str, int] = defaultdict(int)
    lines = []
    for body in told:
        found = SUBJECT.search(body)
        subject = found[0] if found else ""
        counts[subject] += 1
        lines.append(f"told {subject} {counts[subject]} {body}")
    return lines


def _name_ids(lines: list[str], known: frozenset[str]) -> list[str]:
    """Replace made ids by names that come from the rows around them; the same rows give the same names."""
    rows = [re.split(MADE, line) for line in lines]  # text and id by turns
    places: defaultdict[str, set[int]] = defaultdict(set)
    for index, row in enumerate(rows):
        for made in row[1::2]:
            if made not in known:
                places[made].add(index)
    names = dict.fromkeys(places, "")
    for _ in range(ROUNDS):
        names = {made: _digest(sorted(_join(rows[index], names, made) for index in places[made])) for made in places}
    return sorted(_join(row, names) for row in rows)


def _join(row: list[str], names: dict[str, str], own: str | None = None) -> str:
    parts = row.copy()
    for index in range(1, len(parts), 2):
        name = names.get(parts[index])
        if name is not None:
            parts[index] = "<self>" if parts[index] == own else f"<{name}>"
    return "".join(parts)


def hide_names(lines: list[str]) -> list[str]:
    """Return a dump without the names of its ids: a difference in one row changes the names in all rows around it."""
    return sorted(NAMED.sub("<>", line) for line in lines)


def find_ids(data_dir: Path) -> frozenset[str]:
    """Return the made ids in a database that is not open; the number to begin with is none."""
    with closing(sqlite3.connect(data_dir / "busbar.sqlite3")) as db:
        return frozenset(found for line in db.iterdump() for found in MADE.findall(line)) - {str(FIRST_NUMBER)}


def _digest(texts: list[str]) -> str:
    return hashlib.blake2b("\n".join(texts).encode(errors="surrogatepass"), digest_size=6).hexdigest()
