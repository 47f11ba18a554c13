"""What every wire log must do; the SQLite one is the only one kept on disk."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from busbar.adapters.wirelog import sqlite as wirelog
from busbar.adapters.wirelog.day_file import UnreadableDayError, name_file, name_frames, read_last_id
from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, WireEntry
from tests.patience import HANG_LIMIT_S

A, B = StationId("DE*BUS*E1"), StationId("B 2")
NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
DAY = NOON.date()


@pytest.fixture
async def log(tmp_path):
    log = SqliteWireLog(tmp_path / "wirelog", queue_max_entries=1000)
    log.open()
    yield log
    await log.close()


def frame(number=0, station_id=A, direction=Direction.IN, at=NOON, text=None):
    return at, station_id, direction, text or f'[2,"{number}","Heartbeat",{{}}]'


def text_of(number):
    return frame(number)[3]


async def test_entries_come_back_verbatim_newest_first(log):
    texts = ['[2,"1","X",{"a":"é \\u0000 汉"}]', "not json \x00 at all", "", "'; DROP TABLE entry; --"]
    for text in texts:
        log.append(NOON, A, Direction.OUT, text)
    entries = await log.read(station_id=A, day=DAY)
    assert [entry.text for entry in entries] == texts[::-1]
    assert {(entry.at, entry.direction, entry.station_id) for entry in entries} == {(NOON, Direction.OUT, A)}
    ids = [entry.entry_id for entry in entries]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == len(ids)


async def test_stations_and_days_are_kept_apart(log):
    log.append(*frame(1, A))
    log.append(*frame(2, B))
    log.append(*frame(3, A, at=NOON + timedelta(days=1)))
    assert [entry.text for entry in await log.read(station_id=A, day=DAY)] == [text_of(1)]
    assert [entry.text for entry in await log.read(station_id=B, day=DAY)] == [text_of(2)]
    assert await log.list_days() == [date(2026, 11, 22), DAY]
    assert await log.list_days(station_id=B) == [DAY]
    assert await log.read(station_id=A, day=date(2020, 1, 1)) == []


async def test_reading_is_paged_both_ways_and_filtered(log):
    for number in range(10):
        log.append(*frame(number, direction=Direction.IN if number % 2 else Direction.OUT))
    newest = await log.read(station_id=A, day=DAY, limit=4)
    older = await log.read(station_id=A, day=DAY, before_id=newest[-1].entry_id, limit=100)
    assert [entry.entry_id for entry in newest + older] == list(range(10, 0, -1))
    assert [entry.entry_id for entry in await log.read(station_id=A, day=DAY, after_id=7)] == [8, 9, 10]
    assert [entry.entry_id for entry in await log.read(station_id=A, day=DAY, direction=Direction.IN, limit=2)] == [
        10,
        8,
    ]


async def test_a_part_of_a_day_is_found_by_its_instants(log):
    for number in range(6):
        log.append(*frame(number, at=NOON + timedelta(minutes=number)))
    since, until = NOON + timedelta(minutes=1), NOON + timedelta(minutes=4)
    within = await log.read(station_id=A, day=DAY, since=since, until=until)
    assert [entry.text for entry in within] == [text_of(3), text_of(2), text_of(1)]
    onward = await log.read(station_id=A, day=DAY, after_id=0, since=since, limit=2)
    assert [entry.text for entry in onward] == [text_of(1), text_of(2)]


async def test_text_is_found_anywhere_and_taken_literally(log):
    for text in ('{"idTag":"AB%_1"}', '{"idTag":"ABxy1"}', "back\\slash"):
        log.append(NOON, A, Direction.IN, text)
    assert [entry.text for entry in await log.read(station_id=A, day=DAY, text="AB%_1")] == ['{"idTag":"AB%_1"}']
    assert [entry.text for entry in await log.read(station_id=A, day=DAY, text="k\\s")] == ["back\\slash"]


async def test_ids_go_on_after_a_restart(tmp_path):
    for _ in range(2):
        log = SqliteWireLog(tmp_path, queue_max_entries=100)
        log.open()
        log.append(*frame())
        await log.close()
    log = SqliteWireLog(tmp_path, queue_max_entries=100)
    assert [entry.entry_id for entry in await log.read(station_id=A, day=DAY)] == [2, 1]


async def test_what_was_appended_is_on_disk_within_a_second(log, tmp_path):
    log.append(*frame(7))
    path = tmp_path / "wirelog" / f"{DAY}.sqlite3"
    async with asyncio.timeout(HANG_LIMIT_S):
        while not read_last_id(path):  # noqa: ASYNC110  the thread has no event to wait for
            await asyncio.sleep(0.05)


async def test_a_full_queue_loses_entries_and_says_how_many(tmp_path, monkeypatch):
    monkeypatch.setattr(wirelog, "FLUSH_INTERVAL_S", 0.01)
    log = SqliteWireLog(tmp_path, queue_max_entries=5)
    for number in range(8):
        log.append(*frame(number))
    log.append(*frame(9, B))
    log.open()
    try:
        async with asyncio.timeout(HANG_LIMIT_S):
            while not (notes := await log.read(station_id=A, day=DAY, direction=Direction.NOTE)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert [note.text for note in notes] == ["3 frames lost"]
        assert [entry.text for entry in await log.read(station_id=B, day=DAY)] == ["1 frames lost"]
        assert len(await log.read(station_id=A, day=DAY)) == 6
    finally:
        await log.close()


async def test_a_reader_follows_one_station(log):
    seen: list[WireEntry] = []

    async def follow() -> None:
        async for entry in log.follow(station_id=A):
            seen.append(entry)  # noqa: PERF401  the stream has no end

    task = asyncio.create_task(follow())
    await asyncio.sleep(0)
    for number in range(3):
        log.append(*frame(number))
        log.append(*frame(number, B))
    async with asyncio.timeout(HANG_LIMIT_S):
        while len(seen) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [(entry.text, entry.entry_id) for entry in seen] == [(text_of(n), 2 * n + 1) for n in range(3)]
    log.append(*frame(4))


async def test_old_days_go_and_the_rest_stays(log, tmp_path):
    for days in range(4):
        log.append(*frame(days, at=NOON - timedelta(days=days)))
    log.flush()
    (tmp_path / "wirelog" / "notes.sqlite3").write_text("not ours")
    assert await log.expire(keep_from=DAY - timedelta(days=1)) == 2
    assert await log.list_days() == [DAY, DAY - timedelta(days=1)]
    assert sorted(path.name for path in (tmp_path / "wirelog").iterdir() if "2026-11-19" in path.name) == []


async def test_with_retention_off_nothing_is_kept_but_followers_see_frames(tmp_path):
    log = SqliteWireLog(tmp_path, queue_max_entries=10, is_kept=False)
    log.open()
    stream = log.follow(station_id=A)
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    log.append(*frame(1))
    assert (await first).text == text_of(1)
    await stream.aclose()
    assert await log.list_days() == []
    await log.close()


async def test_a_disk_that_refuses_costs_frames_but_stops_nobody(log, tmp_path):
    log.append(*frame(1))
    log.flush()
    (tmp_path / "wirelog" / "2026-11-22.sqlite3").mkdir()
    log.append(*frame(2, at=NOON))
    log._last_ids[DAY + timedelta(days=1)] = 0
    log.append(NOON + timedelta(days=1), A, Direction.IN, "x")
    log.flush()
    assert len(await log.read(station_id=A, day=DAY)) == 2


async def test_frames_may_be_given_as_bytes(log):
    log.append(NOON, A, Direction.OUT, '[3,"é",{}]'.encode())
    assert [entry.text for entry in await log.read(station_id=A, day=DAY, text="É")] == []
    assert [entry.text for entry in await log.read(station_id=A, day=DAY, text="é")] == ['[3,"é",{}]']


async def test_a_note_with_half_a_character_costs_nobody_anything(log):
    log.append(*frame(1))
    log.append(NOON, A, Direction.NOTE, "refused: \ud800")
    assert [entry.text for entry in await log.read(station_id=A, day=DAY)] == ["refused: \\ud800", text_of(1)]


async def test_letters_are_found_in_either_case(log):
    log.append(NOON, A, Direction.IN, "StopTransaction")
    for text in ("stoptrans", "STOP", "TransAction"):
        assert len(await log.read(station_id=A, day=DAY, text=text)) == 1


async def test_pages_go_over_the_bounds_of_what_was_written_together(log):
    for number in range(1, 2001):
        log.append(*frame(number, A if number % 2 else B))
        if number % 250 == 0:
            log.flush()
    seen, before_id = [], None
    while page := await log.read(station_id=A, day=DAY, before_id=before_id, limit=77):
        seen += [entry.entry_id for entry in page]
        before_id = page[-1].entry_id
    assert seen == list(range(1999, 0, -2))
    after_id, seen = 0, []
    while page := await log.read(station_id=A, day=DAY, after_id=after_id, before_id=1900, limit=77):
        seen += [entry.entry_id for entry in page]
        after_id = page[-1].entry_id
    assert seen == list(range(1, 1900, 2))


OLD_FORM = """
CREATE TABLE entry (
  entry_id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, station_id TEXT NOT NULL,
  direction INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX entry_station ON entry (station_id, entry_id);
"""


async def test_a_day_in_the_older_form_is_read_and_goes_on_in_pieces(tmp_path):
    with closing(sqlite3.connect(name_file(tmp_path, DAY))) as db:
        db.executescript(OLD_FORM)
        at_us = int(NOON.timestamp()) * 1_000_000 + 123456
        rows = [(n, at_us, A if n < 5 else B, n % 3, f"old {n}") for n in range(1, 6)]
        db.executemany("INSERT INTO entry VALUES (?,?,?,?,?)", rows)
        db.commit()
    log = SqliteWireLog(tmp_path, queue_max_entries=100)
    log.open()
    assert await log.list_days(station_id=B) == [DAY]
    first = (await log.read(station_id=B, day=DAY))[0]
    assert (first.at, first.text, first.direction) == (NOON, "old 5", Direction.NOTE)
    log.append(*frame(6))
    texts = ["old 1", "old 2", "old 3", "old 4", text_of(6)]
    read = [(entry.entry_id, entry.text) for entry in await log.read(station_id=A, day=DAY)]
    assert read == list(zip([6, 4, 3, 2, 1], texts[::-1], strict=True))
    newer = await log.read(station_id=A, day=DAY, after_id=2, limit=3)
    assert [entry.text for entry in newer] == texts[2:]
    assert len(await log.read(station_id=A, day=DAY, before_id=4)) == 3
    assert [entry.text for entry in await log.read(station_id=A, day=DAY, text="OLD", direction=Direction.OUT)] == [
        "old 4",
        "old 1",
    ]
    await log.close()


async def test_a_piece_that_is_spoilt_makes_the_day_unreadable(log, tmp_path):
    log.append(*frame(1))
    log.flush()
    frames = name_frames(name_file(tmp_path / "wirelog", DAY))
    frames.write_bytes(b"\xc1" * frames.stat().st_size)
    with pytest.raises(UnreadableDayError):
        await log.read(station_id=A, day=DAY)
    frames.unlink()
    with pytest.raises(UnreadableDayError):
        await log.read(station_id=A, day=DAY)


@pytest.mark.parametrize("spoil", ["cut", "blank"])
async def test_frames_that_a_power_failure_took_are_passed_over(tmp_path, spoil):
    frames, sizes = name_frames(name_file(tmp_path, DAY)), []
    log = SqliteWireLog(tmp_path, queue_max_entries=100)
    log.open()
    for number in (1, 2):
        log.append(*frame(number))
        log.flush()
        sizes.append(frames.stat().st_size)
    await log.close()
    with frames.open("r+b") as file:
        file.truncate(sizes[0])
        if spoil == "blank":
            file.truncate(sizes[1])
    log = SqliteWireLog(tmp_path, queue_max_entries=100)
    log.open()
    assert [entry.text for entry in await log.read(station_id=A, day=DAY)] == [text_of(1)]
    log.append(*frame(3))
    entries = await log.read(station_id=A, day=DAY)
    assert [(entry.entry_id, entry.text) for entry in entries] == [(3, text_of(3)), (1, text_of(1))]
    await log.close()


async def test_a_disk_that_takes_half_a_write_costs_those_frames_only(log, monkeypatch):
    log.append(*frame(1))
    log.flush()
    (writer,) = log._writers.values()
    whole = writer._frames

    class Full:
        seek, fileno, close = whole.seek, whole.fileno, whole.close

        def write(self, data):
            return whole.write(data[:10])

    monkeypatch.setattr(writer, "_frames", Full())
    log.append(*frame(2))
    log.flush()
    log.append(*frame(3))
    assert [entry.text for entry in await log.read(station_id=A, day=DAY)] == [text_of(3), text_of(1)]
