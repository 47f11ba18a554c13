"""How long a trial waits: a limit of a quiet machine, longer where the machine is busy with other things."""

import asyncio
import contextlib
import threading
import time

import pytest
import uvloop

from tests import conftest
from tests.patience import SHARE_MIN, Patience, read_share


class Machine:
    def __init__(self, share):
        self.now_s, self.share = 100.0, share

    def wait(self, patience, *, limit_s):
        """Return after how many seconds the wait was given up."""
        while not patience.is_over and self.now_s < 100 + limit_s:
            self.now_s += 1
        return self.now_s - 100


def test_on_a_quiet_machine_a_limit_is_what_it_says():
    machine = Machine(share=1.0)
    patience = Patience(60, share=lambda: machine.share, clock_s=lambda: machine.now_s)
    assert machine.wait(patience, limit_s=1000) == 60
    assert patience.waited_s == 60


def test_on_a_busy_machine_a_second_counts_as_the_share_that_we_get():
    machine = Machine(share=0.25)
    patience = Patience(60, share=lambda: machine.share, clock_s=lambda: machine.now_s)
    assert machine.wait(patience, limit_s=1000) == 240


def test_every_wait_ends():
    machine = Machine(share=SHARE_MIN)
    patience = Patience(60, share=lambda: machine.share, clock_s=lambda: machine.now_s)
    assert machine.wait(patience, limit_s=10_000) <= 60 / SHARE_MIN + 1


def test_the_share_of_this_machine_can_be_read():
    assert SHARE_MIN <= read_share() <= 1


async def wait_and_mishear():
    """Hang as code does that tries again whatever happened."""
    while True:
        with contextlib.suppress(Exception):
            await asyncio.Event().wait()


def run_on(make_loop):
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(asyncio.wait_for(wait_and_mishear(), 600))


@pytest.mark.parametrize(
    "hang",
    [
        lambda: run_on(asyncio.new_event_loop),
        lambda: run_on(uvloop.new_event_loop),
        lambda: time.sleep(600),
        lambda: threading.Event().wait(600),
    ],
    ids=["asyncio", "uvloop", "sleep", "thread"],
)
def test_a_test_that_hangs_is_given_up(hang, request, monkeypatch):
    monkeypatch.setattr(conftest, "TEST_LIMIT_S", 0.1)
    monkeypatch.setattr(conftest, "LOOK_INTERVAL_S", 0.1)
    with pytest.raises(conftest.HungError, match="given_up"), conftest.bounded(request.node):
        hang()
