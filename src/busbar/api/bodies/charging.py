from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import (
    PRINTABLE,
    Body,
    ConnectorNumber,
    Email,
    EvseNumber,
    GroupText,
    Instant,
    Key,
    Language,
    Line,
    Name,
    StationIdText,
)
from busbar.api.bodies.control import IdTokenBody
from busbar.api.bodies.people import SiteIds
from busbar.canon.access import ConcurrencyRule, TokenKind, TokenStatus
from busbar.views.shapes.profiles import ChargingProfile


class SessionStartBody(Body):
    """Where to charge and for whom: a token, or a driver (whose app's token is then used)."""

    station_id: StationIdText
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None
    id_token: IdTokenBody | None = None
    driver_id: Key | None = None
    profile: ChargingProfile | None = None
    template_id: Key | None = None


class DriverStartBody(Body):
    """Where the driver wants to charge."""

    station_id: StationIdText
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None


class StopTargetBody(Body):
    """Where the charge shall end by itself; what is reached first ends it. Nothing given: when somebody ends it."""

    energy_wh: Annotated[int, Field(ge=100, le=1_000_000)] | None = None
    """Delivered since the session began."""
    soc_permille: Annotated[int, Field(ge=10, le=1000)] | None = None
    """Of the battery, for vehicles that tell it."""
    after_s: Annotated[int, Field(ge=60, le=604_800)] | None = None
    """From now."""
    cost: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    """With tax, in whole minor units of the currency that the charge is priced in."""


ContractText = Annotated[str, StringConstraints(max_length=36, strip_whitespace=True, pattern=r"^[ -~]*$")]


class TokenBody(Body):
    """A token as it shall be."""

    kind: TokenKind = TokenKind.RFID
    label: Line = ""
    status: TokenStatus = TokenStatus.ACTIVE
    concurrency: ConcurrencyRule = ConcurrencyRule.DEFAULT
    driver_id: Key | None = None
    group: GroupText | None = None
    """The value of its group."""
    valid_from: Instant | None = None
    expires_at: Instant | None = None
    site_ids: SiteIds = ()
    """Where it is accepted; empty: at all sites of the operator."""
    partner_id: Key | None = None
    """The roaming partner whose driver presents it; such a token is no driver's of the operator."""
    contract_id: ContractText = ""
    """The driver's contract with the partner (OCPI `contract_id`)."""


class TokenPatch(Body):
    """What is left out stays; null is a value where the token may be without."""

    label: Line | None = None
    status: TokenStatus | None = None
    concurrency: ConcurrencyRule | None = None
    driver_id: Key | None = None
    group: GroupText | None = None
    valid_from: Instant | None = None
    expires_at: Instant | None = None
    site_ids: SiteIds | None = None
    partner_id: Key | None = None
    contract_id: ContractText | None = None


class TokenReplaceBody(Body):
    """Which token takes another's place."""

    value: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=PRINTABLE)]
    label: Line | None = None
    """Left out: as the old one."""


class TokenGroupBody(Body):
    """A token group as it shall be."""

    name: Name
    concurrency: ConcurrencyRule = ConcurrencyRule.DEFAULT


class DriverBody(Body):
    """A driver entered by staff."""

    display_name: Name
    email: Email | None = None
    language: Language = "en"


class DriverPatch(Body):
    """What is left out stays."""

    display_name: Name | None = None
    email: Email | None = None
    language: Language | None = None
    group: Annotated[str, StringConstraints(max_length=20, pattern=r"^[\x20-\x7e]*$")] | None = None
    """The value of a token group; empty: none any more."""
    is_blocked: bool | None = None
