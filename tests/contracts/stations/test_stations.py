"""The stations room on its real store, through the real core."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from busbar.canon.control import (
    ChargingProfile,
    ChargingSchedule,
    CommandAnswered,
    CommandOutcome,
    GetVariables,
    Outcome,
    ProfileKind,
    ProfilePurpose,
    RateUnit,
    Reset,
    ResetKind,
    SchedulePeriod,
    SendStationCommand,
    StationCommandAnswered,
    VariableRef,
    VariableValue,
)
from busbar.canon.stations import (
    AdmissionRequested,
    AdmissionStatus,
    ConnectorSpec,
    ConnectorStatus,
    ConnectorStatusChanged,
    ConnectorStatusReported,
    CreateStation,
    DeleteProfileTemplate,
    DeleteSite,
    DeleteStation,
    EndAllConnections,
    FindStation,
    HeartbeatReceived,
    ObserveCharging,
    Protocol,
    PutConnectors,
    QuirkObserved,
    Registration,
    SaveProfileTemplate,
    SaveSite,
    SetRegistration,
    SetStationPassword,
    SiteSpec,
    StationBooted,
    StationConnected,
    StationDisconnected,
    StationNotified,
    StationOffline,
    StationOnline,
    StationRegistered,
    StationSpec,
    UpdateStation,
)
from busbar.canon.tenants import FindDefaultOperator, RecordAudit
from busbar.db.messaging import outbox
from busbar.domain.stations import model, tables
from busbar.domain.stations.administration import StationAdministration
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.service import StationPolicy, StationService
from busbar.domain.stations.sql import SqlStationStore
from busbar.kernel.ids import OperatorId, SiteId, TemplateId

OP = OperatorId("op")
OTHER = OperatorId("other")
SITE = SiteSpec(name="Depot", latitude_e6=45_464_000, longitude_e6=9_190_000, country="IT", zone="Europe/Rome")


class Stations:
    """The room in a house, with the two answers it needs of the tenants room."""

    def __init__(self, house):
        self.house = house
        self.audited = []

    def install(self, core, policy):
        store = SqlStationStore()
        fleet = Fleet(store, bound=policy.cache_max_stations)
        core.register(StationService(store=store, fleet=fleet, ids=self.house.ids, policy=policy).handlers())
        core.register(
            StationAdministration(
                store=store,
                fleet=fleet,
                ids=self.house.ids,
                hash_secret=lambda secret: f"hashed:{secret}",
                make_secret=lambda: "made-secret-of-a-station",
            ).handlers()
        )
        core.register({FindDefaultOperator: self.find_operator, RecordAudit: self.audit})

    async def find_operator(self, command, work):
        return OP

    async def audit(self, command, work):
        self.audited.append((command.action, command.subject))

    async def do(self, message):
        return await self.house.core.dispatch(message)

    async def report(self, kind, *, station_id="BB-1", **fields):
        report = kind(
            report_id=self.house.ids.new(), station_id=station_id, received_at=self.house.clock.now(), **fields
        )
        return await self.house.core.submit(report)

    async def connect(self, connection_id="c1", station_id="BB-1"):
        await self.report(
            StationConnected,
            station_id=station_id,
            connection_id=connection_id,
            protocol=Protocol.OCPP201,
            remote_address="127.0.0.1",
        )

    async def create(self, station_id="BB-1", operator_id=OP, **fields):
        fields.setdefault("spec", StationSpec(name="One"))
        return await self.do(CreateStation(operator_id=operator_id, actor="staff:1", station_id=station_id, **fields))

    async def rows(self, table):
        async with self.house.databases.read() as connection:
            return (await connection.execute(select(table))).mappings().all()

    async def facts(self, kind):
        return [row for row in await self.rows(outbox) if row["name"] == kind.__name__]

    async def standing(self, station_id="BB-1"):
        return await self.do(FindStation(station_id=station_id))


@pytest.fixture(params=[50_000, 1], ids=["cached", "evicted"])
async def stations(house, request):
    room = Stations(house)
    room.install(house.core, StationPolicy(cache_max_stations=request.param))
    await house.start()
    return room


async def admit(stations, station_id="BB-1"):
    return await stations.report(
        AdmissionRequested, station_id=station_id, protocol=Protocol.OCPP16, remote_address="127.0.0.1"
    )


async def test_an_unknown_station_is_registered_as_pending(stations):
    admission = await admit(stations, "NEW-1")
    assert admission.status is AdmissionStatus.ADMITTED
    assert (await stations.standing("NEW-1")).registration is Registration.PENDING
    reply = await stations.report(StationBooted, station_id="NEW-1", vendor="V", model="M")
    assert (reply.registration, reply.interval_s) == (Registration.PENDING, 60)
    assert len(await stations.facts(StationRegistered)) == 1


async def test_an_unknown_station_is_refused_by_policy(house):
    room = Stations(house)
    room.install(house.core, StationPolicy(unknown_gets=None))
    await house.start()
    assert (await admit(room)).status is AdmissionStatus.UNKNOWN
    assert await room.rows(tables.stations) == []


async def test_no_more_unknown_stations_wait_than_may(house):
    room = Stations(house)
    room.install(house.core, StationPolicy(pending_max_stations=2))
    await house.start()
    names = ("NEW-1", "NEW-2", "NEW-3", "NEW-1")
    statuses = [(await admit(room, name)).status for name in names]
    assert statuses == [
        AdmissionStatus.ADMITTED,
        AdmissionStatus.ADMITTED,
        AdmissionStatus.UNKNOWN,
        AdmissionStatus.ADMITTED,
    ]


async def test_an_accepted_station_boots(stations):
    await stations.create()
    reply = await stations.report(StationBooted, vendor="V", model="M", firmware_version="9", reason="PowerUp")
    assert (reply.registration, reply.interval_s, reply.now) == (
        Registration.ACCEPTED,
        300,
        stations.house.clock.now(),
    )
    [row] = await stations.rows(tables.stations)
    assert (row["vendor"], row["firmware_version"], row["boot_reason"]) == ("V", "9", "PowerUp")


async def test_a_blocked_station_is_refused_at_the_door(stations):
    await stations.create()
    await stations.do(
        SetRegistration(operator_id=OP, actor="staff:1", station_id="BB-1", registration=Registration.BLOCKED)
    )
    assert (await admit(stations)).status is AdmissionStatus.BLOCKED
    assert (await stations.report(StationBooted, vendor="V", model="M")).registration is Registration.BLOCKED


async def test_passwords_are_kept_hashed_and_shown_once(stations):
    await stations.create(password="0123456789abcdef")
    assert (await admit(stations)).password_hash == "hashed:0123456789abcdef"
    made = await stations.do(SetStationPassword(operator_id=OP, actor="staff:1", station_id="BB-1"))
    assert made == "made-secret-of-a-station"
    given = SetStationPassword(operator_id=OP, actor="staff:1", station_id="BB-1", password="another-good-one!")
    assert await stations.do(given) is None
    assert (await admit(stations)).password_hash == "hashed:another-good-one!"
    await stations.do(SetStationPassword(operator_id=OP, actor="staff:1", station_id="BB-1", is_removed=True))
    assert (await admit(stations)).password_hash is None


async def test_the_newest_connection_counts(stations):
    await stations.create()
    await stations.connect("c1")
    await stations.connect("c2")
    await stations.report(StationDisconnected, connection_id="c1", reason="replaced")
    assert (await stations.standing()).is_online
    await stations.report(StationDisconnected, connection_id="c2", reason="closed")
    assert not (await stations.standing()).is_online
    assert len(await stations.facts(StationOnline)) == 2
    assert len(await stations.facts(StationOffline)) == 1


async def test_after_a_restart_all_are_offline_until_they_come_back(stations):
    await stations.create("BB-1")
    await stations.create("BB-2")
    await stations.connect(station_id="BB-1")
    assert await stations.do(EndAllConnections()) == 1
    assert not (await stations.standing()).is_online


async def test_state_survives_a_restart(stations):
    await stations.create(connectors=(ConnectorSpec(evse_id=1, max_power_w=22_000, label="left"),))
    await stations.report(ConnectorStatusReported, evse_id=1, connector_id=1, status=ConnectorStatus.OCCUPIED)
    await stations.do(ObserveCharging(station_id="BB-1", evse_id=1, connector_id=1, status=ConnectorStatus.CHARGING))
    await stations.house.core.stop()
    second = stations.house.restart()
    again = Stations(stations.house)
    again.install(second, StationPolicy())
    await second.start()
    await second.submit(
        ConnectorStatusReported(
            report_id="r",
            station_id="BB-1",
            received_at=stations.house.clock.now(),
            evse_id=1,
            connector_id=1,
            status=ConnectorStatus.OCCUPIED,
        )
    )
    [row] = await stations.rows(tables.connectors)
    assert (row["label"], row["status"]) == ("left", "charging")


async def test_status_changes_are_facts_and_repeats_are_not(stations):
    await stations.create()
    for status in (ConnectorStatus.AVAILABLE, ConnectorStatus.AVAILABLE, ConnectorStatus.FAULTED):
        stations.house.clock.advance(timedelta(seconds=1))
        await stations.report(ConnectorStatusReported, evse_id=1, connector_id=1, status=status)
    assert len(await stations.facts(ConnectorStatusChanged)) == 2
    kept = [row["payload"] for row in await stations.rows(tables.station_events) if row["topic"] == "status"]
    told = [(payload["evse_id"], payload["status"]) for payload in map(as_object, kept)]
    assert told == [(1, "available"), (1, "faulted")]


def as_object(payload):
    return msgspec.json.decode(payload) if isinstance(payload, (str, bytes)) else payload


async def test_heartbeat_tells_our_time(stations):
    await stations.create()
    assert (await stations.report(HeartbeatReceived)).now == stations.house.clock.now()


async def test_events_quirks_and_variables_are_kept(stations):
    await stations.create()
    await stations.report(StationNotified, topic="SecurityEventNotification", payload_json='{"type":"x"}')
    for _ in range(2):
        await stations.report(QuirkObserved, action="StatusNotification", fields=("vendorThing", "other"))
    assert "SecurityEventNotification" in {row["topic"] for row in await stations.rows(tables.station_events)}
    assert {(row["field"], row["count"]) for row in await stations.rows(tables.station_quirks)} == {
        ("vendorThing", 2),
        ("other", 2),
    }


async def test_a_command_is_recorded_answered_and_told_once(stations):
    await stations.create()
    ref = VariableRef(variable="HeartbeatInterval")
    command = SendStationCommand(
        command_id="cmd-1",
        operator_id=OP,
        station_id="BB-1",
        request=GetVariables(refs=(ref,)),
        requested_by="staff:1",
    )
    assert await stations.do(command) == "cmd-1"
    assert await stations.do(command) == "cmd-1"
    value = VariableValue(ref=ref, value="300", is_readonly=False)
    outcome = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted", answer_json="{}", values=(value,))
    for _ in range(2):
        await stations.report(CommandAnswered, command_id="cmd-1", outcome=outcome)
    [row] = await stations.rows(tables.station_commands)
    assert (row["kind"], row["outcome"]) == ("GetVariables", "accepted")
    assert len(await stations.facts(StationCommandAnswered)) == 1
    [variable] = await stations.rows(tables.station_variables)
    assert (variable["variable"], variable["value"]) == ("HeartbeatInterval", "300")


async def test_a_command_id_means_one_command(stations):
    await stations.create()
    fields = {"command_id": "c", "operator_id": OP, "station_id": "BB-1", "requested_by": "staff:1"}
    await stations.do(SendStationCommand(request=Reset(kind=ResetKind.IMMEDIATE), **fields))
    with pytest.raises(model.CommandConflictError):
        await stations.do(SendStationCommand(request=Reset(kind=ResetKind.ON_IDLE), **fields))


async def test_sites_and_stations_belong_to_their_operator(stations):
    site_id = await stations.do(SaveSite(operator_id=OP, actor="staff:1", spec=SITE))
    await stations.create(spec=StationSpec(site_id=site_id))
    with pytest.raises(model.SiteNotFoundError):
        await stations.create("BB-2", operator_id=OTHER, spec=StationSpec(site_id=site_id))
    with pytest.raises(model.SiteNotFoundError):
        await stations.do(SaveSite(operator_id=OTHER, actor="x", site_id=site_id, spec=SITE))
    with pytest.raises(model.SiteNotFoundError):
        await stations.do(DeleteSite(operator_id=OTHER, actor="x", site_id=site_id))
    for command in (
        UpdateStation(operator_id=OTHER, actor="x", station_id="BB-1", spec=StationSpec()),
        PutConnectors(operator_id=OTHER, actor="x", station_id="BB-1", connectors=()),
        SetRegistration(operator_id=OTHER, actor="x", station_id="BB-1", registration=Registration.BLOCKED),
        SetStationPassword(operator_id=OTHER, actor="x", station_id="BB-1"),
        DeleteStation(operator_id=OTHER, actor="x", station_id="BB-1"),
        SendStationCommand(
            command_id="c",
            operator_id=OTHER,
            station_id="BB-1",
            request=Reset(kind=ResetKind.IMMEDIATE),
            requested_by="x",
        ),
    ):
        with pytest.raises(model.StationNotFoundError):
            await stations.do(command)
    with pytest.raises(model.StationTakenError):
        await stations.create(operator_id=OTHER)


async def test_a_site_in_use_stays(stations):
    site_id = await stations.do(SaveSite(operator_id=OP, actor="staff:1", spec=SITE))
    await stations.create(spec=StationSpec(site_id=site_id))
    with pytest.raises(model.SiteInUseError):
        await stations.do(DeleteSite(operator_id=OP, actor="staff:1", site_id=site_id))
    await stations.do(DeleteStation(operator_id=OP, actor="staff:1", station_id="BB-1"))
    await stations.do(DeleteSite(operator_id=OP, actor="staff:1", site_id=site_id))
    assert await stations.rows(tables.sites) == []
    assert [action for action, _ in stations.audited] == [
        "site.create",
        "station.create",
        "station.delete",
        "site.delete",
    ]


async def test_an_unknown_site_and_zone_are_refused(stations):
    with pytest.raises(model.SiteNotFoundError):
        await stations.create(spec=StationSpec(site_id=SiteId("nowhere")))
    with pytest.raises(model.InvalidSiteError):
        await stations.do(
            SaveSite(
                operator_id=OP,
                actor="staff:1",
                spec=SiteSpec(name="X", latitude_e6=0, longitude_e6=0, zone="Mars/Olympus"),
            )
        )


async def test_a_connected_station_is_not_deleted(stations):
    await stations.create()
    await stations.connect()
    with pytest.raises(model.StationOnlineError):
        await stations.do(DeleteStation(operator_id=OP, actor="staff:1", station_id="BB-1"))


async def test_connectors_are_replaced(stations):
    await stations.create(
        connectors=(ConnectorSpec(evse_id=1, max_power_w=22_000), ConnectorSpec(evse_id=2, max_power_w=22_000))
    )
    await stations.report(ConnectorStatusReported, evse_id=1, connector_id=1, status=ConnectorStatus.AVAILABLE)
    await stations.do(
        PutConnectors(
            operator_id=OP,
            actor="staff:1",
            station_id="BB-1",
            connectors=(ConnectorSpec(evse_id=1, max_power_w=50_000),),
        )
    )
    [row] = await stations.rows(tables.connectors)
    assert (row["evse_id"], row["max_power_w"], row["status"]) == (1, 50_000, "available")


async def test_templates(stations):
    profile = ChargingProfile(
        profile_id=1,
        stack_level=0,
        purpose=ProfilePurpose.TX,
        kind=ProfileKind.RELATIVE,
        schedule=ChargingSchedule(unit=RateUnit.A, periods=(SchedulePeriod(start_s=0, limit_milli=16_000),)),
    )
    save = SaveProfileTemplate(operator_id=OP, actor="staff:1", name="16 A", profile=profile)
    template_id = await stations.do(save)
    [row] = await stations.rows(tables.profile_templates)
    assert row["name"] == "16 A"
    with pytest.raises(model.TemplateNotFoundError):
        await stations.do(
            SaveProfileTemplate(operator_id=OTHER, actor="x", template_id=template_id, name="mine", profile=profile)
        )
    with pytest.raises(model.TemplateNotFoundError):
        await stations.do(DeleteProfileTemplate(operator_id=OP, actor="x", template_id=TemplateId("none")))
    await stations.do(DeleteProfileTemplate(operator_id=OP, actor="staff:1", template_id=template_id))
    assert await stations.rows(tables.profile_templates) == []
