from typing import Annotated, Any

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import PRINTABLE, Body, ConnectorNumber, EvseNumber, Instant, Key, TokenText
from busbar.canon.access import TokenKind
from busbar.canon.control import ProfilePurpose, ResetKind, TriggerTopic
from busbar.views.shapes.profiles import ChargingProfile

Word = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=PRINTABLE)]
Small = Annotated[int, Field(ge=0, le=2**31 - 1)]


class TimedBody(Body):
    """A request to a station."""

    timeout_s: Annotated[int, Field(ge=1, le=600)] | None = None
    """How long to wait for the station's answer; left out: the installation's setting."""
    expires_at: Instant | None = None
    """Keep the request until then for a station that is not connected (`queued`); left out: now or not at all."""


class ResetBody(TimedBody):
    """`immediate` ends running transactions; `on_idle` waits for them (1.6: stops them gracefully)."""

    kind: ResetKind
    evse_id: EvseNumber | None = None
    """OCPP 2.x only; left out: the whole station."""


class UnlockBody(TimedBody):
    """Which cable lock to release."""

    evse_id: EvseNumber
    connector_id: ConnectorNumber = 1


class AvailabilityBody(TimedBody):
    """The whole station, one EVSE or one connector, into or out of service."""

    is_operative: bool
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None


class TriggerBody(TimedBody):
    """What the station shall send now."""

    topic: TriggerTopic
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None


class VariableRefBody(Body):
    """A setting of a station. In OCPP 1.6 only `variable` (the configuration key) is given."""

    variable: Word
    variable_instance: Word | None = None
    component: Word | None = None
    component_instance: Word | None = None
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None
    attribute: Annotated[str, StringConstraints(pattern=r"^(Actual|Target|MinSet|MaxSet)$")] = "Actual"


class VariableValueBody(VariableRefBody):
    """A setting and its new value."""

    value: Annotated[str, StringConstraints(max_length=2500)]


class GetVariablesBody(TimedBody):
    """Which settings to read; none: all."""

    variables: Annotated[tuple[VariableRefBody, ...], Field(max_length=500)] = ()


class SetVariablesBody(TimedBody):
    """Settings to change; OCPP 1.6 takes one at a time."""

    variables: Annotated[tuple[VariableValueBody, ...], Field(min_length=1, max_length=100)]


class SetProfileBody(TimedBody):
    """A charging profile to install: written out, or a template's. `evse_id` left out: the whole station."""

    evse_id: EvseNumber | None = None
    profile: ChargingProfile | None = None
    template_id: Key | None = None


class ClearProfilesBody(TimedBody):
    """Which charging profiles to remove: by id, or all that match."""

    profile_id: Small | None = None
    evse_id: EvseNumber | None = None
    purpose: ProfilePurpose | None = None
    stack_level: Small | None = None


class IdTokenBody(Body):
    """What a driver presents."""

    value: TokenText
    kind: TokenKind = TokenKind.RFID


class RemoteStartBody(TimedBody):
    """The protocol's own remote start, without a session made first; `POST /sessions` is the way for people."""

    id_token: IdTokenBody
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None
    remote_start_id: Small | None = None
    profile: ChargingProfile | None = None
    template_id: Key | None = None


class RemoteStopBody(TimedBody):
    """The protocol's own remote stop, for any transaction."""

    transaction_ref: Annotated[str, StringConstraints(min_length=1, max_length=36, pattern=PRINTABLE)]


class OcppCallBody(TimedBody):
    """Any request of the station's protocol version."""

    action: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9]+$")]
    payload: dict[str, Any]
