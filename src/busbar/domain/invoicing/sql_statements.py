"""Table and store of who gets monthly statements."""

from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, Integer, RowMapping, String, Table, delete, select

from busbar.canon.invoicing import BusinessParty
from busbar.canon.statements import StatementPlan
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.kernel.ids import OperatorId
from busbar.ports.work import UnitOfWork

statement_plans = Table(
    "statement_plans",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("party", String(80), primary_key=True),
    Column("buyer", Json(), nullable=False),
    Column("email", String(254), nullable=False),
    Column("language", String(40), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("first_month", String(7), nullable=False),
    Column("last_month", String(7), nullable=False),
    Column("last_at", Instant()),
    Column("last_count", Integer, nullable=False),
    Column("last_reason", String(80), nullable=False),
)


def read_plan(row: RowMapping) -> StatementPlan:
    """Return the plan of a row."""
    values = {str(name): value for name, value in row.items()}
    buyer = msgspec.json.decode(values.pop("buyer"), type=BusinessParty)
    return StatementPlan(**values, buyer=buyer)


def _is(operator_id: OperatorId, party: str) -> Any:
    return (statement_plans.c.operator_id == operator_id) & (statement_plans.c.party == party)


class SqlStatementStore:
    """`busbar.domain.invoicing.store.StatementStore` on SQL."""

    async def load_plan(self, work: UnitOfWork, operator_id: OperatorId, party: str) -> StatementPlan | None:
        """Return somebody's plan."""
        query = select(statement_plans).where(_is(operator_id, party))
        row = (await sql(work).execute(query)).mappings().first()
        return None if row is None else read_plan(row)

    async def save_plan(self, work: UnitOfWork, plan: StatementPlan) -> None:
        """Add a plan, or write its new state."""
        values = msgspec.structs.asdict(plan) | {"buyer": msgspec.json.encode(plan.buyer).decode()}
        changed = statement_plans.update().where(_is(plan.operator_id, plan.party)).values(values)
        if (await sql(work).execute(changed)).rowcount == 0:
            await sql(work).execute(statement_plans.insert().values(values))

    async def remove_plan(self, work: UnitOfWork, operator_id: OperatorId, party: str) -> None:
        """Forget somebody's plan."""
        await sql(work).execute(delete(statement_plans).where(_is(operator_id, party)))
