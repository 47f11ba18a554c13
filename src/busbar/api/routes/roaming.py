from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from busbar.api.bodies.roaming import OwnPartyBody, PartnerBody
from busbar.api.callers import MoneyReader, PriceKeeper, Reader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.routes.documents import give_file
from busbar.api.services import Given
from busbar.canon.roaming import SavePartner, SetOwnParty
from busbar.domain.roaming.ocpi import OcpiVersion, write_cdr
from busbar.kernel.ids import PartnerId
from busbar.views import roaming
from busbar.views.shapes import roaming as shapes

router = APIRouter(tags=["roaming"])


@router.get("/roaming-party")
async def get_own_party(caller: Reader, services: Given) -> shapes.OwnParty:
    """Tell what the operator is called by its partners."""
    async with services.databases.read() as connection:
        return await roaming.read_own_party(connection, caller.scope)


@router.put("/roaming-party")
async def set_own_party(caller: PriceKeeper, services: Given, body: OwnPartyBody) -> shapes.OwnParty:
    """Say what the operator is called by its partners. Records that are made keep what stood in them."""
    wish = SetOwnParty(operator_id=caller.operator_id, actor=caller.actor, **body.model_dump())
    await services.dispatcher.dispatch(wish)
    return await get_own_party(caller, services)


@router.get("/partners")
async def list_partners(
    caller: Reader, services: Given, query: Annotated[roaming.PartnerQuery, Query()]
) -> shapes.PartnerPage:
    """List the operator's roaming partners."""
    async with services.databases.read() as connection:
        return await roaming.list_partners(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/partners", status_code=201)
async def create_partner(caller: PriceKeeper, services: Given, body: PartnerBody) -> shapes.Partner:
    """Add a roaming partner."""
    return await _save_partner(caller, services, body, partner_id=None)


@router.get("/partners/{partner_id}")
async def get_partner(caller: Reader, services: Given, partner_id: KeyPath) -> shapes.Partner:
    """Show one partner."""
    async with services.databases.read() as connection:
        return await roaming.read_partner(connection, caller.scope, partner_id)


@router.put("/partners/{partner_id}")
async def update_partner(
    caller: PriceKeeper, services: Given, partner_id: KeyPath, body: PartnerBody
) -> shapes.Partner:
    """Change a partner, or let its tokens be refused."""
    return await _save_partner(caller, services, body, partner_id=PartnerId(partner_id))


async def _save_partner(
    caller: StaffCaller, services: Given, body: PartnerBody, *, partner_id: PartnerId | None
) -> shapes.Partner:
    wish = SavePartner(operator_id=caller.operator_id, actor=caller.actor, partner_id=partner_id, **body.model_dump())
    partner = await services.dispatcher.dispatch(wish)
    async with services.databases.read() as connection:
        return await roaming.read_partner(connection, caller.scope, partner.partner_id)


# ---- records ---------------------------------------------------------------------------------------------------------

JSON_MEDIA = "application/json"
CDR: dict[int | str, dict[str, Any]] = {200: {"content": {JSON_MEDIA: {"schema": {"type": "object"}}}}}
"""What it holds is OCPI's to say."""


@router.get("/cdrs")
async def list_cdrs(
    caller: MoneyReader, services: Given, query: Annotated[roaming.CdrQuery, Query()]
) -> shapes.CdrPage:
    """List the records of partners' sessions (CDRs), and those that take such records back, the newest first."""
    async with services.databases.read() as connection:
        return await roaming.list_cdrs(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/cdrs/{cdr_id}", responses=CDR, response_class=Response)
async def get_cdr(
    caller: MoneyReader, services: Given, cdr_id: KeyPath, version: OcpiVersion = OcpiVersion.V221
) -> Response:
    """Give a record as the CDR object of an OCPI version, every number exact."""
    async with services.databases.read() as connection:
        record = await roaming.read_record(connection, caller.scope, cdr_id)
        own = await roaming.find_own_party(connection, caller.scope)
    content = write_cdr(record, version, own_party=own)
    return give_file(content, name=f"cdr-{record.cdr_id}-ocpi-{version}.json", media=JSON_MEDIA)
