from datetime import datetime

from busbar.canon.access import ConcurrencyRule, TokenKind, TokenStatus
from busbar.canon.drivers import DriverStatus
from busbar.views.shapes.model import Page, Shape


class Token(Shape):
    """What a driver presents, and what it may do."""

    token_id: str
    operator_id: str
    value: str
    """Compared without regard to case."""
    kind: TokenKind
    label: str
    status: TokenStatus
    concurrency: ConcurrencyRule
    """May the token run a second session?"""
    driver_id: str | None
    driver_name: str | None
    group: str | None
    """The value of its group."""
    valid_from: datetime | None
    expires_at: datetime | None
    site_ids: list[str]
    """Where it is accepted; empty: at all sites of the operator."""
    replaced_by: str | None
    """The token that took its place."""
    partner_id: str | None
    """The roaming partner whose driver presents it."""
    partner_name: str | None
    contract_id: str
    """The driver's contract with the partner; empty: not known."""
    created_at: datetime
    changed_at: datetime


class TokenPage(Page[Token]):
    """Tokens."""


class TokenGroup(Shape):
    """Tokens whose holders may stop each other's sessions (1.6 parentIdTag, 2.x groupIdToken)."""

    group_id: str
    operator_id: str
    value: str
    """What stations are told."""
    name: str
    concurrency: ConcurrencyRule
    token_count: int
    created_at: datetime
    changed_at: datetime


class TokenGroupPage(Page[TokenGroup]):
    """Token groups, by value."""


class Driver(Shape):
    """A person who charges."""

    driver_id: str
    operator_id: str
    email: str | None
    display_name: str
    language: str
    status: DriverStatus
    created_at: datetime
    signed_in_at: datetime | None
    """The last time."""
    group: str | None
    """The value of the group that the driver belongs to."""
    token_count: int
    session_count: int


class DriverPage(Page[Driver]):
    """Drivers."""
