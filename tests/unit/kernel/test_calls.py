"""How asking services outside is counted."""

import asyncio

import pytest

from busbar.kernel.calls import CallBook, CallTally
from busbar.kernel.errors import ConflictError, UnavailableError


def ask(tally: CallTally, error: BaseException | None = None) -> None:
    with tally.ask():
        if error is not None:
            raise error


def fail(tally: CallTally, text: str) -> None:
    with pytest.raises(UnavailableError):
        ask(tally, UnavailableError(text))


def test_a_service_is_in_trouble_after_three_failures_in_a_row():
    tally = CallTally("mail")
    for text in ("first", "second"):
        fail(tally, text)
        assert tally.trouble is None
    fail(tally, "third")
    assert tally.trouble == "3 calls in a row have failed, the last: third"
    ask(tally)
    assert tally.trouble is None
    assert (tally.answered, tally.failed) == (1, 3)


def test_a_refusal_is_an_answer():
    tally = CallTally("stripe")
    fail(tally, "gone")
    with pytest.raises(ConflictError):
        ask(tally, ConflictError("declined"))
    assert (tally.answered, tally.failed, tally.failed_in_row) == (1, 1, 0)


def test_who_was_called_off_has_neither_answered_nor_failed():
    tally = CallTally("push")
    with pytest.raises(asyncio.CancelledError):
        ask(tally, asyncio.CancelledError())
    assert not tally.is_used


def test_a_book_lists_who_was_asked():
    calls = CallBook()
    calls.open("alipay")
    ask(calls.open("stripe"))
    ask(calls.open("stripe"))
    assert [(tally.name, tally.answered) for tally in calls.list_used()] == [("stripe", 2)]
