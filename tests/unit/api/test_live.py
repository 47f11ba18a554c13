"""Who sees which live event, and in which form."""

from datetime import UTC, datetime, timedelta

import pytest

from busbar.api import live
from busbar.canon.control import (
    CommandOutcome,
    Outcome,
    SetVariables,
    StationCommandAnswered,
    StationCommandQueued,
    StationCommandRequested,
    VariableRef,
    VariableValue,
)
from busbar.canon.facts import list_kinds
from busbar.canon.ledger import FundsHeld
from busbar.canon.message import Fact, Signal
from busbar.canon.sessions import SessionProgressed, SessionRequested
from busbar.canon.stations import ConnectorStatus, ConnectorStatusChanged, StationOnline, StationRegistered, StationSeen
from busbar.canon.tenants import Principal, Role
from busbar.ports.feed import PublishedFact

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWN = {"operator_id": "o", "at": NOW}
SECRET = SetVariables(values=(VariableValue(ref=VariableRef(variable="AuthorizationKey"), value="hush"),))


def own(kind, **values):
    return kind(**OWN, **values)


def staff_view(*, sites=(), topics=(), stations=()):
    async def list_stations():
        return frozenset(stations)

    principal = Principal(operator_id="o", role=Role.VIEWER, site_ids=sites)
    return live.StaffView(principal, topics=frozenset(topics), list_stations=list_stations)


@pytest.mark.parametrize("kind", [*list_kinds(Fact), *list_kinds(Signal)])
def test_every_fact_and_signal_has_a_topic(kind):
    assert kind in live.TOPICS


async def test_an_operator_hears_of_its_own_things():
    online = own(StationOnline, station_id="S", protocol="ocpp1.6")
    assert await staff_view().sees(online)
    assert not await staff_view().sees(StationOnline(operator_id="p", at=NOW, station_id="S", protocol="ocpp1.6"))


async def test_topics_choose():
    seen = own(StationSeen, station_id="S")
    assert await staff_view(topics=[live.Topic.STATIONS]).sees(seen)
    assert not await staff_view(topics=[live.Topic.SESSIONS]).sees(seen)


async def test_a_scope_of_sites_goes_by_the_site_or_else_by_the_station():
    view = staff_view(sites=("here",), stations=("S",))
    status = ConnectorStatus.CHARGING
    at = {"station_id": "S", "evse_id": 1, "connector_id": 1, "status": status}
    assert await view.sees(own(ConnectorStatusChanged, site_id="here", **at))
    assert not await view.sees(own(ConnectorStatusChanged, site_id="there", **at))
    assert await view.sees(own(StationSeen, station_id="S"))
    assert not await view.sees(own(StationSeen, station_id="T"))


async def test_who_is_bound_to_sites_hears_nothing_of_money():
    held = own(FundsHeld, transfer_id="t", amount=1, currency="EUR", session_id="x", expires_at=NOW)
    assert await staff_view().sees(held)
    assert not await staff_view(sites=("here",), stations=("S",)).sees(held)


async def test_a_scope_learns_of_a_new_station():
    known = ["S"]

    async def list_stations():
        return frozenset(known)

    principal = Principal(operator_id="o", role=Role.VIEWER, site_ids=("here",))
    view = live.StaffView(principal, topics=frozenset(), list_stations=list_stations)
    assert not await view.sees(own(StationSeen, station_id="N"))
    known.append("N")
    assert await view.sees(own(StationRegistered, station_id="N", registration="accepted"))
    assert await view.sees(own(StationSeen, station_id="N"))


async def test_a_driver_sees_their_own_sessions_without_what_is_the_operators():
    wanted = own(SessionRequested, session_id="x", station_id="S", driver_id="d", command_id="c", token_id="t")
    assert await live.DriverView("d").sees(wanted)
    assert not await live.DriverView("e").sees(wanted)
    assert not await live.DriverView("d").sees(own(StationSeen, station_id="S"))
    assert set(live.show_to_driver(wanted)) == {"at", "session_id", "station_id", "driver_id"}


async def test_everybody_sees_where_it_is_free_and_no_more():
    async def list_stations():
        return frozenset({"S"})

    view = live.PublicView("o", list_stations=list_stations)
    changed = own(
        ConnectorStatusChanged,
        site_id="here",
        station_id="S",
        evse_id=1,
        connector_id=1,
        status=ConnectorStatus.FAULTED,
        error_code="GroundFailure",
    )
    assert await view.sees(changed)
    assert not await view.sees(own(StationOnline, station_id="T", protocol="ocpp1.6"))
    assert not await view.sees(own(SessionProgressed, session_id="x", station_id="S", energy_wh=1))
    assert "GroundFailure" not in str(live.PublicView.show(changed))


def test_a_request_to_a_station_is_told_by_its_kind_alone():
    asked = own(
        StationCommandRequested, command_id="c", station_id="S", request=SECRET, requested_by="staff:1", timeout_s=30
    )
    outcome = CommandOutcome(outcome=Outcome.ACCEPTED, answer_json='{"hush":1}')
    answered = own(
        StationCommandAnswered, command_id="c", station_id="S", request=SECRET, requested_by="staff:1", outcome=outcome
    )
    queued = own(
        StationCommandQueued, command_id="c", station_id="S", request=SECRET, requested_by="staff:1", expires_at=NOW
    )
    for message in (asked, queued, answered):
        assert live.show(message)["request"] == "SetVariables"
        assert "hush" not in str(live.show(message))
    assert live.show(answered)["outcome"] == "accepted"


class StoredFacts:
    """A log of numbered facts."""

    def __init__(self, count):
        self.facts = [
            PublishedFact(fact_id=f"{number:032x}", fact=own(StationOnline, station_id="S", protocol="ocpp1.6"))
            for number in range(1, count + 1)
        ]

    async def read_after(self, fact_id, *, limit, since=None):
        return [fact for fact in self.facts if fact.fact_id > fact_id][:limit]


class ShortFeed:
    """A feed whose one subscription holds these events and ends."""

    def __init__(self, *events):
        self.events = events

    def subscribe(self, *, bound=1000):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return None

    async def __aiter__(self):
        for event in self.events:
            yield event


async def follow(feed, log, *, after=None, resume_max=100):
    async def sees(message):
        return True

    return [item async for item in live.follow(feed=feed, fact_log=log, sees=sees, after=after, resume_max=resume_max)]


async def test_a_reader_who_comes_back_misses_nothing_and_hears_nothing_twice():
    log = StoredFacts(1200)
    heard = await follow(ShortFeed(*log.facts[-3:]), log, after=log.facts[4].fact_id, resume_max=5000)
    assert [item.fact_id for item in heard] == [fact.fact_id for fact in log.facts[5:]]


async def test_who_was_away_too_long_reads_everything_again():
    log = StoredFacts(50)
    heard = await follow(ShortFeed(log.facts[-1]), log, after=log.facts[0].fact_id, resume_max=10)
    assert [type(item) for item in heard] == [PublishedFact] * 10 + [live.Reset, PublishedFact]


async def test_a_station_that_is_seen_all_the_time_is_told_now_and_then():
    seen = [StationSeen(operator_id="o", at=NOW + timedelta(seconds=second), station_id="S") for second in range(12)]
    assert [item.at.second for item in await follow(ShortFeed(*seen), StoredFacts(0))] == [0, 5, 10]


@pytest.mark.parametrize(("text", "is_id"), [("0" * 32, True), ("0" * 31, False), ("G" * 32, False), ("", False)])
def test_an_id_of_a_fact_is_known_by_its_form(text, is_id):
    assert live.is_fact_id(text) is is_id
