"""What electricity costs the operator: purchase tariffs by site and day, and what sessions cost by them."""

from datetime import date, datetime

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import OperatorId, SiteId


class PurchaseTariff(Noun, frozen=True, kw_only=True):
    """What electricity costs from a local day on."""

    purchase_id: str
    operator_id: OperatorId
    site_id: SiteId | None
    """None: all sites that have none of their own on that day."""
    name: str
    currency: str
    valid_from: date
    terms_json: str
    """Prices by period and half-hour, as `rating` writes them."""
    changed_at: datetime
    changed_by: str


class PutPurchaseTariff(Command[PurchaseTariff], frozen=True, kw_only=True):
    """Add a purchase tariff (`purchase_id` None), or make one exactly this. What sessions cost is reckoned anew.

    Errors: `not_found.purchase`, `not_found.site`, `invalid.purchase` (fact `field`), `invalid.name`,
    `conflict.purchase` (another one begins on that day there), `limit_exceeded.purchases`.
    """

    operator_id: OperatorId
    actor: str
    purchase_id: str | None = None
    site_id: SiteId | None = None
    name: str
    currency: str
    valid_from: date
    terms_json: str


class RemovePurchaseTariff(Command[None], frozen=True, kw_only=True):
    """Forget a purchase tariff. What sessions cost is reckoned anew. Errors: `not_found.purchase`."""

    operator_id: OperatorId
    actor: str
    purchase_id: str


class PurchasesChanged(Fact, frozen=True, kw_only=True):
    """Purchase tariffs changed: reports may say another cost."""

    site_id: SiteId | None = None
