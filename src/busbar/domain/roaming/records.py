"""What stands in a record for a partner: pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from busbar.canon.access import TokenPartner
from busbar.canon.pricing import Extent, PriceTrace, SessionPriced, Totals
from busbar.canon.roaming import Cdr, CdrPeriod, OwnParty, Partner
from busbar.canon.stations import PlaceDescription
from busbar.kernel.ids import CdrId

CREDIT_SUFFIX = "-C"
"""What the id of a credit record ends in, after that of the record which it takes back (OCPI 2.2.1, CDRs)."""


class Parties(NamedTuple):
    """Between whom a record is, and whose token it was."""

    partner: Partner
    own: OwnParty | None
    token: TokenPartner


def find_extent(fact: SessionPriced) -> Extent:
    """Return from when to when the session went that was priced."""
    return Extent(
        started_at=fact.started_at,
        ended_at=fact.ended_at,
        has_start=fact.has_start,
        has_end=fact.has_end,
        energy_wh=fact.energy_wh,
    )


def list_periods(trace: PriceTrace, *, started_at: datetime) -> tuple[CdrPeriod, ...]:
    """Return the periods of a session: the reservation before it, then each stretch; at least one."""
    periods: list[CdrPeriod] = []
    if trace.reserved_at is not None and trace.reserved_until is not None:
        reserved_s = _count_s(trace.reserved_at, trace.reserved_until)
        periods.append(CdrPeriod(starts_at=trace.reserved_at, reserved_s=reserved_s))
    for span in trace.spans:
        seconds = _count_s(span.starts_at, span.ends_at)
        periods.append(
            CdrPeriod(
                starts_at=span.starts_at,
                energy_wh=span.energy_wh,
                charging_s=Decimal(0) if span.is_parked else seconds,
                parked_s=seconds if span.is_parked else Decimal(0),
            )
        )
    return tuple(periods) or (CdrPeriod(starts_at=started_at),)


def _count_s(since: datetime, until: datetime) -> Decimal:
    elapsed = until - since
    return Decimal(elapsed.days * 86_400 + elapsed.seconds) + Decimal(elapsed.microseconds).scaleb(-6)


def write_cdr(
    fact: SessionPriced,
    trace: PriceTrace,
    *,
    cdr_id: CdrId,
    parties: Parties,
    place: PlaceDescription,
    now: datetime,
) -> Cdr:
    """Return the record of a session that has its price."""
    return Cdr(
        cdr_id=cdr_id,
        operator_id=fact.operator_id,
        partner=parties.partner,
        own_party=parties.own,
        session_id=fact.session_id,
        revision=fact.revision,
        token=parties.token,
        place=place,
        tariff_id=fact.tariff_id,
        version=fact.version,
        tariff_name=fact.tariff_name,
        tariff_json=trace.tariff_json,
        tariff_at=trace.published_at,
        currency=fact.currency,
        lines=fact.lines,
        totals=fact.totals,
        energy_wh=fact.energy_wh,
        started_at=fact.started_at if trace.reserved_at is None else min(trace.reserved_at, fact.started_at),
        ended_at=fact.ended_at,
        periods=list_periods(trace, started_at=fact.started_at),
        made_at=now,
    )


def write_credit(cdr: Cdr, *, revision: int, now: datetime) -> Cdr:
    """Return the record that takes another back: all that it says, and its total with the other sign."""
    totals = cdr.totals
    return msgspec.structs.replace(
        cdr,
        cdr_id=CdrId(f"{cdr.cdr_id}{CREDIT_SUFFIX}"),
        credited_id=cdr.cdr_id,
        revision=revision,
        totals=Totals(net=-totals.net, tax=-totals.tax, gross=-totals.gross),
        made_at=now,
    )


def find_standing(held: Sequence[Cdr]) -> Cdr | None:
    """Return the record of a session that no other takes back; `held`: all of the session."""
    credited = {each.credited_id for each in held}
    standing = [each for each in held if each.credited_id is None and each.cdr_id not in credited]
    return standing[-1] if standing else None
