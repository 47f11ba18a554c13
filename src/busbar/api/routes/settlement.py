from typing import Annotated

from fastapi import APIRouter, Query, Response

from busbar.api.bodies.money import ReasonBody
from busbar.api.bodies.settlement import (
    AgreementBody,
    AgreementEndBody,
    PaidBody,
    PayeeBody,
    PayoutBody,
    ReturnedBody,
    SettlementRunBody,
    SettlementTermsBody,
)
from busbar.api.callers import MoneyKeeper, MoneyReader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.routes.documents import CSV_MEDIA, PDF_MEDIA, XML_MEDIA, Language, describe_file, give_file
from busbar.api.services import Given
from busbar.canon.settlement import (
    ApproveSettlement,
    CancelPayout,
    CancelSettlement,
    EndAgreement,
    MakeAgreement,
    MakePayout,
    MarkSettlementPaid,
    MarkSettlementReturned,
    RunSettlements,
    SavePayee,
    SetSettlementTerms,
    SettlementTerms,
    Shares,
)
from busbar.canon.tenants import FindOperator
from busbar.kernel.ids import AgreementId, PayeeId, PayoutId, SettlementId, SiteId
from busbar.views import documents, settlement
from busbar.views.paper.sepa import PAYOUT_HEAD, list_payments, write_pain001
from busbar.views.paper.settling import HEAD, list_cells, write_statement
from busbar.views.paper.sheets import write_csv
from busbar.views.shapes import settlement as shapes

router = APIRouter(tags=["settlement"])


@router.get("/settlement-terms")
async def get_settlement_terms(caller: MoneyReader, services: Given) -> shapes.SettlementTerms:
    """Tell how the operator settles."""
    async with services.databases.read() as connection:
        return await settlement.read_terms(connection, caller.scope)


@router.put("/settlement-terms")
async def set_settlement_terms(
    caller: MoneyKeeper, services: Given, body: SettlementTermsBody
) -> shapes.SettlementTerms:
    """Decide how the operator settles, and from which account it pays."""
    terms = SettlementTerms(**body.model_dump())
    await services.dispatcher.dispatch(
        SetSettlementTerms(operator_id=caller.operator_id, actor=caller.actor, terms=terms)
    )
    return await get_settlement_terms(caller, services)


# ---- payees and agreements -------------------------------------------------------------------------------------------


@router.get("/payees")
async def list_payees(
    caller: MoneyReader, services: Given, query: Annotated[settlement.PayeeQuery, Query()]
) -> shapes.PayeePage:
    """List whom the revenue is shared with."""
    async with services.databases.read() as connection:
        return await settlement.list_payees(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/payees", status_code=201)
async def create_payee(caller: MoneyKeeper, services: Given, body: PayeeBody) -> shapes.Payee:
    """Add somebody who gets a part of the revenue."""
    return await _save_payee(caller, services, body, payee_id=None)


@router.get("/payees/{payee_id}")
async def get_payee(caller: MoneyReader, services: Given, payee_id: KeyPath) -> shapes.Payee:
    """Show one payee."""
    async with services.databases.read() as connection:
        return await settlement.read_payee(connection, caller.scope, payee_id)


@router.put("/payees/{payee_id}")
async def update_payee(caller: MoneyKeeper, services: Given, payee_id: KeyPath, body: PayeeBody) -> shapes.Payee:
    """Change a payee. Pay-outs that are made keep what stood in them."""
    return await _save_payee(caller, services, body, payee_id=PayeeId(payee_id))


async def _save_payee(
    caller: StaffCaller, services: Given, body: PayeeBody, *, payee_id: PayeeId | None
) -> shapes.Payee:
    wish = SavePayee(operator_id=caller.operator_id, actor=caller.actor, payee_id=payee_id, **body.model_dump())
    payee = await services.dispatcher.dispatch(wish)
    async with services.databases.read() as connection:
        return await settlement.read_payee(connection, caller.scope, payee.payee_id)


@router.get("/agreements")
async def list_agreements(
    caller: MoneyReader, services: Given, query: Annotated[settlement.AgreementQuery, Query()]
) -> shapes.AgreementPage:
    """List what payees get, the newest first."""
    async with services.databases.read() as connection:
        return await settlement.list_agreements(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/agreements", status_code=201)
async def make_agreement(
    caller: MoneyKeeper, services: Given, body: AgreementBody, key: IdempotencyKey = None
) -> shapes.Agreement:
    """Agree on what a payee gets. Its earlier agreement for the same site gives way from that day on."""
    agreement = await services.dispatcher.dispatch(
        MakeAgreement(
            agreement_id=AgreementId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            actor=caller.actor,
            payee_id=PayeeId(body.payee_id),
            site_id=None if body.site_id is None else SiteId(body.site_id),
            shares=Shares(**body.shares.model_dump()),
            valid_from=body.valid_from,
            valid_until=body.valid_until,
            note=body.note,
        )
    )
    return await _read_agreement(caller, services, agreement.agreement_id)


@router.post("/agreements/{agreement_id}/end")
async def end_agreement(
    caller: MoneyKeeper, services: Given, agreement_id: KeyPath, body: AgreementEndBody
) -> shapes.Agreement:
    """Let an agreement end."""
    await services.dispatcher.dispatch(
        EndAgreement(
            operator_id=caller.operator_id,
            actor=caller.actor,
            agreement_id=AgreementId(agreement_id),
            valid_until=body.valid_until,
        )
    )
    return await _read_agreement(caller, services, agreement_id)


async def _read_agreement(caller: StaffCaller, services: Given, agreement_id: str) -> shapes.Agreement:
    async with services.databases.read() as connection:
        return await settlement.read_agreement(connection, caller.scope, agreement_id)


# ---- settlements -----------------------------------------------------------------------------------------------------


@router.get("/settlements")
async def list_settlements(
    caller: MoneyReader, services: Given, query: Annotated[settlement.SettlementQuery, Query()]
) -> shapes.SettlementPage:
    """List settlements, those of the newest period first."""
    async with services.databases.read() as connection:
        return await settlement.list_settlements(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/settlements/run")
async def run_settlements(caller: MoneyKeeper, services: Given, body: SettlementRunBody) -> shapes.SettlementRun:
    """Settle a period that is over: drafts for every payee, made anew where there are some."""
    made = await services.dispatcher.dispatch(
        RunSettlements(operator_id=caller.operator_id, actor=caller.actor, period=body.period, day=body.day)
    )
    async with services.databases.read() as connection:
        return shapes.SettlementRun(settlements=await settlement.read_settlements(connection, caller.scope, list(made)))


@router.get("/settlements/{settlement_id}")
async def get_settlement(caller: MoneyReader, services: Given, settlement_id: KeyPath) -> shapes.SettlementDetail:
    """Show a settlement with its lines."""
    async with services.databases.read() as connection:
        return await settlement.read_settlement(connection, caller.scope, settlement_id)


@router.get("/settlements/{settlement_id}/csv", response_class=Response, responses=describe_file(CSV_MEDIA))
async def get_settlement_csv(caller: MoneyReader, services: Given, settlement_id: KeyPath) -> Response:
    """Give a settlement's lines as CSV."""
    found = await get_settlement(caller, services, settlement_id)
    return give_file(write_csv(HEAD, list_cells(found)), name=f"{found.reference}.csv", media=CSV_MEDIA)


@router.get("/settlements/{settlement_id}/pdf", response_class=Response, responses=describe_file(PDF_MEDIA))
async def get_settlement_pdf(
    caller: MoneyReader, services: Given, settlement_id: KeyPath, language: Language = None
) -> Response:
    """Give a settlement as a statement for its payee."""
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    async with services.databases.read() as connection:
        found = await settlement.read_settlement(connection, caller.scope, settlement_id)
        payee = await settlement.read_payee(connection, caller.scope, found.payee_id)
        paper = await documents.read_paper(connection, caller.scope)
    spoken = language or operator.language
    content = write_statement(found, payee, author=operator.name, paper=paper, language=spoken)
    return give_file(content, name=f"{found.reference}.pdf", media=PDF_MEDIA)


@router.post("/settlements/{settlement_id}/approve")
async def approve_settlement(caller: MoneyKeeper, services: Given, settlement_id: KeyPath) -> shapes.SettlementDetail:
    """Approve a draft and post it. Whoever made it cannot, nor can an API key."""
    await services.dispatcher.dispatch(
        ApproveSettlement(operator_id=caller.operator_id, actor=caller.actor, settlement_id=SettlementId(settlement_id))
    )
    return await get_settlement(caller, services, settlement_id)


@router.post("/settlements/{settlement_id}/cancel")
async def cancel_settlement(
    caller: MoneyKeeper, services: Given, settlement_id: KeyPath, body: ReasonBody
) -> shapes.SettlementDetail:
    """Give a settlement up. What was posted is moved back, by another person than the one who approved it."""
    await services.dispatcher.dispatch(
        CancelSettlement(
            operator_id=caller.operator_id,
            actor=caller.actor,
            settlement_id=SettlementId(settlement_id),
            reason=body.reason,
        )
    )
    return await get_settlement(caller, services, settlement_id)


@router.post("/settlements/{settlement_id}/paid")
async def mark_settlement_paid(
    caller: MoneyKeeper, services: Given, settlement_id: KeyPath, body: PaidBody
) -> shapes.SettlementDetail:
    """Note that the bank paid it."""
    await services.dispatcher.dispatch(
        MarkSettlementPaid(
            operator_id=caller.operator_id,
            actor=caller.actor,
            settlement_id=SettlementId(settlement_id),
            paid_on=body.paid_on,
        )
    )
    return await get_settlement(caller, services, settlement_id)


@router.post("/settlements/{settlement_id}/returned")
async def mark_settlement_returned(
    caller: MoneyKeeper, services: Given, settlement_id: KeyPath, body: ReturnedBody
) -> shapes.SettlementDetail:
    """Note that the bank refused it or sent it back; it can be paid out again."""
    await services.dispatcher.dispatch(
        MarkSettlementReturned(
            operator_id=caller.operator_id,
            actor=caller.actor,
            settlement_id=SettlementId(settlement_id),
            reason=body.reason,
        )
    )
    return await get_settlement(caller, services, settlement_id)


# ---- pay-outs --------------------------------------------------------------------------------------------------------


@router.get("/payouts")
async def list_payouts(
    caller: MoneyReader, services: Given, query: Annotated[settlement.PayoutQuery, Query()]
) -> shapes.PayoutPage:
    """List pay-outs, the newest first."""
    async with services.databases.read() as connection:
        return await settlement.list_payouts(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/payouts", status_code=201)
async def make_payout(
    caller: MoneyKeeper, services: Given, body: PayoutBody, key: IdempotencyKey = None
) -> shapes.PayoutDetail:
    """Pay approved settlements together."""
    payout = await services.dispatcher.dispatch(
        MakePayout(
            payout_id=PayoutId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            actor=caller.actor,
            settlement_ids=tuple(SettlementId(each) for each in body.settlement_ids),
            execution_on=body.execution_on,
        )
    )
    return await get_payout(caller, services, payout.payout_id)


@router.get("/payouts/{payout_id}")
async def get_payout(caller: MoneyReader, services: Given, payout_id: KeyPath) -> shapes.PayoutDetail:
    """Show a pay-out with its payments."""
    async with services.databases.read() as connection:
        return await settlement.read_payout(connection, caller.scope, payout_id)


@router.get("/payouts/{payout_id}/sepa", response_class=Response, responses=describe_file(XML_MEDIA))
async def get_payout_sepa(caller: MoneyKeeper, services: Given, payout_id: KeyPath) -> Response:
    """Give a pay-out as a SEPA credit transfer file (pain.001.001.09)."""
    payout = await get_payout(caller, services, payout_id)
    content = write_pain001(payout, made_at=payout.created_at)
    return give_file(content, name=f"{payout.reference}.xml", media=XML_MEDIA)


@router.get("/payouts/{payout_id}/csv", response_class=Response, responses=describe_file(CSV_MEDIA))
async def get_payout_csv(caller: MoneyKeeper, services: Given, payout_id: KeyPath) -> Response:
    """Give a pay-out's payments as CSV."""
    payout = await get_payout(caller, services, payout_id)
    content = write_csv(PAYOUT_HEAD, list_payments(payout))
    return give_file(content, name=f"{payout.reference}.csv", media=CSV_MEDIA)


@router.post("/payouts/{payout_id}/cancel")
async def cancel_payout(caller: MoneyKeeper, services: Given, payout_id: KeyPath) -> shapes.PayoutDetail:
    """Give a pay-out up of which nothing is paid."""
    await services.dispatcher.dispatch(
        CancelPayout(operator_id=caller.operator_id, actor=caller.actor, payout_id=PayoutId(payout_id))
    )
    return await get_payout(caller, services, payout_id)
