"""Purchase tariffs: what electricity costs the operator, and which sessions are to be reckoned anew."""

import re
from datetime import UTC, datetime, time, timedelta

import msgspec

from busbar.canon.purchases import PurchasesChanged, PurchaseTariff, PutPurchaseTariff, RemovePurchaseTariff
from busbar.canon.stations import FindSite
from busbar.canon.tenants import RecordAudit
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.store import PurchaseStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import ConflictError, LimitExceededError, NotFoundError
from busbar.kernel.ids import IdSource, OperatorId, is_key
from busbar.kernel.person import read_name
from busbar.ports.work import UnitOfWork
from busbar.rating.purchase import PurchaseError, PurchaseTerms, check_terms

PURCHASES_MAX = 1_000
"""Of one operator."""
OPERATORS_MAX = 10_000
ZONES_SPAN = timedelta(days=1)
"""A local day begins at most so long before the same day in UTC."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_TERMS = msgspec.json.Decoder(PurchaseTerms)
_ENCODER = msgspec.json.Encoder(decimal_format="string", order="sorted")


class PurchaseNotFoundError(NotFoundError):
    """No such purchase tariff with this operator."""

    code = "not_found.purchase"


class PurchaseDayTakenError(ConflictError):
    """Another purchase tariff begins on that day at that site."""

    code = "conflict.purchase"


class TooManyPurchasesError(LimitExceededError):
    """The operator has as many purchase tariffs as an operator may have."""

    code = "limit_exceeded.purchases"


def read_terms(text: str) -> PurchaseTerms:
    """Return terms from JSON. Errors: `invalid.purchase`."""
    try:
        return check_terms(_TERMS.decode(text))
    except msgspec.DecodeError as error:
        raise PurchaseError("these are no prices of electricity", field="terms", reason=str(error)[:200]) from None


def write_terms(terms: PurchaseTerms) -> str:
    """Return terms as JSON."""
    return _ENCODER.encode(terms).decode()


class PurchaseService:
    """Keeps purchase tariffs."""

    def __init__(self, *, store: PurchaseStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids
        self._buyers: BoundedDict[OperatorId, bool] = BoundedDict(bound=OPERATORS_MAX)
        """Which operators have purchase tariffs: of the others nothing is reckoned."""

    def forget_all(self) -> None:
        """Look every operator up again: another process changed some."""
        self._buyers.clear()

    async def put(self, message: PutPurchaseTariff, work: UnitOfWork) -> PurchaseTariff:
        """Add a purchase tariff, or make one exactly this."""
        terms = read_terms(message.terms_json)
        if _CURRENCY.fullmatch(message.currency) is None:
            raise PurchaseError("give a currency as three capital letters (ISO 4217)", field="currency")
        if message.site_id is not None:
            await work.ask(FindSite(operator_id=message.operator_id, site_id=message.site_id))
        known = await self._store.list_purchases(work, message.operator_id)
        before = next((each for each in known if each.purchase_id == message.purchase_id), None)
        if message.purchase_id is not None and before is None:
            raise PurchaseNotFoundError("there is no such purchase tariff")
        if before is None and len(known) >= PURCHASES_MAX:
            raise TooManyPurchasesError(f"at most {PURCHASES_MAX} purchase tariffs")
        for other in known:
            if (other.site_id, other.valid_from) == (message.site_id, message.valid_from) and other is not before:
                raise PurchaseDayTakenError("another one begins on that day there", purchase_id=other.purchase_id)
        after = PurchaseTariff(
            purchase_id=self._ids.new() if before is None else before.purchase_id,
            operator_id=message.operator_id,
            site_id=message.site_id,
            name=read_name(message.name),
            currency=message.currency,
            valid_from=message.valid_from,
            terms_json=write_terms(terms),
            changed_at=work.now,
            changed_by=message.actor,
        )
        await self._store.save_purchase(work, after)
        for each in (before, after):
            if each is not None:
                await self._reckon_anew(work, each)
        await self._note(work, message.actor, "purchase.put", after)
        return after

    async def remove(self, message: RemovePurchaseTariff, work: UnitOfWork) -> None:
        """Forget a purchase tariff."""
        known = await self._store.list_purchases(work, message.operator_id) if is_key(message.purchase_id) else ()
        found = next((each for each in known if each.purchase_id == message.purchase_id), None)
        if found is None:
            raise PurchaseNotFoundError("there is no such purchase tariff")
        await self._store.remove_purchase(work, found.purchase_id)
        await self._reckon_anew(work, found)
        await self._note(work, message.actor, "purchase.remove", found)

    async def _reckon_anew(self, work: UnitOfWork, changed: PurchaseTariff) -> None:
        work.forget(self._buyers, changed.operator_id)
        since = datetime.combine(changed.valid_from, time(), UTC) - ZONES_SPAN
        await self._store.mark_costs(work, changed.operator_id, site_id=changed.site_id, since=since)

    async def note_priced(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Let the electricity of a session that has a price be reckoned; costs no SQL where none is bought."""
        operator_id = price.operator_id
        if operator_id not in self._buyers:
            work.keep(self._buyers, operator_id, bool(await self._store.list_purchases(work, operator_id)))
        if self._buyers[operator_id]:
            self._store.mark_cost(work, price)

    async def _note(self, work: UnitOfWork, actor: str, action: str, tariff: PurchaseTariff) -> None:
        work.tell(PurchasesChanged(operator_id=tariff.operator_id, at=work.now, site_id=tariff.site_id))
        await work.ask(
            RecordAudit(
                operator_id=tariff.operator_id, actor=actor, action=action, subject=f"purchase:{tariff.purchase_id}"
            )
        )
