"""What people do with sites, stations and charging-profile templates."""

import zoneinfo
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.control import Disconnect, SendStationCommand, Trigger, TriggerTopic
from busbar.canon.layouts import SaveSiteLayout
from busbar.canon.message import Message
from busbar.canon.stations import (
    CreateStation,
    DeleteProfileTemplate,
    DeleteSite,
    DeleteStation,
    DescribePlace,
    FindSite,
    PlaceDescription,
    PutConnectors,
    Registration,
    SaveProfileTemplate,
    SaveSite,
    SetRegistration,
    SetStationPassword,
    SiteSpec,
    SiteStanding,
    StationRegistered,
    StationRegistrationChanged,
    UpdateStation,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.stations import model
from busbar.domain.stations.commands import end_queue
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.hours import check_opening
from busbar.domain.stations.layout import check_layout
from busbar.domain.stations.model import Station
from busbar.domain.stations.profiles import check_profile
from busbar.domain.stations.store import StationStore
from busbar.kernel.edits import list_edits
from busbar.kernel.ids import CommandId, IdSource, OperatorId, SiteId, StationId, TemplateId
from busbar.ports.work import UnitOfWork
from busbar.rating.calendar import CalendarError, list_public_days

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
HashSecret = Callable[[str], str]
MakeSecret = Callable[[], str]


class StationAdministration:
    """Commands of staff. Each leaves an audit entry in the same transaction."""

    def __init__(
        self, *, store: StationStore, fleet: Fleet, ids: IdSource, hash_secret: HashSecret, make_secret: MakeSecret
    ) -> None:
        self._store = store
        self._fleet = fleet
        self._ids = ids
        self._hash_secret = hash_secret
        self._make_secret = make_secret

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            FindSite: self.find_site,
            DescribePlace: self.describe_place,
            SaveSite: self.save_site,
            DeleteSite: self.delete_site,
            SaveSiteLayout: self.save_layout,
            CreateStation: self.create_station,
            UpdateStation: self.update_station,
            PutConnectors: self.put_connectors,
            SetRegistration: self.set_registration,
            SetStationPassword: self.set_password,
            DeleteStation: self.delete_station,
            SaveProfileTemplate: self.save_template,
            DeleteProfileTemplate: self.delete_template,
        }

    # ---- sites -------------------------------------------------------------------------------------------------------

    async def find_site(self, command: FindSite, work: UnitOfWork) -> SiteStanding:
        """Say where a site is."""
        site = await self._store.find_site(work, command.operator_id, command.site_id)
        if site is None:
            raise model.SiteNotFoundError("there is no such site", site_id=command.site_id[:64])
        return site

    async def describe_place(self, command: DescribePlace, work: UnitOfWork) -> PlaceDescription:
        """Describe a connector and its site."""
        return await self._store.describe_place(work, command)

    async def save_site(self, command: SaveSite, work: UnitOfWork) -> SiteId:
        """Create or change a site."""
        spec = model.check_site(
            command.spec,
            is_zone_known=command.spec.zone in zoneinfo.available_timezones(),
            is_region_known=_is_region_known(command.spec, year=work.now.year),
        )
        spec = msgspec.structs.replace(spec, hours=check_opening(spec.hours))
        site_id = command.site_id
        if site_id is not None:
            await self._check_site(work, command.operator_id, site_id)
        verb = "create" if site_id is None else "update"
        site_id = site_id or SiteId(self._ids.new())
        await self._store.put_site(work, command.operator_id, site_id, spec)
        await self._audit(work, command, f"site.{verb}", f"site:{site_id}", msgspec.to_builtins(spec))
        return site_id

    async def delete_site(self, command: DeleteSite, work: UnitOfWork) -> None:
        """Remove a site that has no stations."""
        await self._check_site(work, command.operator_id, command.site_id)
        count = await self._store.count_stations(work, command.site_id)
        if count:
            raise model.SiteInUseError("the site still has stations", stations=count)
        await self._store.delete_site(work, command.site_id)
        await self._audit(work, command, "site.delete", f"site:{command.site_id}")

    async def save_layout(self, command: SaveSiteLayout, work: UnitOfWork) -> None:
        """Keep the drawing of a site."""
        await self._check_site(work, command.operator_id, command.site_id)
        stations = frozenset(await self._store.list_site_stations(work, command.site_id))
        drawn = check_layout(command.layout, stations=stations)
        await self._store.put_layout(work, command.operator_id, command.site_id, drawn if drawn.pieces else None)
        await self._audit(work, command, "site.draw", f"site:{command.site_id}", {"pieces": len(drawn.pieces)})

    async def _check_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId | None) -> None:
        if site_id is not None and not await self._store.has_site(work, operator_id, site_id):
            raise model.SiteNotFoundError("there is no such site", site_id=site_id)

    # ---- stations ----------------------------------------------------------------------------------------------------

    async def create_station(self, command: CreateStation, work: UnitOfWork) -> StationId:
        """Enter a station beforehand."""
        station_id = model.check_station_id(command.station_id)
        spec = model.check_station(command.spec)
        await self._check_site(work, command.operator_id, spec.site_id)
        if await self._fleet.find(work, station_id) is not None:
            raise model.StationTakenError("a station with this id exists", station_id=station_id)
        password = None if command.password is None else model.check_password(command.password)
        station = Station(
            station_id=station_id,
            operator_id=command.operator_id,
            registration=command.registration,
            created_at=work.now,
            site_id=spec.site_id,
            name=spec.name,
            note=spec.note,
            is_tolerant=spec.is_tolerant,
            password_hash=None if password is None else self._hash_secret(password),
            connectors=model.rebuild_connectors((), command.connectors),
        )
        self._fleet.put(work, station, before=None)
        work.tell(
            StationRegistered(
                operator_id=station.operator_id,
                at=work.now,
                station_id=station_id,
                registration=station.registration,
            )
        )
        await self._audit(work, command, "station.create", f"station:{station_id}", msgspec.structs.asdict(spec))
        return station_id

    async def update_station(self, command: UpdateStation, work: UnitOfWork) -> None:
        """Change what people entered."""
        before = await self._get_own(work, command.operator_id, command.station_id)
        spec = model.check_station(command.spec)
        await self._check_site(work, command.operator_id, spec.site_id)
        after = msgspec.structs.replace(before, **msgspec.structs.asdict(spec))
        self._fleet.put(work, after, before=before)
        changed = list_edits(before, after, msgspec.structs.asdict(spec))
        await self._audit(work, command, "station.update", _subject(before), changed)

    async def put_connectors(self, command: PutConnectors, work: UnitOfWork) -> None:
        """Replace the station's connectors as built."""
        before = await self._get_own(work, command.operator_id, command.station_id)
        after = msgspec.structs.replace(
            before, connectors=model.rebuild_connectors(before.connectors, command.connectors)
        )
        await self._store.remove_connectors(work, before.station_id)
        self._fleet.put(work, after, before=before)
        self._store.save_connectors(work, after, after.connectors)
        await self._audit(
            work, command, "station.put_connectors", _subject(before), {"connectors": len(after.connectors)}
        )

    async def set_registration(self, command: SetRegistration, work: UnitOfWork) -> None:
        """Accept, block or put back a station."""
        before = await self._get_own(work, command.operator_id, command.station_id)
        if before.registration is command.registration:
            return
        self._fleet.put(work, msgspec.structs.replace(before, registration=command.registration), before=before)
        work.tell(
            StationRegistrationChanged(
                operator_id=before.operator_id,
                at=work.now,
                station_id=before.station_id,
                registration=command.registration,
            )
        )
        if before.is_online:
            await self._let_station_know(command, work)
        detail = {"before": before.registration, "after": command.registration}
        await self._audit(work, command, "station.set_registration", _subject(before), detail)

    async def _let_station_know(self, command: SetRegistration, work: UnitOfWork) -> None:
        """Close a blocked station's connection; have any other boot again, so that it is told where it stands."""
        request = (
            Disconnect(reason="the station was blocked")
            if command.registration is Registration.BLOCKED
            else Trigger(topic=TriggerTopic.BOOT)
        )
        await work.ask(
            SendStationCommand(
                command_id=CommandId(self._ids.new()),
                operator_id=command.operator_id,
                station_id=command.station_id,
                request=request,
                requested_by=command.actor,
            )
        )

    async def set_password(self, command: SetStationPassword, work: UnitOfWork) -> str | None:
        """Set, make or remove the station's password."""
        before = await self._get_own(work, command.operator_id, command.station_id)
        made: str | None = None
        password: str | None = None
        if not command.is_removed:
            made = self._make_secret() if command.password is None else None
            password = made or model.check_password(command.password or "")
        hashed = None if password is None else self._hash_secret(password)
        self._fleet.put(work, msgspec.structs.replace(before, password_hash=hashed), before=before)
        verb = "remove_password" if command.is_removed else "set_password"
        await self._audit(work, command, f"station.{verb}", _subject(before))
        return made

    async def delete_station(self, command: DeleteStation, work: UnitOfWork) -> None:
        """Forget a station that is not connected."""
        station = await self._get_own(work, command.operator_id, command.station_id)
        if station.is_online:
            raise model.StationOnlineError("the station is connected; block it first", station_id=station.station_id)
        await end_queue(self._store, work, station.station_id)
        await self._store.delete_station(work, station.station_id)
        self._fleet.forget(work, station.station_id)
        await self._audit(work, command, "station.delete", _subject(station))

    async def _get_own(self, work: UnitOfWork, operator_id: OperatorId, station_id: StationId) -> Station:
        station = await self._fleet.get(work, station_id)
        if station.operator_id != operator_id:
            raise model.StationNotFoundError("there is no such station", station_id=station_id)
        return station

    # ---- charging-profile templates ----------------------------------------------------------------------------------

    async def save_template(self, command: SaveProfileTemplate, work: UnitOfWork) -> TemplateId:
        """Create or change a template."""
        profile = check_profile(command.profile)
        if not 1 <= len(command.name.strip()) <= model.MAX_NAME:
            raise model.InvalidProfileError(f"a name has 1 to {model.MAX_NAME} characters", field="name")
        template_id = command.template_id
        if template_id is not None:
            await self._check_template(work, command.operator_id, template_id)
        template_id = template_id or TemplateId(self._ids.new())
        await self._store.put_template(work, command.operator_id, template_id, command.name, profile)
        await self._audit(work, command, "template.save", f"template:{template_id}", {"name": command.name})
        return template_id

    async def delete_template(self, command: DeleteProfileTemplate, work: UnitOfWork) -> None:
        """Remove a template."""
        await self._check_template(work, command.operator_id, command.template_id)
        await self._store.delete_template(work, command.template_id)
        await self._audit(work, command, "template.delete", f"template:{command.template_id}")

    async def _check_template(self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId) -> None:
        if not await self._store.has_template(work, operator_id, template_id):
            raise model.TemplateNotFoundError("there is no such template", template_id=template_id)

    async def _audit(
        self, work: UnitOfWork, command: Any, action: str, subject: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        await work.ask(
            RecordAudit(
                operator_id=command.operator_id,
                actor=command.actor,
                action=action,
                subject=subject,
                detail=detail or {},
            )
        )


def _subject(station: Station) -> str:
    return f"station:{station.station_id}"


def _is_region_known(spec: SiteSpec, *, year: int) -> bool:
    if not spec.days.subdivision:
        return True
    try:
        list_public_days(spec.country, spec.days.subdivision, year)
    except CalendarError:
        return False
    return True
