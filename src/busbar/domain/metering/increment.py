"""What new samples add to roll-ups, when they come in order: nothing that was counted before need be read again.

It is what `rollup` would compute from all samples, less what it computed from those before (a property test holds the
two together). Instants are whole microseconds since 1970 here: a network has thousands of samples a second.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

import msgspec

from busbar.domain.metering.model import JITTER_WH, LEAP_FLOOR_WH, allow_step_wh, judge_step_back
from busbar.domain.metering.rollup import SPREAD_MAX

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
_SPREAD_MAX_US = SPREAD_MAX // timedelta(microseconds=1)

Block = tuple[int, int | None, int | None]
"""An instant, the power, the register."""
Own = tuple[int | None, int | None, int | None, int | None]
"""What the transaction itself says of its register: when it began and at what, when it ended and at what."""
NOTHING_OWN: Own = (None, None, None, None)
Tally = list[int | None]
"""Energy; least, greatest and sum of the power; how many powers were told."""
Tallies = dict[int, Tally]
"""By the beginning of the bucket."""


class Course(msgspec.Struct, frozen=True, gc=False):
    """How far a session is rolled up."""

    newest_us: int | None = None
    """The newest instant of which anything is rolled up."""
    reading_us: int = 0
    reading_wh: int | None = None
    """The newest reading."""
    own: Own = NOTHING_OWN


def begin_course(own: Own) -> Course:
    """Return the course of a session of which nothing was rolled up: its own begin is its first reading."""
    at, value = own[0], own[1]
    if at is None or value is None:
        return Course()
    return Course(at, at, value, (at, value, None, None))


def add_blocks(course: Course, blocks: Iterable[Block], tallies: Tallies) -> Course | None:
    """Add a session's new blocks to the minutes; None: they are not in order, and `tallies` is spoilt."""
    newest_us, reading_us, reading_wh = course.newest_us, course.reading_us, course.reading_wh
    for at_us, power_w, register_wh in blocks:
        if newest_us is not None and at_us <= newest_us:
            return None
        newest_us = at_us
        if power_w is not None:
            add_power(tallies, at_us, power_w)
        if register_wh is not None:
            if reading_wh is not None:
                _share(tallies, reading_us, reading_wh, at_us, register_wh)
            reading_us, reading_wh = at_us, register_wh
    return Course(newest_us, reading_us, reading_wh, course.own)


def add_end(course: Course, own: Own, tallies: Tallies) -> Course | None:
    """Add a session's own end; None: it does not simply come after what is known."""
    start_us, start_wh, end_us, end_wh = own
    if course.own != (start_us, start_wh, None, None) or end_us is None or end_wh is None:
        return None
    if course.newest_us is not None and end_us <= course.newest_us:
        return None
    if course.reading_wh is not None:
        _share(tallies, course.reading_us, course.reading_wh, end_us, end_wh)
    return Course(end_us, end_us, end_wh, own)


def add_power(tallies: Tallies, at_us: int, power_w: int) -> None:
    """Add one power to its minute."""
    begins_us = at_us - at_us % MINUTE_US
    tally = tallies.get(begins_us)
    if tally is None:
        tallies[begins_us] = [0, power_w, power_w, power_w, 1]
    else:
        join_tally(tally, 0, power_w, power_w, power_w, 1)


def join_tally(
    tally: Tally, energy_wh: int, least_w: int | None, greatest_w: int | None, sum_w: int, count: int
) -> None:
    """Let a tally say what it says and these figures together."""
    tally[0] = (tally[0] or 0) + energy_wh
    if least_w is None or greatest_w is None:
        return
    if tally[1] is None or least_w < tally[1]:
        tally[1] = least_w
    if tally[2] is None or greatest_w > tally[2]:
        tally[2] = greatest_w
    tally[3] = (tally[3] or 0) + sum_w
    tally[4] = (tally[4] or 0) + count


def fold(finer: Iterable[tuple[int, Tally]], begin: Callable[[int], int], into: Tallies) -> None:
    """Add buckets to coarser ones; `begin` says where the one begins that holds an instant."""
    for at_us, tally in finer:
        begins_us = begin(at_us)
        held = into.get(begins_us)
        if held is None:
            into[begins_us] = list(tally)
        else:
            join_tally(held, tally[0] or 0, tally[1], tally[2], tally[3] or 0, tally[4] or 0)


def _share(tallies: Tallies, before_us: int, before_wh: int, at_us: int, value_wh: int) -> None:
    """Share out what a register counted between two readings, as `rollup.share_energy` does."""
    counted_wh = value_wh - before_wh
    if counted_wh > LEAP_FLOOR_WH and counted_wh > allow_step_wh(timedelta(microseconds=at_us - before_us)):
        return
    if counted_wh < -JITTER_WH:
        counted_wh = judge_step_back(before_wh, value_wh)[1]
    if not counted_wh:
        return
    begins_us, last_us = before_us - before_us % MINUTE_US, at_us - 1
    last_us -= last_us % MINUTE_US
    whole_us = at_us - before_us
    if begins_us == last_us or whole_us > _SPREAD_MAX_US:
        _add_energy(tallies, last_us, counted_wh)
        return
    shared_wh = 0
    while begins_us <= last_us:
        passed_us = min(begins_us + MINUTE_US, at_us) - before_us
        up_to_here_wh = counted_wh * passed_us // whole_us
        if up_to_here_wh != shared_wh:
            _add_energy(tallies, begins_us, up_to_here_wh - shared_wh)
        shared_wh = up_to_here_wh
        begins_us += MINUTE_US


def _add_energy(tallies: Tallies, begins_us: int, energy_wh: int) -> None:
    tally = tallies.get(begins_us)
    if tally is None:
        tallies[begins_us] = [energy_wh, None, None, 0, 0]
    else:
        tally[0] = (tally[0] or 0) + energy_wh
