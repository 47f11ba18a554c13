"""Roaming: partners whose drivers charge at our stations, and the records that they pay by."""

from datetime import datetime
from decimal import Decimal

from busbar.canon.access import TokenPartner
from busbar.canon.message import Command, Fact, Noun
from busbar.canon.pricing import PriceLine, Totals
from busbar.canon.stations import PlaceDescription
from busbar.kernel.ids import CdrId, OperatorId, PartnerId, SessionId, TariffId


class Partner(Noun, frozen=True, kw_only=True):
    """A company whose drivers charge at our stations, and who pays for them (OCPI: an eMSP)."""

    partner_id: PartnerId
    operator_id: OperatorId
    name: str
    country_code: str
    """ISO 3166-1 alpha-2."""
    party_id: str
    """Three letters or digits, unique within its country (OCPI `party_id`)."""
    is_active: bool = True
    """False: its tokens are refused."""
    created_at: datetime
    changed_at: datetime


class SavePartner(Command[Partner], frozen=True, kw_only=True):
    """Add a partner (no `partner_id`), or change one. A repeat changes nothing.

    Errors: `not_found.partner`, `invalid.name`, `invalid.party` (country and party id, as OCPI has them),
    `conflict.partner_party` (another partner has them), `limit_exceeded.partners`.
    """

    operator_id: OperatorId
    actor: str
    partner_id: PartnerId | None = None
    name: str
    country_code: str
    party_id: str
    is_active: bool = True


class FindPartner(Command[Partner], frozen=True, kw_only=True):
    """Look a partner up. Errors: `not_found.partner`."""

    operator_id: OperatorId
    partner_id: PartnerId


class OwnParty(Noun, frozen=True, kw_only=True):
    """What an operator itself is called by its partners (OCPI: the CPO's country and party id)."""

    operator_id: OperatorId
    country_code: str
    party_id: str


class SetOwnParty(Command[OwnParty], frozen=True, kw_only=True):
    """Say what an operator is called by its partners; records that are made keep what stood in them.

    Errors: `invalid.party`.
    """

    operator_id: OperatorId
    actor: str
    country_code: str
    party_id: str


class PartnerChanged(Fact, frozen=True, kw_only=True):
    """A partner was added or changed."""

    partner_id: PartnerId
    is_active: bool
    is_new: bool = False


# ---- records for partners ------------------------------------------------------------------------------------------


class CdrPeriod(Noun, frozen=True, kw_only=True):
    """A stretch in which the price was reckoned in one way; it ends where the next begins, or with the session."""

    starts_at: datetime
    energy_wh: Decimal = Decimal(0)
    charging_s: Decimal = Decimal(0)
    parked_s: Decimal = Decimal(0)
    reserved_s: Decimal = Decimal(0)


class Cdr(Noun, frozen=True, kw_only=True):
    """The record of a session for the partner whose driver charged, as things stood when it was made. Never changed."""

    cdr_id: CdrId
    operator_id: OperatorId
    partner: Partner
    own_party: OwnParty | None
    """None: the operator had not said yet what it is called."""
    session_id: SessionId
    revision: int
    """Of the session's price."""
    credited_id: CdrId | None = None
    """Of a credit record: the record that it takes back."""
    token: TokenPartner
    place: PlaceDescription
    tariff_id: TariffId
    version: int
    tariff_name: str
    tariff_json: str
    tariff_at: datetime
    """When the version was published."""
    currency: str
    lines: tuple[PriceLine, ...]
    totals: Totals
    """Whole minor units; a credit record's are negative."""
    energy_wh: int
    started_at: datetime
    """Of the session, or of the reservation before it."""
    ended_at: datetime
    periods: tuple[CdrPeriod, ...]
    made_at: datetime


class CdrMade(Fact, frozen=True, kw_only=True):
    """A record was made for a partner, or one that takes such a record back."""

    cdr_id: CdrId
    partner_id: PartnerId
    session_id: SessionId
    is_credit: bool
    currency: str
    totals: Totals
