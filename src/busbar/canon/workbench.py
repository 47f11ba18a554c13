"""What staff set up for themselves in the console."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.kernel.ids import OperatorId, ViewId


class ListName(StrEnum):
    """Which list a view is of."""

    STATIONS = "stations"
    SITES = "sites"
    SESSIONS = "sessions"
    DRIVERS = "drivers"
    TOKENS = "tokens"
    PAYMENTS = "payments"
    RESERVATIONS = "reservations"
    COMMANDS = "commands"
    COMPLAINTS = "complaints"
    COMPANIES = "companies"
    COUPONS = "coupons"
    RECEIVABLES = "receivables"
    DOCUMENTS = "documents"
    INVOICE_REQUESTS = "invoice_requests"
    SETTLEMENTS = "settlements"
    LETTERS = "letters"
    AUDIT = "audit"
    UNMATCHED = "unmatched"


class SavedView(Noun, frozen=True, kw_only=True):
    """A list as somebody wants to see it again."""

    view_id: ViewId
    operator_id: OperatorId
    owner: str
    """The principal that made it."""
    list_name: ListName
    name: str
    query: str
    """Filters, order and columns: what stands after `?` in the list's address."""
    is_shared: bool
    changed_at: datetime


class SaveView(Command[ViewId], frozen=True, kw_only=True):
    """Keep a view (`view_id` None), or change one; one of the same owner, list and name gives way.

    Errors: `not_found.saved_view`, `denied.saved_view`, `invalid.saved_view`, `limit_exceeded.saved_views`.
    """

    operator_id: OperatorId
    actor: str
    may_change_shared: bool = False
    view_id: ViewId | None = None
    list_name: ListName
    name: str
    query: str
    is_shared: bool = False


class RemoveView(Command[None], frozen=True, kw_only=True):
    """Keep a view no longer. Errors: `not_found.saved_view`, `denied.saved_view`."""

    operator_id: OperatorId
    actor: str
    may_change_shared: bool = False
    view_id: ViewId
