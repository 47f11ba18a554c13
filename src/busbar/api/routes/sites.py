from typing import Annotated, Any

from fastapi import APIRouter, Query

from busbar.api.bodies.network import SiteBody, SitePatch
from busbar.api.callers import NetworkKeeper, Onlooker, Reader
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath
from busbar.api.permissions import Permission, demand_whole_operator, permits
from busbar.api.services import Given
from busbar.canon.hours import ExceptionalPeriod, OpeningTimes, WeeklyPeriod
from busbar.canon.stations import DeleteSite, OwnDays, SaveSite, SiteSpec
from busbar.kernel.ids import SiteId
from busbar.views import busbars, now, power, sites
from busbar.views.shapes.busbar import BusbarList
from busbar.views.shapes.network import Overview, PowerCurve, Site, SitePage
from busbar.views.shapes.now import NowList

router = APIRouter(tags=["sites"])


@router.get("/overview")
async def get_overview(caller: Reader, services: Given) -> Overview:
    """Show the network at a glance."""
    async with services.databases.read() as connection:
        return await sites.read_overview(connection, caller.scope, now=services.clock.now())


@router.get("/now")
async def list_now(caller: Reader, services: Given) -> NowList:
    """List what waits for a person: faults, stuck sessions, stations that wait to be accepted or are away.

    Who may read the operator's money is told of payments too: what failed and is owed, refunds that failed, disputes.
    """
    with_money = not caller.scope.site_ids and permits(caller.principal, Permission.READ_MONEY)
    async with services.databases.read() as connection:
        return await now.list_now(connection, caller.scope, now=services.clock.now(), with_money=with_money)


@router.get("/overview/power")
async def get_power_curve(caller: Reader, services: Given, query: Annotated[power.PowerQuery, Query()]) -> PowerCurve:
    """Show the power of all sessions together over time."""
    async with services.databases.read() as connection:
        return await power.read_power(connection, caller.scope, query)


@router.get("/busbars")
async def list_busbars(caller: Onlooker, services: Given, query: Annotated[busbars.BusbarQuery, Query()]) -> BusbarList:
    """Show sites as single-line diagrams: their stations and what flows there now."""
    async with services.databases.read() as connection:
        return await busbars.list_busbars(connection, caller.scope, query)


@router.get("/sites")
async def list_sites(caller: Reader, services: Given, query: Annotated[sites.SiteQuery, Query()]) -> SitePage:
    """List sites with the state of their stations."""
    async with services.databases.read() as connection:
        return await sites.list_sites(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/sites", status_code=201)
async def create_site(caller: NetworkKeeper, services: Given, body: SiteBody, key: IdempotencyKey = None) -> Site:
    """Create a site."""
    demand_whole_operator(caller.principal)
    command = SaveSite(operator_id=caller.operator_id, actor=caller.actor, spec=_spec(body.model_dump()))
    site_id = await perform(services, caller, command, key=key, reply=str)
    return await _read(services, caller, site_id)


@router.get("/sites/{site_id}")
async def get_site(caller: Reader, services: Given, site_id: KeyPath) -> Site:
    """Show one site."""
    return await _read(services, caller, site_id)


@router.patch("/sites/{site_id}")
async def update_site(caller: NetworkKeeper, services: Given, site_id: KeyPath, body: SitePatch) -> Site:
    """Change a site."""
    before = await _read(services, caller, site_id)
    values = before.model_dump(include=set(SiteBody.model_fields))
    given = body.model_dump(exclude_unset=True)
    values |= {name: value for name, value in given.items() if value is not None or name == "grid_limit_w"}
    command = SaveSite(operator_id=caller.operator_id, actor=caller.actor, site_id=SiteId(site_id), spec=_spec(values))
    await services.dispatcher.dispatch(command)
    return await _read(services, caller, site_id)


@router.delete("/sites/{site_id}", status_code=204)
async def delete_site(caller: NetworkKeeper, services: Given, site_id: KeyPath) -> None:
    """Remove a site that has no stations."""
    await _read(services, caller, site_id)
    await services.dispatcher.dispatch(
        DeleteSite(operator_id=caller.operator_id, actor=caller.actor, site_id=SiteId(site_id))
    )


async def _read(services: Given, caller: Reader, site_id: str) -> Site:
    async with services.databases.read() as connection:
        return await sites.read_site(connection, caller.scope, site_id)


def _spec(values: dict[str, Any]) -> SiteSpec:
    """Make the room's form of a site; positions become whole millionths of a degree."""
    return SiteSpec(
        name=values["name"],
        address=values["address"],
        city=values["city"],
        country=values["country"],
        latitude_e6=round(values["latitude"] * 1_000_000),
        longitude_e6=round(values["longitude"] * 1_000_000),
        zone=values["time_zone"],
        days=OwnDays(
            subdivision=values["subdivision"],
            holidays=tuple(sorted(set(values["holidays"]))),
            workdays=tuple(sorted(set(values["working_days"]))),
        ),
        is_public=values["is_public"],
        grid_limit_w=values["grid_limit_w"],
        hours=_read_opening(values["hours"]),
    )


def _read_opening(hours: dict[str, Any]) -> OpeningTimes:
    """Read hours as people write them: a clock's text is minutes after midnight."""
    return OpeningTimes(
        is_always=hours.get("is_always", True),
        regular=tuple(
            WeeklyPeriod(
                weekday=each["weekday"],
                begins_min=_read_clock(each["begins"]),
                ends_min=_read_clock(each["ends"]),
            )
            for each in hours.get("regular", ())
        ),
        openings=tuple(ExceptionalPeriod(**each) for each in hours.get("openings", ())),
        closings=tuple(ExceptionalPeriod(**each) for each in hours.get("closings", ())),
    )


def _read_clock(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
