"""Who gets monthly statements."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.invoicing import BusinessParty
from busbar.canon.statements import StatementPlan as Plan
from busbar.domain.invoicing.sql_statements import read_plan, statement_plans
from busbar.kernel.ids import OperatorId
from busbar.views.shapes.documents import Party
from busbar.views.shapes.statements import StatementPlan


async def read_one(
    connection: AsyncConnection, operator_id: OperatorId, party: str, *, name: str, email: str, language: str
) -> StatementPlan:
    """Return somebody's plan; where there is none, what it would begin with."""
    table = statement_plans.c
    query = select(statement_plans).where(table.operator_id == operator_id, table.party == party)
    row = (await connection.execute(query)).mappings().first()
    plan = (
        read_plan(row)
        if row is not None
        else Plan(
            operator_id=operator_id,
            party=party,
            buyer=BusinessParty(name=name),
            email=email,
            language=language,
            is_active=False,
            first_month="",
        )
    )
    return StatementPlan(
        is_active=plan.is_active,
        buyer=Party.model_validate(plan.buyer),
        email=plan.email,
        language=plan.language,
        last_month=plan.last_month,
        last_at=plan.last_at,
        last_count=plan.last_count,
        last_reason=plan.last_reason,
    )
