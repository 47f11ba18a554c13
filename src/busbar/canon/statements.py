"""Monthly statements: who gets one, made out to whom, and mailed where."""

from datetime import datetime

from busbar.canon.invoicing import BusinessParty
from busbar.canon.message import Command, Noun
from busbar.kernel.ids import DocumentId, OperatorId, SessionId


class StatementPlan(Noun, frozen=True, kw_only=True):
    """A company or a driver for whom a statement is written on the first of each month, over the month before."""

    operator_id: OperatorId
    party: str
    """`company:ID` or `driver:ID`."""
    buyer: BusinessParty
    email: str = ""
    """Where it is mailed; empty: nowhere, it stands among the documents."""
    language: str = "en"
    is_active: bool = True
    first_month: str
    """`2026-11`: the month in which it was asked for; none before it is stated."""
    last_month: str = ""
    """The last one that was stated."""
    last_at: datetime | None = None
    last_count: int = 0
    """Documents of that month: one for each currency; 0: nobody charged."""
    last_reason: str = ""
    """The code of what went wrong the last time."""


class SaveStatementPlan(Command[StatementPlan], frozen=True, kw_only=True):
    """Say whether and how somebody gets monthly statements.

    Errors: `invalid.buyer` (fact `field`), `invalid.email`, `invalid.language`, `not_found.driver`.
    """

    operator_id: OperatorId
    actor: str
    party: str
    buyer: BusinessParty
    email: str = ""
    language: str = "en"
    is_active: bool = True


class WriteStatement(Command[DocumentId], frozen=True, kw_only=True):
    """Write the statement of a month over sessions and, where it is wished for, have it mailed; both or neither.

    A repeat with the same first session answers the same document. Errors: as `IssueInvoice`, and
    `not_found.statement_plan`.
    """

    operator_id: OperatorId
    party: str
    month: str
    session_ids: tuple[SessionId, ...]


class NoteStatement(Command[None], frozen=True, kw_only=True):
    """Write down that somebody's month was stated, or why it could not be; a month is noted once."""

    operator_id: OperatorId
    party: str
    month: str
    count: int = 0
    reason: str = ""
    """Empty: it was stated. Else the month stays open."""
