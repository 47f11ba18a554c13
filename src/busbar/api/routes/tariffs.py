from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query

from busbar.api.bodies.body import Key
from busbar.api.bodies.pricing import AssignmentBody, PreviewBody, PublishBody, TariffBody, WhatIfBody
from busbar.api.callers import PriceKeeper, Reader, StaffCaller
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, StationPath
from busbar.api.prices import QuoteQuery, read_quote
from busbar.api.services import Given
from busbar.canon import tariffs as commands
from busbar.canon import what_if
from busbar.canon.tariffs import AssignTariff, CreateTariff, EditTariff, PublishTariff, RetireTariff, UnassignTariff
from busbar.canon.tenants import FindOperator
from busbar.canon.what_if import AskWhatIf
from busbar.kernel.ids import AssignmentId, DriverId, SiteId, TariffId
from busbar.rating import coding
from busbar.rating.taxes import fill_taxes
from busbar.views import drivers, pricing, quotes, sites, stations, tariffs, what_ifs
from busbar.views.shapes.pricing import (
    Assignment,
    AssignmentPage,
    Quote,
    StationDisplay,
    Tariff,
    TariffPage,
    TariffPreview,
    TariffVersion,
    TariffVersionPage,
    WhatIf,
    WhatIfPage,
)

router = APIRouter(tags=["tariffs"])

VersionPath = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/tariffs")
async def list_tariffs(caller: Reader, services: Given, query: Annotated[tariffs.TariffQuery, Query()]) -> TariffPage:
    """List the operator's tariffs."""
    async with services.databases.read() as connection:
        return await tariffs.list_tariffs(
            connection, caller.scope, query, limit=bound_rows(services, query), now=services.clock.now()
        )


@router.post("/tariffs", status_code=201)
async def create_tariff(caller: PriceKeeper, services: Given, body: TariffBody, key: IdempotencyKey = None) -> Tariff:
    """Write the draft of a new tariff. Nobody pays it before it is published and assigned."""
    wish = CreateTariff(operator_id=caller.operator_id, actor=caller.actor, name=body.name, content_json=_encode(body))
    made = await perform(services, caller, wish, key=key, reply=commands.Tariff)
    return await _read(services, caller, made.tariff_id)


@router.post("/tariffs/preview")
async def preview_tariff(caller: Reader, services: Given, body: PreviewBody) -> TariffPreview:
    """Show a tariff in words, as a picture of the week and by an example, before it is written. Keeps nothing."""
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    now = services.clock.now()
    charge = quotes.Charge(energy_wh=body.energy_wh, duration_s=body.duration_s, starts_at=body.starts_at or now)
    async with services.databases.read() as connection:
        taxes = await quotes.find_rates(connection, caller.operator_id)
    terms = fill_taxes(coding.decode(msgspec.json.encode(body.terms)), taxes)
    return quotes.preview(
        terms, zone=body.time_zone or operator.zone, country=body.country or "", charge=charge, now=charge.starts_at
    )


class OwnQuoteQuery(QuoteQuery):
    """For whom as well."""

    driver_id: Key | None = None
    token_group: Annotated[str, Query(min_length=1, max_length=120)] | None = None


@router.get("/stations/{station_id}/quote")
async def get_station_quote(
    caller: Reader,
    services: Given,
    station_id: StationPath,
    query: Annotated[OwnQuoteQuery, Query()],
) -> Quote:
    """Show what a charge costs that begins there now: for a driver, for tokens of a group, or for anybody.

    Tariff and offers are those that the session would have.

    Errors: `not_found.tariff_there` where nothing is assigned.
    """
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
        if query.driver_id is not None:
            await drivers.check_driver(connection, caller.scope, query.driver_id)
    whose = None if query.driver_id is None else DriverId(query.driver_id)
    return await read_quote(services, caller.operator_id, station_id, query, driver_id=whose, group=query.token_group)


@router.get("/stations/{station_id}/display")
async def get_station_display(caller: Reader, services: Given, station_id: StationPath) -> StationDisplay:
    """Show what the station can show of prices, what it was told last, and what it answered."""
    async with services.databases.read() as connection:
        station = await stations.read_station(connection, caller.scope, station_id)
        return await pricing.read_display(connection, station_id, operator_id=station.operator_id)


@router.get("/tariffs/{tariff_id}")
async def get_tariff(caller: Reader, services: Given, tariff_id: KeyPath) -> Tariff:
    """Show a tariff: its draft, and what is published."""
    return await _read(services, caller, tariff_id)


@router.put("/tariffs/{tariff_id}")
async def edit_tariff(caller: PriceKeeper, services: Given, tariff_id: KeyPath, body: TariffBody) -> Tariff:
    """Change a tariff's draft; published versions stay as they are."""
    await services.dispatcher.dispatch(
        EditTariff(
            operator_id=caller.operator_id,
            actor=caller.actor,
            tariff_id=TariffId(tariff_id),
            name=body.name,
            content_json=_encode(body),
        )
    )
    return await _read(services, caller, tariff_id)


@router.post("/tariffs/{tariff_id}/publish")
async def publish_tariff(
    caller: PriceKeeper, services: Given, tariff_id: KeyPath, body: PublishBody, key: IdempotencyKey = None
) -> TariffVersion:
    """Make the draft the next version. Sessions that began before keep theirs."""
    wish = PublishTariff(
        operator_id=caller.operator_id,
        actor=caller.actor,
        tariff_id=TariffId(tariff_id),
        valid_from=body.valid_from,
    )
    made = await perform(services, caller, wish, key=key, reply=commands.TariffVersion)
    async with services.databases.read() as connection:
        return await tariffs.read_version(connection, caller.scope, made.tariff_id, made.version)


@router.post("/tariffs/{tariff_id}/retire")
async def retire_tariff(caller: PriceKeeper, services: Given, tariff_id: KeyPath) -> Tariff:
    """Let no session begin with a tariff any more; its assignments are ended before."""
    await services.dispatcher.dispatch(
        RetireTariff(operator_id=caller.operator_id, actor=caller.actor, tariff_id=TariffId(tariff_id))
    )
    return await _read(services, caller, tariff_id)


@router.get("/tariffs/{tariff_id}/versions")
async def list_tariff_versions(
    caller: Reader, services: Given, tariff_id: KeyPath, query: Annotated[tariffs.VersionQuery, Query()]
) -> TariffVersionPage:
    """List what a tariff said and says, the newest first."""
    async with services.databases.read() as connection:
        await tariffs.read_tariff(connection, caller.scope, tariff_id, now=services.clock.now())
        return await tariffs.list_versions(
            connection, caller.scope, tariff_id, query, limit=bound_rows(services, query)
        )


@router.get("/tariffs/{tariff_id}/versions/{version}")
async def get_tariff_version(
    caller: Reader, services: Given, tariff_id: KeyPath, version: VersionPath
) -> TariffVersion:
    """Show one version of a tariff."""
    async with services.databases.read() as connection:
        return await tariffs.read_version(connection, caller.scope, tariff_id, version)


@router.post("/tariffs/{tariff_id}/what-ifs", status_code=202)
async def ask_what_if(
    caller: PriceKeeper, services: Given, tariff_id: KeyPath, body: WhatIfBody, key: IdempotencyKey = None
) -> WhatIf:
    """Ask what the sessions of a period would have cost under the tariff's draft. A job answers.

    It shows how far it is. Without offers; sessions in another currency are left out. Nothing of theirs is changed.
    """
    if body.site_id is not None:
        async with services.databases.read() as connection:
            await sites.read_site(connection, caller.scope, body.site_id)
    wish = AskWhatIf(
        operator_id=caller.operator_id,
        actor=caller.actor,
        tariff_id=TariffId(tariff_id),
        since=body.since,
        until=body.until,
        site_id=None if body.site_id is None else SiteId(body.site_id),
    )
    made = await perform(services, caller, wish, key=key, reply=what_if.WhatIf)
    async with services.databases.read() as connection:
        return await what_ifs.read_what_if(connection, caller.scope, made.what_if_id)


@router.get("/what-ifs")
async def list_what_ifs(
    caller: PriceKeeper, services: Given, query: Annotated[what_ifs.WhatIfQuery, Query()]
) -> WhatIfPage:
    """List questions about past sessions with their answers, the newest first."""
    async with services.databases.read() as connection:
        return await what_ifs.list_what_ifs(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/what-ifs/{what_if_id}")
async def get_what_if(caller: PriceKeeper, services: Given, what_if_id: KeyPath) -> WhatIf:
    """Show a question with what is known of its answer: by site, hour and driver group."""
    async with services.databases.read() as connection:
        return await what_ifs.read_what_if(connection, caller.scope, what_if_id)


@router.get("/tariff-assignments")
async def list_tariff_assignments(
    caller: Reader, services: Given, query: Annotated[tariffs.AssignmentQuery, Query()]
) -> AssignmentPage:
    """List what tariffs are assigned to, the newest first."""
    async with services.databases.read() as connection:
        return await tariffs.list_assignments(
            connection, caller.scope, query, limit=bound_rows(services, query), now=services.clock.now()
        )


@router.post("/tariff-assignments", status_code=201)
async def assign_tariff(
    caller: PriceKeeper, services: Given, body: AssignmentBody, key: IdempotencyKey = None
) -> Assignment:
    """Let a tariff be that of a driver, group, company, plan, connector, station, site, or of the whole operator.

    Of several that fit a session the narrowest rules, in this order.
    """
    async with services.databases.read() as connection:
        await tariffs.check_subject(connection, caller.scope, body.scope, body.subject)
    wish = AssignTariff(
        operator_id=caller.operator_id,
        actor=caller.actor,
        tariff_id=TariffId(body.tariff_id),
        scope=body.scope,
        subject=body.subject,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
    )
    made = await perform(services, caller, wish, key=key, reply=commands.Assignment)
    return await _read_assignment(services, caller, made.assignment_id)


@router.delete("/tariff-assignments/{assignment_id}")
async def unassign_tariff(caller: PriceKeeper, services: Given, assignment_id: KeyPath) -> Assignment:
    """End an assignment now. It stays in the list, so that it can be said whose tariff it was."""
    await services.dispatcher.dispatch(
        UnassignTariff(operator_id=caller.operator_id, actor=caller.actor, assignment_id=AssignmentId(assignment_id))
    )
    return await _read_assignment(services, caller, assignment_id)


def _encode(body: TariffBody) -> str:
    return msgspec.json.encode(body.terms).decode()


async def _read(services: Given, caller: StaffCaller, tariff_id: str) -> Tariff:
    async with services.databases.read() as connection:
        return await tariffs.read_tariff(connection, caller.scope, tariff_id, now=services.clock.now())


async def _read_assignment(services: Given, caller: StaffCaller, assignment_id: str) -> Assignment:
    async with services.databases.read() as connection:
        return await tariffs.read_assignment(connection, caller.scope, assignment_id, now=services.clock.now())
