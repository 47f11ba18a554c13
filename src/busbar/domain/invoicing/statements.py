"""Who gets monthly statements: plans, as people wish them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.drivers import DriverErased, FindDriver
from busbar.canon.invoicing import IssueInvoice
from busbar.canon.mail import LetterKind, SendLetter
from busbar.canon.message import Fact, Message
from busbar.canon.statements import NoteStatement, SaveStatementPlan, StatementPlan, WriteStatement
from busbar.canon.tenants import FindOperator, RecordAudit
from busbar.domain.invoicing import model
from busbar.domain.invoicing.months import name_month, name_statement
from busbar.domain.invoicing.service import InvoicingService
from busbar.domain.invoicing.store import StatementStore
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import DocumentId, DriverId, LetterId
from busbar.kernel.person import read_language
from busbar.ports.mailer import read_address
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
DRIVER = "driver:"
ACTOR = "system:statements"


class PlanMissingError(NotFoundError):
    """Nobody wishes for such statements."""

    code = "not_found.statement_plan"


class StatementService:
    """Keeps plans, and notes which months were stated."""

    def __init__(self, *, store: StatementStore, invoicing: InvoicingService) -> None:
        self._store = store
        self._invoicing = invoicing

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this part of the room."""
        return {SaveStatementPlan: self.save, WriteStatement: self.write, NoteStatement: self.note}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Return what this part of the room wants to hear."""
        return [(DriverErased, "invoicing.driver_erased", self.hear_erased)]

    async def save(self, command: SaveStatementPlan, work: UnitOfWork) -> StatementPlan:
        """Say whether and how somebody gets monthly statements."""
        if command.party.startswith(DRIVER):
            driver_id = DriverId(command.party.removeprefix(DRIVER))
            await work.ask(FindDriver(operator_id=command.operator_id, driver_id=driver_id))
        zone = (await work.ask(FindOperator(operator_id=command.operator_id))).zone
        before = await self._store.load_plan(work, command.operator_id, command.party)
        is_begun = before is not None and before.is_active
        plan = StatementPlan(
            operator_id=command.operator_id,
            party=command.party,
            buyer=model.read_buyer(command.buyer),
            email=read_address(command.email) if command.email else "",
            language=read_language(command.language),
            is_active=command.is_active,
            first_month=before.first_month if before and is_begun else name_month(work.now, zone=zone),
            last_month=before.last_month if before and is_begun else "",
        )
        if before is not None:
            plan = msgspec.structs.replace(
                plan, last_at=before.last_at, last_count=before.last_count, last_reason=before.last_reason
            )
        await self._store.save_plan(work, plan)
        await work.ask(
            RecordAudit(
                operator_id=command.operator_id,
                actor=command.actor,
                action="statement_plan.save",
                subject=command.party,
            )
        )
        return plan

    async def write(self, command: WriteStatement, work: UnitOfWork) -> DocumentId:
        """Write a statement and, where it is wished for, have it mailed."""
        plan = await self._store.load_plan(work, command.operator_id, command.party)
        if plan is None:
            raise PlanMissingError("nobody wishes for this statement")
        first = command.session_ids[0] if command.session_ids else ""
        document = await self._invoicing.issue_invoice(
            IssueInvoice(
                document_id=name_statement(command.operator_id, command.party, command.month, first),
                operator_id=command.operator_id,
                actor=ACTOR,
                session_ids=command.session_ids,
                buyer=plan.buyer,
                language=plan.language,
                is_statement=True,
            ),
            work,
        )
        if plan.email:
            await self._mail(work, plan, document.document_id, command.month)
        return document.document_id

    async def _mail(self, work: UnitOfWork, plan: StatementPlan, document_id: DocumentId, month: str) -> None:
        wish = SendLetter(
            letter_id=LetterId(document_id),
            operator_id=plan.operator_id,
            kind=LetterKind.STATEMENT,
            recipient=plan.email,
            language=plan.language,
            person=plan.party if plan.party.startswith(DRIVER) else "",
            about=f"document:{document_id}",
            detail_json=msgspec.json.encode({"month": month}).decode(),
        )
        try:
            await work.ask(wish)
        except ConflictError:  # mail is off: the statement stands among the documents
            return

    async def note(self, command: NoteStatement, work: UnitOfWork) -> None:
        """Write down that somebody's month was stated, or why it could not be."""
        plan = await self._store.load_plan(work, command.operator_id, command.party)
        if plan is None or plan.last_month >= command.month:
            return
        noted = msgspec.structs.replace(
            plan,
            last_month=plan.last_month if command.reason else command.month,
            last_at=work.now,
            last_count=command.count,
            last_reason=command.reason,
        )
        await self._store.save_plan(work, noted)

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Forget how a driver who is no more got statements; those that were written stay."""
        await self._store.remove_plan(work, fact.operator_id, f"{DRIVER}{fact.driver_id}")
