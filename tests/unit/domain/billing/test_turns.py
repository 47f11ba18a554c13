from datetime import UTC, datetime, timedelta

import msgspec

from busbar.canon.tariffs import Scope
from busbar.domain.billing import turns
from busbar.domain.billing.prices import SessionPrice
from busbar.rating.record import Reading, Record

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRICE = SessionPrice(
    session_id="s", operator_id="one", station_id="S1", site_id=None, evse_id=1, connector_id=1, driver_id="ada",
    token_id=None, token_group=None, zone="UTC", country="", tariff_id="t", version=1, tariff_name="T",
    scope=Scope.OPERATOR, currency="EUR", fixed_at=BEGIN, started_at=BEGIN,
)  # fmt: skip


def look(watch, second, gross, *, bound=1000, power_w=None, energy_wh=0):
    price = msgspec.structs.replace(PRICE, gross=gross, energy_wh=energy_wh)
    return turns.look_ahead(watch, price, bound=bound, power_w=power_w, now=BEGIN + timedelta(seconds=second))


def test_while_nobody_knows_how_fast_it_grows_it_is_looked_at_again_soon():
    first = turns.begin_watch(PRICE, now=BEGIN)
    assert first.due_at == BEGIN
    assert look(first, 10, 0).due_at == BEGIN + timedelta(seconds=10) + turns.BLIND


def test_half_of_the_time_that_is_left_is_waited():
    watch = look(look(None, 60, 450), 120, 900)  # 7.5 a second: 13 s are left
    assert watch.ends_at == BEGIN + timedelta(seconds=133)
    assert watch.due_at < BEGIN + timedelta(seconds=127)


def test_the_fastest_of_three_paces_counts():
    slow = look(look(None, 600, 100), 660, 110)
    by_power = look(look(None, 600, 100), 660, 110, power_w=300_000, energy_wh=2_000)  # 5.5 cents a hundred Wh
    assert by_power.ends_at < slow.ends_at
    jump = look(look(None, 600, 100), 610, 900)
    assert jump.ends_at == BEGIN + timedelta(seconds=611)


def test_the_pace_stays_while_no_sample_comes():
    grown = look(look(None, 60, 100), 120, 400)
    again = look(grown, 130, 400)
    assert (again.micro_per_s, again.changed_at) == (grown.micro_per_s, grown.changed_at)


def test_whoever_is_far_from_the_end_is_looked_at_once_a_minute():
    assert look(look(None, 60, 1), 120, 2, bound=10**9).due_at == BEGIN + timedelta(seconds=120) + turns.LATEST


def test_a_session_that_runs_on_with_nothing_left_is_asked_for_again():
    watch = look(None, 60, 1000)
    assert (watch.ends_at, watch.due_at) == (BEGIN + timedelta(seconds=60), BEGIN + timedelta(seconds=60) + turns.RETRY)


def test_the_smallest_bound_counts():
    assert turns.find_bound((None, None)) is None
    assert turns.find_bound((500, None)) == 500
    assert turns.find_bound((500, 300)) == 300


def test_the_newest_power_is_that_at_which_something_was_taken():
    def at(second, energy_wh, power_w):
        return Reading(at=BEGIN + timedelta(seconds=second), energy_wh=energy_wh, power_w=power_w)

    record = Record(started_at=BEGIN, ended_at=BEGIN, readings=(at(0, 0, 7_000), at(60, 117, 0), at(70, 117, 0)))
    assert turns.find_power(record) == 7_000
    assert turns.find_power(Record(started_at=BEGIN, ended_at=BEGIN)) is None
