"""What happens inside the unit of work while somebody signs in over an identity provider."""

from datetime import datetime

from busbar.canon.identity import IdentityProvider, IdentityTerms
from busbar.canon.message import Command, Noun
from busbar.canon.tenants import Principal, StaffSignedIn
from busbar.domain.tenants.identity_rules import Person
from busbar.kernel.ids import OperatorId, StaffId


class ProviderRecord(Noun, frozen=True, kw_only=True):
    """A provider as stored."""

    operator_id: OperatorId
    terms: IdentityTerms
    client_secret: bytes | None
    """Sealed."""
    updated_at: datetime


class IdentityRecord(Noun, frozen=True, kw_only=True):
    """Whom a provider's name for a person stands for."""

    operator_id: OperatorId
    issuer: str
    subject: str
    staff_id: StaffId
    created_at: datetime


class ChooseProvider(Command[ProviderRecord], frozen=True, kw_only=True):
    """Find the provider of an operator, an address's domain, or the default operator, that is in use.

    Errors: `not_found.identity_provider`.
    """

    operator_id: OperatorId | None = None
    slug: str | None = None
    email: str | None = None


class LoadProvider(Command[ProviderRecord], frozen=True, kw_only=True):
    """Return an operator's provider for its administrator. Errors: `not_found.identity_provider`, `denied.role`."""

    by: Principal
    operator_id: OperatorId


class StoreProvider(Command[IdentityProvider], frozen=True, kw_only=True):
    """Keep a provider that answered. Errors: as `SaveIdentityProvider`."""

    by: Principal
    operator_id: OperatorId
    terms: IdentityTerms
    client_secret: bytes | None = None
    keeps_secret: bool = False


class AdmitPerson(Command[StaffSignedIn], frozen=True, kw_only=True):
    """Sign in whom a provider proved. Errors: `denied.identity_state`, `denied.identity_person`."""

    operator_id: OperatorId
    issuer: str
    person: Person
    address: str
    client: str


class NoteRefusal(Command[None], frozen=True, kw_only=True):
    """Write down that somebody was not let in."""

    operator_id: OperatorId
    code: str
    reason: str
