from datetime import datetime

from busbar.views.shapes.model import Page, Shape


class Partner(Shape):
    """A company whose drivers charge at our stations, and who pays for them."""

    partner_id: str
    name: str
    country_code: str
    """ISO 3166-1 alpha-2."""
    party_id: str
    """Three letters or digits (OCPI)."""
    is_active: bool
    """False: its tokens are refused."""
    token_count: int
    created_at: datetime
    changed_at: datetime


class PartnerPage(Page[Partner]):
    """Partners, by name."""


class OwnParty(Shape):
    """What the operator is called by its partners."""

    country_code: str | None
    """None: not said yet."""
    party_id: str | None


class Cdr(Shape):
    """A record of a session for the partner whose driver charged. Amounts in whole minor units, a credit's negative."""

    cdr_id: str
    partner_id: str
    partner_name: str
    session_id: str
    revision: int
    """Of the session's price."""
    is_credit: bool
    credited_id: str | None
    """The record that a credit takes back."""
    currency: str
    net: int
    tax: int
    gross: int
    energy_wh: int
    started_at: datetime
    ended_at: datetime
    made_at: datetime


class CdrPage(Page[Cdr]):
    """Records for partners, the newest first."""
