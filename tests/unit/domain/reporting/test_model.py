from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from busbar.canon.mail import LetterKind, LetterSettled, LetterState
from busbar.canon.reporting import ReportFormat, ReportPlan, ReportSchedule, Rhythm
from busbar.domain.reporting import model
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import LetterId, OperatorId, ReportScheduleId

ROME = "Europe/Rome"


def plan(**given):
    return ReportPlan(**({"name": "Revenue", "recipients": ("a@b.example",)} | given))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "after", "due"),
    [
        ({"rhythm": Rhythm.DAILY, "hour": 6}, "2026-01-10T04:59:59", "2026-01-10T05:00"),
        ({"rhythm": Rhythm.DAILY, "hour": 6}, "2026-01-10T05:00", "2026-01-11T05:00"),
        ({"rhythm": Rhythm.WEEKLY, "weekday": 1, "hour": 0}, "2026-01-10T12:00", "2026-01-11T23:00"),
        ({"rhythm": Rhythm.WEEKLY, "weekday": 7, "hour": 23}, "2026-01-10T12:00", "2026-01-11T22:00"),
        ({"rhythm": Rhythm.MONTHLY, "day": 28, "hour": 6}, "2026-02-01T00:00", "2026-02-28T05:00"),
        ({"rhythm": Rhythm.MONTHLY, "day": 1, "hour": 6}, "2026-12-01T05:00", "2027-01-01T05:00"),
        # clocks go forward on 29 March 2026: there is no half past two, nor two
        ({"rhythm": Rhythm.DAILY, "hour": 2}, "2026-03-28T12:00", "2026-03-29T01:00"),
        ({"rhythm": Rhythm.DAILY, "hour": 2}, "2026-03-29T01:00", "2026-03-30T00:00"),
        # and back on 25 October: two o'clock comes twice, the report once
        ({"rhythm": Rhythm.DAILY, "hour": 2}, "2026-10-24T12:00", "2026-10-25T00:00"),
        ({"rhythm": Rhythm.DAILY, "hour": 2}, "2026-10-25T00:00", "2026-10-26T01:00"),
    ],
)
def test_when_it_comes_next(given, after, due):
    assert model.find_next(plan(**given), zone=ROME, after=at(after)) == at(due)


@pytest.mark.parametrize(
    ("rhythm", "made", "since", "until", "hours"),
    [
        (Rhythm.DAILY, "2026-01-10T05:00", "2026-01-08T23:00", "2026-01-09T23:00", 24),
        (Rhythm.DAILY, "2026-03-30T04:00", "2026-03-28T23:00", "2026-03-29T22:00", 23),
        (Rhythm.DAILY, "2026-10-26T05:00", "2026-10-24T22:00", "2026-10-25T23:00", 25),
        (Rhythm.WEEKLY, "2026-03-30T04:00", "2026-03-22T23:00", "2026-03-29T22:00", 7 * 24 - 1),
        (Rhythm.MONTHLY, "2026-11-17T05:00", "2026-09-30T22:00", "2026-10-31T23:00", 31 * 24 + 1),
        (Rhythm.MONTHLY, "2026-01-01T05:00", "2025-11-30T23:00", "2025-12-31T23:00", 31 * 24),
    ],
)
def test_of_which_time_it_tells(rhythm, made, since, until, hours):
    found = model.find_period(plan(rhythm=rhythm), zone=ROME, at=at(made))
    assert found == (at(since), at(until))
    assert found[1] - found[0] == timedelta(hours=hours)


def test_daily_reports_tell_of_every_instant_once():
    made, told = plan(rhythm=Rhythm.DAILY, hour=2), []
    now = at("2026-03-20T00:00")
    while now < at("2026-11-05T00:00"):
        now = model.find_next(made, zone=ROME, after=now)
        told.append(model.find_period(made, zone=ROME, at=now))
    assert all(before[1] == after[0] for before, after in pairwise(told))
    assert len({hour for since, until in told if (hour := until - since)}) == 3


def test_what_is_kept_is_in_one_form():
    read = model.read_plan(
        plan(
            name="  Revenue   by site ",
            recipients=(" a@b.example", "a@b.example", "c@d.example"),
            formats=(ReportFormat.CSV, ReportFormat.PDF, ReportFormat.CSV),
        )
    )
    assert (read.name, read.recipients) == ("Revenue by site", ("a@b.example", "c@d.example"))
    assert read.formats == (ReportFormat.PDF, ReportFormat.CSV)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "invalid.name"),
        ({"language": "!"}, "invalid.language"),
        ({"recipients": ("nobody",)}, "invalid.email"),
        ({"recipients": ()}, "invalid.report_schedule"),
        ({"recipients": tuple(f"p{number}@x.example" for number in range(21))}, "invalid.report_schedule"),
        ({"formats": ()}, "invalid.report_schedule"),
        ({"hour": 24}, "invalid.report_schedule"),
        ({"hour": -1}, "invalid.report_schedule"),
        ({"weekday": 0}, "invalid.report_schedule"),
        ({"day": 29}, "invalid.report_schedule"),
        ({"site_id": "a b"}, "invalid.report_schedule"),
        ({"tariff_id": "x" * 65}, "invalid.report_schedule"),
        ({"customer_group": ""}, "invalid.report_schedule"),
        ({"electricity_price": Decimal("NaN")}, "invalid.report_schedule"),
        ({"electricity_price": Decimal(-1)}, "invalid.report_schedule"),
    ],
)
def test_what_no_schedule_may_say(given, code):
    with pytest.raises(InvalidError) as caught:
        model.read_plan(plan(**given))
    assert caught.value.code == code


def make_schedule():
    return ReportSchedule(
        schedule_id=ReportScheduleId("s"),
        operator_id=OperatorId("o"),
        plan=plan(),
        created_at=at("2026-01-01T00:00"),
        created_by="staff:1",
    )


def settle(letter_id, state, reason=""):
    return LetterSettled(
        operator_id=OperatorId("o"),
        at=at("2026-01-01T00:00"),
        letter_id=LetterId(letter_id),
        kind=LetterKind.REPORT,
        person="",
        about="report_schedule:s",
        state=state,
        reason=reason,
    )


def test_what_became_of_the_last_letters_is_counted():
    now = at("2026-01-02T00:00")
    schedule = model.begin_run(make_schedule(), ("l1", "l2", "l3"), now=now)
    schedule = model.note_letter(schedule, settle("l1", LetterState.SENT))
    schedule = model.note_letter(schedule, settle("l2", LetterState.REFUSED, "invalid.mail_refused"))
    assert model.note_letter(schedule, settle("other", LetterState.SENT)) is schedule
    assert (schedule.last_sent, schedule.last_failed, schedule.last_reason) == (1, 1, "invalid.mail_refused")
    assert model.begin_run(schedule, ("l1", "l2", "l3"), now=now) is schedule
    again = model.begin_run(schedule, ("l4",), now=now + timedelta(days=1))
    assert (again.last_sent, again.last_failed, again.last_reason, again.last_letters) == (0, 0, "", ("l4",))


def test_letters_are_named_by_their_occasion():
    schedule_id = ReportScheduleId("s")
    names = {
        model.name_letter(schedule_id, occasion, recipient)
        for occasion in ("monday", "tuesday")
        for recipient in ("a@b.example", "c@d.example")
    }
    assert len(names) == 4
    assert model.name_letter(schedule_id, "monday", "a@b.example") in names
    assert model.read_subject(model.name_subject(schedule_id)) == schedule_id
    assert model.read_subject("document:1") is None


def test_a_letter_knows_enough_to_be_written_later():
    wish = model.shape_wish(plan(rhythm=Rhythm.DAILY, customer_group="fleet"), zone=ROME, at=at("2026-01-10T05:00"))
    assert (wish.name, wish.customer_group, wish.since) == ("Revenue", "fleet", at("2026-01-08T23:00"))
