"""Who gets what of a period's revenue: pure decisions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from busbar.canon.ledger import AccountKind, AccountRef, Leg
from busbar.canon.settlement import (
    Agreement,
    Payee,
    SavePayee,
    SettlementLine,
    SettlementState,
    SettlementTerms,
    Shares,
    SiteRevenue,
)
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.iban import is_bic, is_iban, read_iban
from busbar.kernel.ids import PayeeId, SettlementId, SiteId, TransferId

PERMILLE = 1000
WH_PER_MWH = 1_000_000
AMOUNT_MAX = 10**12
PAYEES_MAX = 2_000
AGREEMENTS_MAX = 10_000
"""Of one operator."""
ENTRIES_MAX = 1_000
"""Payments of one pay-out."""
NAME_MAX_CHARS = 120
LINE_MAX_CHARS = 250
NOTE_MAX_CHARS = 500
LATER_MAX = timedelta(days=365)
FREE = frozenset({SettlementState.CANCELLED, SettlementState.DRAFT})
"""States that are not in the books."""

_COUNTRY = re.compile(r"([A-Z]{2})?")


class PayeeNotFoundError(NotFoundError):
    """No such payee with this operator."""

    code = "not_found.payee"


class AgreementNotFoundError(NotFoundError):
    """No such agreement with this operator."""

    code = "not_found.agreement"


class SettlementNotFoundError(NotFoundError):
    """No such settlement with this operator."""

    code = "not_found.settlement"


class PayoutNotFoundError(NotFoundError):
    """No such pay-out with this operator."""

    code = "not_found.payout"


class PayeeError(InvalidError):
    """Nobody can be written down like this."""

    code = "invalid.payee"


class IbanError(InvalidError):
    """The account number is not right: its form, its length or its check digits."""

    code = "invalid.iban"


class BicError(InvalidError):
    """A bank's identifier has 8 or 11 letters and digits."""

    code = "invalid.bic"


class AgreementError(InvalidError):
    """Shares or days that contradict themselves."""

    code = "invalid.agreement"


class PeriodError(InvalidError):
    """The period is not over, or its days are not closed yet."""

    code = "invalid.settlement_period"


class PayoutError(InvalidError):
    """No pay-out can be like this."""

    code = "invalid.payout"


class AgreementSharesError(ConflictError):
    """More than all would be given away, or two would take the rest."""

    code = "conflict.agreement_shares"


class AgreementSettledError(ConflictError):
    """A period that is settled would be changed."""

    code = "conflict.agreement_settled"


class PeriodTakenError(ConflictError):
    """A part of the period is settled already."""

    code = "conflict.settlement_period"


class SettlementStateError(ConflictError):
    """It is not in a state in which this can be done."""

    code = "conflict.settlement_state"


class SettlementStaleError(ConflictError):
    """Agreements have changed since the draft was made."""

    code = "conflict.settlement_stale"


class PayoutStateError(ConflictError):
    """Something of the pay-out is paid, or it was given up."""

    code = "conflict.payout_state"


class PayoutReusedError(ConflictError):
    """This id was used for another pay-out."""

    code = "conflict.payout"


class PayeeAccountError(ConflictError):
    """A payee has no account to pay to."""

    code = "conflict.payee_account"


class FourEyesError(DeniedError):
    """Somebody else must do it: a person, and not the one who made it."""

    code = "denied.four_eyes"


class PayeeLimitError(LimitExceededError):
    """An operator has as many payees as may be."""

    code = "limit_exceeded.payees"


class AgreementLimitError(LimitExceededError):
    """An operator has as many agreements as may be."""

    code = "limit_exceeded.agreements"


# ---- payees and terms ------------------------------------------------------------------------------------------------


def check_account(iban: str, bic: str) -> tuple[str, str]:
    """Return IBAN and BIC as banks write them. Errors: `invalid.iban`, `invalid.bic`."""
    iban, bic = read_iban(iban), read_iban(bic)
    if iban and not is_iban(iban):
        raise IbanError("this is no IBAN: look at its length and check digits")
    if bic and not is_bic(bic):
        raise BicError("a BIC has 8 or 11 letters and digits")
    return iban, bic


def shape_payee(wish: SavePayee, *, payee_id: PayeeId, created_at: datetime) -> Payee:
    """Return the payee that is asked for. Errors: `invalid.payee`, `invalid.iban`, `invalid.bic`."""
    name = wish.name.strip()
    lines = (wish.vat_id, wish.street, wish.postcode, wish.city, wish.email, wish.account)
    if not 1 <= len(name) <= NAME_MAX_CHARS or any(len(line) > LINE_MAX_CHARS for line in lines):
        raise PayeeError(f"a name has 1 to {NAME_MAX_CHARS} characters, other lines at most {LINE_MAX_CHARS}")
    if _COUNTRY.fullmatch(wish.country) is None or not 0 <= wish.tax_permille <= PERMILLE:
        raise PayeeError("a country has two capital letters, and a tax is at most 1000 permille")
    iban, bic = check_account(wish.iban, wish.bic)
    given = msgspec.structs.asdict(wish)
    values: dict[str, Any] = {field: given[field] for field in Payee.__struct_fields__ if field in given}
    values |= {"payee_id": payee_id, "created_at": created_at, "name": name, "iban": iban, "bic": bic}
    return Payee(**values)


def check_terms(terms: SettlementTerms) -> SettlementTerms:
    """Return how an operator settles, in form. Errors: `invalid.payee`, `invalid.iban`, `invalid.bic`."""
    if len(terms.payer_name) > NAME_MAX_CHARS:
        raise PayeeError(f"a name has at most {NAME_MAX_CHARS} characters")
    iban, bic = check_account(terms.payer_iban, terms.payer_bic)
    return msgspec.structs.replace(terms, payer_name=terms.payer_name.strip(), payer_iban=iban, payer_bic=bic)


# ---- agreements ------------------------------------------------------------------------------------------------------


def check_shares(shares: Shares) -> None:
    """Refuse shares that nobody can have. Errors: `invalid.agreement`."""
    parts = (shares.electricity_permille, shares.service_permille, shares.commission_permille)
    if any(not 0 <= part <= PERMILLE for part in parts):
        raise AgreementError("a part is 0 to 1000 permille")
    if not 0 <= shares.per_session <= AMOUNT_MAX or not 0 <= shares.per_mwh <= AMOUNT_MAX:
        raise AgreementError("amounts are zero or more, and bounded")
    others = shares.electricity_permille, shares.service_permille, shares.per_session, shares.per_mwh
    if shares.takes_rest and any(others):
        raise AgreementError("who takes the rest gets nothing else of electricity and service")
    if not shares.takes_rest and not any((*parts, shares.per_session, shares.per_mwh)):
        raise AgreementError("say what the payee gets")


def check_days(valid_from: date, valid_until: date | None) -> None:
    """Refuse an agreement that ends before it begins. Errors: `invalid.agreement`."""
    if valid_until is not None and valid_until < valid_from:
        raise AgreementError("it ends before it begins")


def holds_on(agreement: Agreement, day: date) -> bool:
    """Tell whether an agreement covers a day."""
    return agreement.valid_from <= day and (agreement.valid_until is None or day < agreement.valid_until)


def choose_agreements(
    agreements: Iterable[Agreement], *, site_id: SiteId | None, currency: str, day: date
) -> dict[PayeeId, Agreement]:
    """Return what holds for a site on a day: per payee the site's own before the general, the newest before others."""
    chosen: dict[PayeeId, Agreement] = {}
    for agreement in agreements:
        if agreement.currency != currency or not holds_on(agreement, day):
            continue
        if agreement.site_id not in {None, site_id}:
            continue
        before = chosen.get(agreement.payee_id)
        if before is None or _rank(agreement) > _rank(before):
            chosen[agreement.payee_id] = agreement
    return chosen


def _rank(agreement: Agreement) -> tuple[bool, date, datetime, str]:
    return agreement.site_id is not None, agreement.valid_from, agreement.created_at, agreement.agreement_id


def check_sums(agreements: Sequence[Agreement], *, since: date) -> None:
    """Refuse to give away more than there is, anywhere and at any time from a day on.

    Errors: `conflict.agreement_shares`.
    """
    sites = {agreement.site_id for agreement in agreements} | {None}
    currencies = {agreement.currency for agreement in agreements}
    days = {since} | {day for each in agreements for day in (each.valid_from, each.valid_until) if day and day > since}
    for day in sorted(days):
        for site_id in sites:
            for currency in currencies:
                held = choose_agreements(agreements, site_id=site_id, currency=currency, day=day).values()
                _check_sum([agreement.shares for agreement in held], site_id, day)


def _check_sum(shares: Sequence[Shares], site_id: SiteId | None, day: date) -> None:
    sums = (
        sum(share.electricity_permille for share in shares),
        sum(share.service_permille for share in shares),
        sum(share.commission_permille for share in shares),
    )
    if any(each > PERMILLE for each in sums):
        raise AgreementSharesError(
            "the parts would be more than all", site_id=site_id or "", valid_from=day.isoformat()
        )
    if sum(share.takes_rest for share in shares) > 1:
        raise AgreementSharesError("two would take the rest", site_id=site_id or "", valid_from=day.isoformat())


# ---- shares ----------------------------------------------------------------------------------------------------------


def take_part(amount: int, permille: int) -> int:
    """Return a part of an amount, rounded towards zero: parts never sum to more than the whole."""
    part = abs(amount) * permille // PERMILLE
    return -part if amount < 0 else part


def count_energy(energy_wh: int, per_mwh: int) -> int:
    """Return the amount for energy, rounded half away from zero."""
    amount = (2 * abs(energy_wh) * per_mwh + WH_PER_MWH) // (2 * WH_PER_MWH)
    return -amount if energy_wh < 0 else amount


class Stretch(NamedTuple):
    """A part of a period in which the same agreements hold."""

    since: datetime
    until: datetime


class Parts(NamedTuple):
    """What a payee gets of a site's revenue."""

    from_electricity: int
    from_service: int
    for_sessions: int = 0
    for_energy: int = 0


def share_out(
    revenue: SiteRevenue,
    agreements: Mapping[PayeeId, Agreement],
    payees: Mapping[PayeeId, Payee],
    stretch: Stretch,
) -> dict[PayeeId, SettlementLine]:
    """Return each payee's line of a site's revenue."""
    lines: dict[PayeeId, SettlementLine] = {}
    left_electricity, left_taxes = revenue.electricity, revenue.taxes
    left_service = service = revenue.service + revenue.discounts
    rest: tuple[PayeeId, Agreement] | None = None
    for payee_id, agreement in sorted(agreements.items()):
        shares = agreement.shares
        if shares.takes_rest:
            rest = payee_id, agreement
            continue
        parts = Parts(
            from_electricity=take_part(revenue.electricity, shares.electricity_permille),
            from_service=take_part(service, shares.service_permille),
            for_sessions=revenue.sessions * shares.per_session,
            for_energy=count_energy(revenue.energy_wh, shares.per_mwh),
        )
        line = lines[payee_id] = _make_line(revenue, agreement, stretch, parts, payees[payee_id].tax_permille)
        left_electricity -= line.from_electricity
        left_service -= line.from_service + line.for_sessions + line.for_energy
        left_taxes -= line.tax
    if rest is not None:
        payee_id, agreement = rest
        line = _make_line(revenue, agreement, stretch, Parts(left_electricity, left_service), 0)
        lines[payee_id] = msgspec.structs.replace(line, tax=left_taxes)
    return lines


def _make_line(
    revenue: SiteRevenue, agreement: Agreement, stretch: Stretch, parts: Parts, tax_permille: int
) -> SettlementLine:
    from_commission = take_part(revenue.commission, agreement.shares.commission_permille)
    amount = sum(parts) + from_commission
    return SettlementLine(
        agreement_id=agreement.agreement_id,
        site_id=revenue.site_id,
        since=stretch.since,
        until=stretch.until,
        sessions=revenue.sessions,
        energy_wh=revenue.energy_wh,
        electricity=revenue.electricity,
        service=revenue.service,
        discounts=revenue.discounts,
        commission=revenue.commission,
        taxes=revenue.taxes,
        from_commission=from_commission,
        amount=amount,
        tax=take_part(amount, tax_permille),
        **parts._asdict(),
    )


def name_account(payee_id: PayeeId) -> AccountRef:
    """Name the account of what a payee is owed."""
    return AccountRef(kind=AccountKind.PAYABLE, owner=f"payee:{payee_id}")


def list_legs(payee_id: PayeeId, lines: Iterable[SettlementLine]) -> tuple[Leg, ...]:
    """Return what a settlement moves: from the accounts of revenue to what its payee is owed."""
    moves = dict.fromkeys((AccountKind.ELECTRICITY, AccountKind.SERVICE, AccountKind.COMMISSION, AccountKind.TAXES), 0)
    for line in lines:
        moves[AccountKind.ELECTRICITY] += line.from_electricity
        moves[AccountKind.SERVICE] += line.from_service + line.for_sessions + line.for_energy
        moves[AccountKind.COMMISSION] += line.from_commission
        moves[AccountKind.TAXES] += line.tax
    payable = name_account(payee_id)
    legs: list[Leg] = []
    for kind, amount in moves.items():
        account = AccountRef(kind=kind)
        if amount > 0:
            legs.append(Leg(debit=account, credit=payable, amount=amount))
        elif amount < 0:
            legs.append(Leg(debit=payable, credit=account, amount=-amount))
    return tuple(legs)


# ---- states ----------------------------------------------------------------------------------------------------------


def check_person(actor: str) -> None:
    """Refuse whoever is no signed-in person. Errors: `denied.four_eyes`."""
    if not actor.startswith("staff:"):
        raise FourEyesError("this takes a person who is signed in: an API key cannot do it")


def check_other(actor: str, other: str | None) -> None:
    """Refuse the one who did the step before. Errors: `denied.four_eyes`."""
    check_person(actor)
    if actor == other:
        raise FourEyesError("somebody else must do this")


def choose_posted_state(payable: int) -> SettlementState:
    """Return where a settlement stands once it is in the books."""
    if payable > 0:
        return SettlementState.APPROVED
    return SettlementState.OWED if payable < 0 else SettlementState.CLEARED


def check_state(state: SettlementState, *allowed: SettlementState) -> None:
    """Refuse what cannot be done in this state. Errors: `conflict.settlement_state`."""
    if state not in allowed:
        raise SettlementStateError(f"the settlement is {state.value}", state=state.value)


def write_reference(settlement_id: str, first: date) -> str:
    """Return what payee and bank know a settlement by: at most 35 characters, as SEPA asks."""
    return f"S{first:%Y%m%d}-{settlement_id[-10:].upper()}"


def name_transfer(settlement_id: SettlementId, step: str) -> TransferId:
    """Return the id of a settlement's transfer: a repeat of the same step asks for the same one."""
    return TransferId(f"settle-{settlement_id[:40]}-{step}")
