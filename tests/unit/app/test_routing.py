"""Every command has a route, and the route leads somewhere."""

import importlib
import pkgutil
from datetime import UTC, datetime

import pytest

import busbar.canon
import busbar.domain
from busbar.app.routing import CONTROL_PARTITION, ROUTES, Router, Way, changes_shared, route_of
from busbar.canon.access import FindToken, SetTokenStatus, TokenStatus
from busbar.canon.message import Command, Report
from busbar.canon.once import PerformOnce
from busbar.canon.sessions import StopSession
from busbar.canon.stations import EndAllConnections, FindStation, HeartbeatReceived
from busbar.kernel.ids import CommandId, OperatorId, ReportId, SessionId, StationId
from busbar.kernel.partition import find_partition

COUNT = 16
STATION = StationId("CS-1")


def list_kinds(kind: type) -> list[type]:
    """Return every message type of this kind that the house defines."""
    for package in (busbar.canon, busbar.domain):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, waiting = [], [kind]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [each for each in below if each.__module__.startswith(("busbar.canon.", "busbar.domain."))]
    return found


def make_router(**homes: StationId) -> Router:
    async def find_station(session_id):
        return homes.get(session_id)

    return Router(partition_count=COUNT, find_station=find_station)


def test_every_command_has_a_route():
    missing = [command.__name__ for command in list_kinds(Command) if command not in ROUTES]
    assert missing == [], "say in app/routing.py which partition they belong to"


def test_what_is_routed_by_a_field_has_that_field():
    for command, route in ROUTES.items():
        if route.way is Way.STATION:
            assert "station_id" in command.__struct_fields__, command
        if route.way is Way.SESSION:
            assert "session_id" in command.__struct_fields__, command


def test_every_report_names_its_station():
    assert all("station_id" in report.__struct_fields__ for report in list_kinds(Report))


def test_only_the_control_partition_changes_what_is_shared():
    assert {route.way for route in ROUTES.values() if route.is_shared} == {Way.CONTROL}


async def test_a_command_goes_to_the_partition_of_its_station():
    assert await make_router().find(FindStation(station_id=STATION)) == find_partition(STATION, count=COUNT)


async def test_a_command_about_a_session_goes_to_the_partition_of_its_station():
    wish = StopSession(
        command_id=CommandId("c"), operator_id=OperatorId("op"), session_id=SessionId("s1"), requested_by="staff:1"
    )
    assert await make_router(s1=STATION).find(wish) == find_partition(STATION, count=COUNT)
    assert await make_router().find(wish) == CONTROL_PARTITION


async def test_what_is_done_once_goes_where_it_would_go_alone():
    wish = PerformOnce(
        operator_id=OperatorId("op"), scope="s", key="k", fingerprint="f", command=FindStation(station_id=STATION)
    )
    assert await make_router().find(wish) == find_partition(STATION, count=COUNT)


async def test_everything_else_goes_to_the_control_partition():
    assert await make_router().find(FindToken(operator_id=OperatorId("op"), value="A")) == CONTROL_PARTITION


async def test_what_is_never_sent_is_refused():
    with pytest.raises(TypeError, match="not sent"):
        await make_router().find(EndAllConnections())


def test_an_unknown_command_is_refused():
    with pytest.raises(TypeError, match="no route"):
        route_of(Command())


def test_what_changes_shared_rows_is_known():
    block = SetTokenStatus(operator_id=OperatorId("op"), actor="a", value="A", status=TokenStatus.BLOCKED)
    once = PerformOnce(operator_id=OperatorId("op"), scope="s", key="k", fingerprint="f", command=block)
    beat = HeartbeatReceived(report_id=ReportId("r"), station_id=STATION, received_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert changes_shared(block)
    assert changes_shared(once)
    assert not changes_shared(FindToken(operator_id=OperatorId("op"), value="A"))
    assert not changes_shared(beat)
