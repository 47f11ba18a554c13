from datetime import datetime
from typing import Any

from busbar.canon.control import Outcome
from busbar.views.shapes.model import Page, Shape


class CallFault(Shape):
    """The station's CALLERROR, verbatim."""

    code: str
    description: str
    details: Any


class StationCommand(Shape):
    """A request to a station and what became of it."""

    command_id: str
    station_id: str
    request: str
    """The kind of request, such as `Reset`, `Unlock`, `RawCall`."""
    parameters: dict[str, Any]
    requested_by: str
    requested_at: datetime
    answered_at: datetime | None
    expires_at: datetime | None
    """Until when it waits for its station; null: it was sent at once or not at all."""
    outcome: Outcome | None
    """Null: the station has not answered yet. `queued`: it waits for the station. `accepted` is not `done`."""
    status: str | None
    """The station's own status word."""
    answer: Any | None
    """The station's CALLRESULT payload, verbatim."""
    error: CallFault | None


class StationCommandPage(Page[StationCommand]):
    """Station commands, the newest first."""


class VariableAnswer(Shape):
    """What the station said of one setting."""

    variable: str
    variable_instance: str | None
    component: str | None
    component_instance: str | None
    evse_id: int | None
    connector_id: int | None
    attribute: str
    value: str | None
    is_readonly: bool | None
    status: str | None
    """The station's own word, such as `Accepted`, `UnknownVariable`, `RebootRequired`."""


class CommandResult(Shape):
    """What became of a request to a station. `accepted` is not `done`: the station reports what it did afterwards.

    `queued` is not the end: it waits for the station; `GET …/commands/{command_id}` has what became of it.
    """

    command_id: str
    outcome: Outcome
    status: str | None
    """The station's own status word."""
    answer: Any | None
    """The station's CALLRESULT payload, verbatim."""
    error: CallFault | None
    """The station's CALLERROR, when it answered with one."""
    values: list[VariableAnswer]
    """What reading or changing settings brought back."""
