from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from busbar.canon.stations import (
    ConnectorKind,
    ConnectorSpec,
    ConnectorStatus,
    ConnectorStatusReported,
    OwnDays,
    Protocol,
    Registration,
    SiteSpec,
    StationBooted,
    StationConnected,
    StationSpec,
)
from busbar.domain.stations import model
from busbar.domain.stations.model import Station
from busbar.kernel.ids import ConnectionId, OperatorId, ReportId, StationId

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ID = StationId("BB-0001")


def make_station(**changes):
    return Station(
        station_id=ID, operator_id=OperatorId("op"), registration=Registration.ACCEPTED, created_at=NOW, **changes
    )


def connected(connection_id):
    return StationConnected(
        report_id=ReportId("r"),
        station_id=ID,
        received_at=NOW,
        connection_id=ConnectionId(connection_id),
        protocol=Protocol.OCPP16,
        remote_address="127.0.0.1",
    )


def status(evse_id, value, *, at=NOW, connector_id=1, error_code=None):
    return ConnectorStatusReported(
        report_id=ReportId("r"),
        station_id=ID,
        received_at=NOW,
        evse_id=evse_id,
        connector_id=connector_id if evse_id else None,
        status=value,
        at=at,
        error_code=error_code,
    )


@pytest.mark.parametrize("station_id", ["BB-0001", "RDAM|123", "a", "x" * 48, "站点1"])
def test_takes_identities_that_a_url_can_carry(station_id):
    assert model.check_station_id(station_id) == station_id


@pytest.mark.parametrize("station_id", ["", "x" * 49, "a/b", "a\nb", "a\x7f"])
def test_refuses_identities_that_a_url_cannot_carry(station_id):
    with pytest.raises(model.InvalidStationError):
        model.check_station_id(station_id)


def test_newest_connection_counts():
    first = model.connect(make_station(), connected("01"), NOW)
    second = model.connect(first, connected("02"), NOW)
    assert second.connection_id == "02"
    assert model.connect(second, connected("01"), NOW) is None
    assert model.disconnect(second, ConnectionId("01"), NOW) is None
    gone = model.disconnect(second, ConnectionId("02"), NOW)
    assert not gone.is_online
    assert gone.disconnected_at == NOW
    assert model.disconnect(gone, ConnectionId("02"), NOW) is None


def test_boot_keeps_what_the_station_tells_of_itself():
    report = StationBooted(
        report_id=ReportId("r"), station_id=ID, received_at=NOW, vendor="V", model="M", firmware_version="1.2"
    )
    station = model.boot(make_station(), report, NOW)
    assert (station.vendor, station.model, station.firmware_version, station.booted_at) == ("V", "M", "1.2", NOW)


def test_signs_of_life_are_written_down_sparingly():
    station = model.note_seen(make_station(), NOW)
    assert station.last_seen_at == NOW
    assert model.note_seen(station, NOW + timedelta(seconds=29)) is None
    assert model.note_seen(station, NOW + timedelta(seconds=30)).last_seen_at == NOW + timedelta(seconds=30)


def test_a_connector_nobody_entered_is_entered_as_reported():
    station = model.report_status(make_station(), status(2, ConnectorStatus.AVAILABLE), NOW)
    [connector] = station.connectors
    assert (connector.spec.evse_id, connector.spec.connector_id) == (2, 1)
    assert connector.status is ConnectorStatus.AVAILABLE


def test_the_whole_station_has_a_status_of_its_own():
    station = model.report_status(make_station(), status(None, ConnectorStatus.FAULTED, error_code="OtherError"), NOW)
    assert (station.status, station.error_code, station.connectors) == (ConnectorStatus.FAULTED, "OtherError", ())


def test_no_error_is_no_error_code():
    station = model.report_status(make_station(), status(1, ConnectorStatus.AVAILABLE, error_code="NoError"), NOW)
    assert station.connectors[0].error_code is None


def test_a_late_status_changes_nothing():
    station = model.report_status(make_station(), status(1, ConnectorStatus.CHARGING), NOW)
    late = status(1, ConnectorStatus.AVAILABLE, at=NOW - timedelta(seconds=1))
    assert model.report_status(station, late, NOW) is station


def test_a_transaction_refines_occupied_and_nothing_else():
    station = model.report_status(make_station(), status(1, ConnectorStatus.OCCUPIED), NOW)
    station = model.observe(station, 1, 1, ConnectorStatus.CHARGING)
    assert station.connectors[0].status is ConnectorStatus.CHARGING
    station = model.report_status(station, status(1, ConnectorStatus.AVAILABLE), NOW)
    assert station.connectors[0].status is ConnectorStatus.AVAILABLE
    station = model.report_status(station, status(1, ConnectorStatus.OCCUPIED), NOW)
    assert station.connectors[0].status is ConnectorStatus.OCCUPIED


def test_an_observation_before_the_status_waits_for_it():
    station = model.report_status(make_station(), status(1, ConnectorStatus.AVAILABLE), NOW)
    station = model.observe(station, 1, 1, ConnectorStatus.CHARGING)
    assert station.connectors[0].status is ConnectorStatus.AVAILABLE
    station = model.report_status(station, status(1, ConnectorStatus.OCCUPIED), NOW)
    assert station.connectors[0].status is ConnectorStatus.CHARGING


def test_an_observation_without_a_connector_finds_the_occupied_one():
    station = model.report_status(make_station(), status(1, ConnectorStatus.AVAILABLE), NOW)
    station = model.report_status(station, status(1, ConnectorStatus.OCCUPIED, connector_id=2), NOW)
    station = model.observe(station, 1, None, ConnectorStatus.SUSPENDED_EV)
    assert [each.status for each in station.connectors] == [ConnectorStatus.AVAILABLE, ConnectorStatus.SUSPENDED_EV]


def test_changes_are_those_that_screens_show():
    before = model.report_status(make_station(), status(1, ConnectorStatus.AVAILABLE), NOW)
    same = model.report_status(before, status(1, ConnectorStatus.AVAILABLE, at=NOW + timedelta(seconds=9)), NOW)
    assert model.list_changes(before, same) == []
    fault = model.report_status(before, status(1, ConnectorStatus.FAULTED, error_code="GroundFailure"), NOW)
    assert [each.error_code for each in model.list_changes(before, fault)] == ["GroundFailure"]


def test_what_is_told_again_has_not_changed_whatever_the_station_s_clock_says():
    minute = timedelta(minutes=1)

    def tell(station, now, *, at, value=ConnectorStatus.FAULTED, error_code="GroundFailure"):
        return model.report_status(station, status(1, value, at=at, error_code=error_code), now)

    hours = timedelta(hours=5)
    station = tell(make_station(), NOW, at=NOW - hours)
    assert station.connectors[0].changed_at == NOW
    station = tell(station, NOW + minute, at=NOW + minute)
    assert (station.connectors[0].changed_at, station.connectors[0].status_at) == (NOW, NOW + minute)
    other = tell(station, NOW + 2 * minute, at=NOW + minute, error_code="HighTemperature")
    assert other.connectors[0].changed_at == NOW + 2 * minute
    ended = tell(station, NOW + 3 * minute, at=NOW + minute, value=ConnectorStatus.AVAILABLE, error_code=None)
    assert ended.connectors[0].changed_at == NOW + 3 * minute


def test_a_connector_of_before_changes_were_dated_keeps_what_is_known():
    station = model.report_status(make_station(), status(1, ConnectorStatus.FAULTED), NOW)
    undated = msgspec.structs.replace(station.connectors[0], changed_at=None)
    later = NOW + timedelta(minutes=1)
    again = model.report_status(
        msgspec.structs.replace(station, connectors=(undated,)), status(1, ConnectorStatus.FAULTED, at=later), later
    )
    assert again.connectors[0].changed_at == NOW


def test_connectors_that_stay_keep_their_status():
    station = model.report_status(make_station(), status(1, ConnectorStatus.CHARGING), NOW)
    spec = ConnectorSpec(evse_id=1, kind=ConnectorKind.CCS2, max_power_w=150_000)
    other = ConnectorSpec(evse_id=2, max_power_w=22_000)
    rebuilt = model.rebuild_connectors(station.connectors, (other, spec))
    assert [(each.spec.evse_id, each.status) for each in rebuilt] == [
        (1, ConnectorStatus.CHARGING),
        (2, ConnectorStatus.UNKNOWN),
    ]
    assert rebuilt[0].spec.kind is ConnectorKind.CCS2


@pytest.mark.parametrize(
    "connectors",
    [
        (ConnectorSpec(evse_id=1, max_power_w=1), ConnectorSpec(evse_id=1, max_power_w=1)),
        (ConnectorSpec(evse_id=0, max_power_w=1),),
        (ConnectorSpec(evse_id=1, connector_id=0, max_power_w=1),),
        (ConnectorSpec(evse_id=1, max_power_w=0),),
        (ConnectorSpec(evse_id=1, max_power_w=1, label="x" * 121),),
        tuple(ConnectorSpec(evse_id=n + 1, max_power_w=1) for n in range(201)),
    ],
)
def test_refuses_connectors_that_no_station_has(connectors):
    with pytest.raises(model.InvalidConnectorsError):
        model.check_connectors(connectors)


def test_a_station_cannot_report_more_connectors_than_the_bound():
    station = make_station(
        connectors=tuple(
            model.Connector(spec=ConnectorSpec(evse_id=n + 1, max_power_w=1)) for n in range(model.MAX_CONNECTORS)
        )
    )
    with pytest.raises(model.InvalidConnectorsError):
        model.report_status(station, status(500, ConnectorStatus.AVAILABLE), NOW)


@pytest.mark.parametrize("password", ["0123456789abcdef", "x" * 40])
def test_takes_station_passwords(password):
    assert model.check_password(password) == password


@pytest.mark.parametrize("password", ["short", "x" * 41, "0123456789abcdeé", "0123456789abcde\n"])
def test_refuses_station_passwords(password):
    with pytest.raises(model.InvalidPasswordError):
        model.check_password(password)


SITE = SiteSpec(name="Depot", latitude_e6=45_464_000, longitude_e6=9_190_000, country="IT", zone="Europe/Rome")


def test_takes_a_site():
    assert model.check_site(SITE, is_zone_known=True, is_region_known=True) is SITE


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"address": "x" * 501}, "address"),
        ({"country": "Italy"}, "country"),
        ({"latitude_e6": 90_000_001}, "latitude_e6"),
        ({"longitude_e6": -180_000_001}, "longitude_e6"),
        ({"grid_limit_w": 0}, "grid_limit_w"),
        ({"grid_limit_w": 1_000_000_001}, "grid_limit_w"),
    ],
)
def test_refuses_a_site(change, field):
    with pytest.raises(model.InvalidSiteError) as caught:
        model.check_site(msgspec.structs.replace(SITE, **change), is_zone_known=True, is_region_known=True)
    assert caught.value.facts["field"] == field


def test_refuses_an_unknown_zone():
    with pytest.raises(model.InvalidSiteError):
        model.check_site(SITE, is_zone_known=False, is_region_known=True)


@pytest.mark.parametrize("spec", [StationSpec(name="x" * 121), StationSpec(note="x" * 501)])
def test_refuses_a_station(spec):
    with pytest.raises(model.InvalidStationError):
        model.check_station(spec)


@pytest.mark.parametrize(
    "days",
    [
        OwnDays(holidays=tuple(date(2026, 1, 1) + timedelta(days=number) for number in range(101))),
        OwnDays(holidays=(date(2026, 6, 24),), workdays=(date(2026, 6, 24),)),
    ],
)
def test_own_days_are_few_and_one_thing_each(days):
    with pytest.raises(model.InvalidSiteError):
        model.check_site(msgspec.structs.replace(SITE, days=days), is_zone_known=True, is_region_known=True)
    with pytest.raises(model.InvalidSiteError):
        model.check_site(SITE, is_zone_known=True, is_region_known=False)
