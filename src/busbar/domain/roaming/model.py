"""Partners: pure decisions."""

import re
from datetime import datetime

import msgspec

from busbar.canon.roaming import OwnParty, Partner, SavePartner, SetOwnParty
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import PartnerId
from busbar.kernel.person import read_name

PARTNERS_MAX = 2_000
"""Of one operator."""
_COUNTRY = re.compile(r"[A-Z]{2}")
_PARTY = re.compile(r"[A-Z0-9]{3}")


class PartnerNotFoundError(NotFoundError):
    """No such partner with this operator."""

    code = "not_found.partner"


class PartyError(InvalidError):
    """A party is a country of two letters and an id of three letters or digits."""

    code = "invalid.party"


class PartyTakenError(ConflictError):
    """Another partner of this operator has this country and party id."""

    code = "conflict.partner_party"


class TooManyPartnersError(LimitExceededError):
    """The operator has as many partners as an operator may have."""

    code = "limit_exceeded.partners"


def read_party(country_code: str, party_id: str) -> tuple[str, str]:
    """Return country and party id in capital letters: OCPI compares them without case. Errors: `invalid.party`."""
    country, party = country_code.strip().upper(), party_id.strip().upper()
    if _COUNTRY.fullmatch(country) is None or _PARTY.fullmatch(party) is None:
        raise PartyError("a country has two letters (ISO 3166-1), a party id three letters or digits")
    return country, party


def shape_partner(wish: SavePartner, *, before: Partner | None, partner_id: PartnerId, now: datetime) -> Partner:
    """Return the partner as it shall be; equal to `before` when nothing changes. Errors: as `SavePartner`."""
    country, party = read_party(wish.country_code, wish.party_id)
    after = Partner(
        partner_id=partner_id if before is None else before.partner_id,
        operator_id=wish.operator_id,
        name=read_name(wish.name),
        country_code=country,
        party_id=party,
        is_active=wish.is_active,
        created_at=now if before is None else before.created_at,
        changed_at=now if before is None else before.changed_at,
    )
    return after if after == before else msgspec.structs.replace(after, changed_at=now)


def shape_own_party(wish: SetOwnParty) -> OwnParty:
    """Return what an operator is called. Errors: `invalid.party`."""
    country, party = read_party(wish.country_code, wish.party_id)
    return OwnParty(operator_id=wish.operator_id, country_code=country, party_id=party)
