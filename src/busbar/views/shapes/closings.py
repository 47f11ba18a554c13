"""Wallets on their way to being closed."""

from datetime import datetime

from busbar.canon.closings import ClosingState
from busbar.views.shapes.model import Page, Shape


class WalletClosing(Shape):
    """A wallet on its way to being closed. Amounts are whole minor units."""

    closing_id: str
    driver_id: str
    driver_name: str | None
    currency: str
    state: ClosingState
    amount: int
    """What was in the wallet at the beginning."""
    refunded: int
    """What providers gave back, as far as they said so."""
    by_hand: int
    """What staff pay out, or paid out."""
    iban: str
    holder: str
    reason: str
    requested_by: str
    paid_by: str
    reference: str
    created_at: datetime
    changed_at: datetime


class WalletClosingPage(Page[WalletClosing]):
    """Closings, the newest first."""
