"""Simulated time: it runs as fast as it is told, and everything happens once, in order."""

import pytest

from tests.unit.simulator.timeline import BEGIN, Timeline


def test_time_runs_faster():
    timeline = Timeline(speed=60)
    timeline.run(10)
    assert (timeline.agenda.now() - BEGIN).total_seconds() == 600


def test_appointments_come_in_order_and_once():
    timeline = Timeline(speed=10)
    done = []
    timeline.agenda.after(20, lambda: done.append("b"))
    timeline.agenda.after(10, lambda: done.append("a"))
    timeline.agenda.after_wall(2.5, lambda: done.append("c"))
    cancelled = timeline.agenda.after(15, lambda: done.append("never"))
    cancelled.cancel()
    cancelled.cancel()
    timeline.run(1)
    assert done == ["a"]
    timeline.run(10)
    assert done == ["a", "b", "c"]
    assert timeline.agenda.next_due_s() is None


def test_what_is_due_may_plan_more():
    timeline = Timeline()
    done = []

    def again():
        done.append(timeline.clock.passed_s)
        timeline.agenda.after(1, again)

    again()
    timeline.run(3.5)
    assert done == [0, 1, 2, 3]


@pytest.mark.parametrize("speed", [0, -1, 1_000_000])
def test_impossible_speeds_are_refused(speed):
    with pytest.raises(ValueError, match="speed"):
        Timeline(speed=speed)
