"""Operators and their staff: who may do what, and who did."""

from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.kernel.ids import ApiKeyId, OperatorId, SiteId, StaffId


class Role(StrEnum):
    """What a staff member may do: admin everything of the operator; manager all but staff and keys; support: commands and
    drivers; viewer: read.
    """

    ADMIN = "admin"
    MANAGER = "manager"
    SUPPORT = "support"
    VIEWER = "viewer"


class Principal(Noun, kw_only=True):
    """A signed-in member of staff or an API key."""

    operator_id: OperatorId
    role: Role
    staff_id: StaffId | None = None
    api_key_id: ApiKeyId | None = None
    site_ids: tuple[SiteId, ...] = ()
    """Empty: all sites of the operator."""
    is_platform: bool = False
    """May see and manage all operators."""

    @property
    def name(self) -> str:
        """How this principal stands in audit entries and `requested_by`."""
        return f"staff:{self.staff_id}" if self.staff_id else f"key:{self.api_key_id}"


class RecordAudit(Command[None], kw_only=True):
    """Write down who did what to which thing; in the same transaction as the deed."""

    operator_id: OperatorId
    actor: str
    action: str
    """`station.accept`, `token.block` …: noun.verb."""
    subject: str
    """`station:ABC`, `token:…`."""
    detail_json: str = "{}"


class FindDefaultOperator(Command[OperatorId], kw_only=True):
    """The operator to whom a station belongs that registered itself. Errors: `not_found.operator`."""
