from typing import Annotated

from pydantic import StringConstraints

from busbar.api.bodies.body import Body, Name

CountryCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z]{2}$")]
PartyCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9]{3}$")]


class PartnerBody(Body):
    """A roaming partner as it shall be."""

    name: Name
    country_code: CountryCode
    """ISO 3166-1 alpha-2; kept in capital letters."""
    party_id: PartyCode
    """Three letters or digits (OCPI); kept in capital letters."""
    is_active: bool = True
    """False: its tokens are refused."""

    model_config = Body.model_config | {
        "json_schema_extra": {"examples": [{"name": "Strada Mobile", "country_code": "IT", "party_id": "STR"}]}
    }


class OwnPartyBody(Body):
    """What the operator is called by its partners."""

    country_code: CountryCode
    party_id: PartyCode
