from fastapi import APIRouter

from busbar.api.bodies.statements import StatementPlanBody
from busbar.api.callers import MoneyKeeper, MoneyReader, SignedInDriver
from busbar.api.money import find_book
from busbar.api.parameters import KeyPath
from busbar.api.services import Given, Services
from busbar.canon.drivers import FindDriver
from busbar.canon.statements import SaveStatementPlan
from busbar.canon.tenants import FindOperator
from busbar.kernel.ids import OperatorId
from busbar.views import statements, wallets
from busbar.views.scope import Scope
from busbar.views.shapes.statements import StatementPlan

router = APIRouter(tags=["documents"])
driver_router = APIRouter(prefix="/driver", tags=["driver"])


@router.get("/companies/{company_id}/statement")
async def get_company_statement(caller: MoneyReader, services: Given, company_id: KeyPath) -> StatementPlan:
    """Show whether and how a company gets monthly statements."""
    return await _read_of_company(services, caller.operator_id, caller.scope, company_id)


@router.put("/companies/{company_id}/statement")
async def put_company_statement(
    caller: MoneyKeeper, services: Given, company_id: KeyPath, body: StatementPlanBody
) -> StatementPlan:
    """Say whether and how a company gets monthly statements: on the first of a month, over the month before."""
    await _read_of_company(services, caller.operator_id, caller.scope, company_id)
    await _save(services, caller.operator_id, caller.actor, f"company:{company_id}", body)
    return await _read_of_company(services, caller.operator_id, caller.scope, company_id)


@driver_router.get("/statement")
async def get_my_statement(caller: SignedInDriver, services: Given) -> StatementPlan:
    """Show whether and how one gets monthly statements."""
    wish = FindDriver(operator_id=caller.operator_id, driver_id=caller.driver_id)
    driver = await services.dispatcher.dispatch(wish)
    async with services.databases.read() as connection:
        return await statements.read_one(
            connection,
            caller.operator_id,
            f"driver:{caller.driver_id}",
            name=driver.display_name,
            email=driver.email or "",
            language=driver.language,
        )


@driver_router.put("/statement")
async def put_my_statement(caller: SignedInDriver, services: Given, body: StatementPlanBody) -> StatementPlan:
    """Say whether and how one gets monthly statements. Sessions that stand on one are on no other invoice."""
    await _save(services, caller.operator_id, caller.actor, f"driver:{caller.driver_id}", body)
    return await get_my_statement(caller, services)


async def _save(services: Services, operator_id: OperatorId, actor: str, party: str, body: StatementPlanBody) -> None:
    await services.dispatcher.dispatch(
        SaveStatementPlan(
            operator_id=operator_id,
            actor=actor,
            party=party,
            buyer=body.buyer.to_party(),
            email=body.email,
            language=body.language,
            is_active=body.is_active,
        )
    )


async def _read_of_company(services: Services, operator_id: OperatorId, scope: Scope, company_id: str) -> StatementPlan:
    book = await find_book(services, operator_id)
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=operator_id))
    async with services.databases.read() as connection:
        company = await wallets.read_company(connection, scope, company_id, currency=book.currency)
        return await statements.read_one(
            connection,
            operator_id,
            f"company:{company_id}",
            name=company.name,
            email="",
            language=operator.language,
        )
