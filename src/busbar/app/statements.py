"""The job that writes monthly statements and has them mailed, and the writer of their letters."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

import msgspec
import structlog
from sqlalchemy import select

from busbar.app.letters import Draft
from busbar.app.report_letters import say_period
from busbar.canon.invoicing import Document, DocumentKind
from busbar.canon.mail import Letter
from busbar.canon.statements import NoteStatement, StatementPlan, WriteStatement
from busbar.canon.tenants import Operator
from busbar.db.engine import Databases
from busbar.domain.invoicing.model import SESSIONS_MAX
from busbar.domain.invoicing.months import find_bounds, list_due, name_month_before
from busbar.domain.invoicing.sql import documents
from busbar.domain.invoicing.sql_statements import read_plan, statement_plans
from busbar.domain.ledger.tables import receivables
from busbar.domain.mail.texts import choose_language
from busbar.domain.tenants.sql import operators
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, UnavailableError
from busbar.kernel.ids import SessionId
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.mailer import Attachment
from busbar.rating.lines import count_digits
from busbar.rating.totals import to_major
from busbar.views import documents as papers
from busbar.views.paper.pdf import write_pdf
from busbar.views.paper.words import write_decimal
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope

log = structlog.get_logger(__name__)

MONTHS_PER_RUN = 24
COUNTS = {"en": "sessions: {count}", "it": "sessioni: {count}", "zh": "{count} 个订单"}


class Statements:
    """Writes the statements that are due; see `busbar.domain.invoicing`."""

    def __init__(self, *, databases: Databases, dispatcher: Dispatcher, clock: Clock) -> None:
        self._databases = databases
        self._dispatcher = dispatcher
        self._clock = clock

    async def write_due(self) -> None:
        """Write what is due of everybody. What is cut short goes on at the next run: nobody gets a statement twice."""
        query = (
            select(statement_plans, operators.c.zone)
            .join(operators, operators.c.operator_id == statement_plans.c.operator_id)
            .where(statement_plans.c.is_active)
            .order_by(statement_plans.c.operator_id, statement_plans.c.party)
        )
        async with self._databases.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        now = self._clock.now()
        for row in rows:
            values = dict(row)
            zone = values.pop("zone")
            plan = read_plan(values)  # pyright: ignore[reportArgumentType] - a row without the zone
            over = name_month_before(now, zone=zone)
            for month in list_due(plan.first_month, plan.last_month, over=over)[:MONTHS_PER_RUN]:
                if not await self._state(plan, month, zone=zone):
                    break

    async def _state(self, plan: StatementPlan, month: str, *, zone: str) -> bool:
        """State one month of somebody; False: it could not be, and stays open."""
        count, reason = 0, ""
        try:
            for session_ids in await self._gather(plan, month, zone=zone):
                wish = WriteStatement(
                    operator_id=plan.operator_id, party=plan.party, month=month, session_ids=tuple(session_ids)
                )
                await self._dispatcher.dispatch(wish)
                count += 1
        except UnavailableError:
            raise
        except BusbarError as error:
            reason = error.code
            log.warning("statement.failed", party=plan.party, month=month, code=error.code)
        note = NoteStatement(operator_id=plan.operator_id, party=plan.party, month=month, count=count, reason=reason)
        await self._dispatcher.dispatch(note)
        return not reason

    async def _gather(self, plan: StatementPlan, month: str, *, zone: str) -> list[list[SessionId]]:
        """Return the sessions of each statement that is still to be written: of one currency, and so many at most."""
        since, until = find_bounds(month, zone=zone)
        table = documents.c
        query = (
            select(table.session_id, table.currency)
            .where(
                table.operator_id == plan.operator_id,
                table.kind == DocumentKind.RECEIPT.value,
                table.invoice_id.is_(None),
                table.credit_id.is_(None),
                table.request_id.is_(None),
                table.issued_at >= since,
                table.issued_at < until,
            )
            .order_by(table.currency, table.issued_at, table.document_id)
        )
        kind, _, key = plan.party.partition(":")
        owed_by_company = select(receivables.c.session_id).where(receivables.c.session_id.is_not(None))
        if kind == "company":
            query = query.where(table.session_id.in_(owed_by_company.where(receivables.c.debtor == plan.party)))
        else:
            is_company = receivables.c.debtor.startswith("company:")
            query = query.where(table.driver_id == key, table.session_id.not_in(owed_by_company.where(is_company)))
        async with self._databases.read() as connection:
            rows = (await connection.execute(query)).all()
        return [part for _, group in groupby(rows, key=_read_currency) for part in _cut(list(group))]

    async def write_letter(self, letter: Letter, operator: Operator) -> Draft:
        """Write the letter of a statement, with its paper. Errors: `not_found.document`."""
        reader = papers.StaffReader(Scope(operator_id=letter.operator_id))
        async with self._databases.read() as connection:
            document, place, profile = await papers.read_for_paper(connection, reader, letter.about.partition(":")[2])
        content = write_pdf(document, place=place, paper=papers.choose_paper(profile), language=None)
        return Draft(
            values=_say(document, letter, operator),
            attachments=(Attachment(name=f"{document.reference}.pdf", media="application/pdf", content=content),),
        )


def _say(document: Document, letter: Letter, operator: Operator) -> dict[str, str]:
    spoken = choose_language(letter.language)
    month = msgspec.json.decode(letter.detail_json, type=_Detail).month
    since, until = find_bounds(month, zone=operator.zone)
    amount = to_major(document.totals.gross, document.currency)
    energy = write_decimal(Decimal(document.energy_wh).scaleb(-3), spoken, decimals=1)
    return {
        "name": document.buyer.name if document.buyer else "",
        "reference": document.reference,
        "period": say_period(since, until, zone=operator.zone, language=letter.language),
        "sessions": COUNTS[spoken].format(count=len(document.session_ids)),
        "energy": f"{energy} kWh",
        "amount": f"{write_decimal(amount, spoken, decimals=count_digits(document.currency))} {document.currency}",
    }


class _Detail(msgspec.Struct, frozen=True):
    month: str


def _read_currency(row: AnyRow) -> str:
    return row.currency


def _cut(rows: Sequence[AnyRow]) -> list[list[SessionId]]:
    """Cut sessions into as many statements as they need."""
    ids = [SessionId(row.session_id) for row in rows]
    return [ids[start : start + SESSIONS_MAX] for start in range(0, len(ids), SESSIONS_MAX)]
