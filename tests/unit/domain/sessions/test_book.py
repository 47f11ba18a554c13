"""What the book holds in memory stays the same, however many sessions a station had."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec

from busbar.canon.sessions import SessionState
from busbar.domain.sessions.book import CLOSED_MAX, SessionBook
from busbar.domain.sessions.model import Session
from busbar.kernel.ids import OperatorId, SessionId, StationId, TransactionRef

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STATION, OPERATOR = StationId("S1"), OperatorId("op")


class Rows:
    """A store of rows, written at once."""

    def __init__(self):
        self.rows: dict[SessionId, Session] = {}
        self.loads = 0

    async def load_desk(self, _work, station_id, **_):
        return [row for row in self.rows.values() if row.station_id == station_id and row.is_open]

    async def load(self, _work, session_id):
        self.loads += 1
        return self.rows.get(session_id)

    def save(self, _work, session, **_):
        self.rows[session.session_id] = session


class Batch:
    """A unit of work that nothing goes wrong in."""

    def __init__(self, now):
        self.now = now

    def keep(self, cache, key, value):
        cache[key] = value

    def forget(self, cache, key):
        cache.pop(key, None)

    async def ask(self, _command):
        return SimpleNamespace(operator_id=OPERATOR)


async def charge(book: SessionBook, number: int) -> SessionId:
    """Begin a session and end it, each in a batch of its own."""
    at = BEGIN + timedelta(hours=number)
    begun = Session(
        session_id=SessionId(f"s{number}"), operator_id=OPERATOR, station_id=STATION, state=SessionState.ACTIVE,
        created_at=at, heard_at=at, started_at=at, transaction_ref=TransactionRef(f"T{number}"),
    )  # fmt: skip
    work = Batch(at)
    await book.open_desk(work, STATION)
    book.put(work, begun, before=None)
    work = Batch(at + timedelta(minutes=30))
    before = await book.find(work, begun.session_id)
    assert before is not None
    book.put(work, msgspec.structs.replace(before, state=SessionState.ENDED, heard_at=work.now), before=before)
    return begun.session_id


async def test_of_sessions_that_ended_few_are_held():
    store = Rows()
    book = SessionBook(store)
    names = [await charge(book, number) for number in range(5 * CLOSED_MAX)]
    assert store.loads == 0
    desk = await book.open_desk(Batch(BEGIN + timedelta(days=2)), STATION)
    assert list(desk.sessions) == names[-CLOSED_MAX:]
    assert book.held_count == CLOSED_MAX


async def test_one_that_is_held_no_more_is_found_in_the_store():
    store = Rows()
    book = SessionBook(store)
    first, *_, last = [await charge(book, number) for number in range(5 * CLOSED_MAX)]
    work = Batch(BEGIN + timedelta(days=2))
    for name, loads in ((last, 0), (first, 1), (first, 2), (last, 2)):
        found = await book.find(work, name)
        assert (found and found.session_id, store.loads) == (name, loads)
    assert book.held_count == CLOSED_MAX
