from typing import Annotated, Any

from pydantic import Field, StringConstraints, WithJsonSchema

from busbar.api.bodies.body import Body, Instant, Key, Name, Zone
from busbar.canon.tariffs import Scope

Terms = Annotated[dict[str, Any], Field(max_length=50), WithJsonSchema({"type": "object", "format": "TariffTerms"})]
"""What a tariff says; read by `busbar.rating.coding`, which says what is wrong with it."""

EXAMPLE = {
    "currency": "EUR",
    "tax_included": "yes",
    "elements": [
        {
            "components": [
                {"dimension": "energy", "price": "0.59", "vat_percent": "19"},
                {
                    "dimension": "idle",
                    "price": "0.10",
                    "per": "minute",
                    "grace_s": 14_400,
                    "cap": "12",
                    "vat_percent": "19",
                },
            ]
        }
    ],
}


class TariffBody(Body):
    """A tariff's draft."""

    name: Name
    terms: Terms

    model_config = Body.model_config | {
        "json_schema_extra": {"examples": [{"name": "Public AC", "terms": EXAMPLE}]},
    }


class PublishBody(Body):
    """From when on the draft holds."""

    valid_from: Instant | None = None
    """Left out: from now on."""

    model_config = Body.model_config | {
        "json_schema_extra": {"examples": [{"valid_from": "2027-01-01T00:00:00+01:00"}]}
    }


class AssignmentBody(Body):
    """What a tariff shall be the tariff of."""

    tariff_id: Key
    scope: Scope
    subject: Annotated[str, StringConstraints(max_length=120, pattern=r"^[\x20-\x7e]*$")] = ""
    """The id of a driver, company, plan, station or site, a group's value, `station/evse/connector`.

    Empty for the whole operator.
    """
    valid_from: Instant | None = None
    valid_until: Instant | None = None

    model_config = Body.model_config | {
        "json_schema_extra": {"examples": [{"tariff_id": "0198c0de", "scope": "site", "subject": "0198beef"}]},
    }


class PreviewBody(Body):
    """A tariff that nobody pays yet, and the charge of the example."""

    terms: Terms
    time_zone: Zone | None = None
    """Left out: the operator's."""
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    """Whose holidays count, ISO 3166-1; left out: none."""
    energy_wh: Annotated[int, Field(ge=1, le=10_000_000)] = 30_000
    duration_s: Annotated[int, Field(ge=60, le=604_800)] = 3600
    starts_at: Instant | None = None
    """Left out: now."""

    model_config = Body.model_config | {"json_schema_extra": {"examples": [{"terms": EXAMPLE, "energy_wh": 20_000}]}}


class WhatIfBody(Body):
    """Which past sessions shall be priced again."""

    since: Instant
    until: Instant
    site_id: Key | None = None
    """Left out: of all sites."""
