"""The translator of OCPP 2.0.1, and what 2.1 takes over from it."""

from collections.abc import Mapping
from typing import Any

from busbar.canon.control import AnyStationRequest, CommandOutcome, RawCall, ShowPrice, VariableValue
from busbar.gateways.ocpp.raw import read_raw_call
from busbar.gateways.ocpp.translation import Answered, PlainWay, UpHandler
from busbar.gateways.ocpp.v2_down import Downward2
from busbar.gateways.ocpp.v2_up import Upward2
from busbar.kernel.ids import CommandId
from busbar.wire import ocpp201
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.version import Version

ID_TOKEN_MAX_CHARACTERS = 36


class Translator2:
    """One 2.x version, both ways."""

    def __init__(self, *, version: Version, wire: Any, up: Upward2, id_token_max_characters: int) -> None:
        self._version = version
        self._up = up.list_handlers()
        self._plain = up.list_plain_ways()
        self._down = Downward2(wire, up, id_token_max_characters=id_token_max_characters)

    @property
    def up(self) -> Mapping[type[Payload], UpHandler]:
        """How each request of a station is handled."""
        return self._up

    @property
    def plain(self) -> Mapping[str, PlainWay]:
        """The actions that have a shorter way."""
        return self._plain

    def make_calls(self, request: AnyStationRequest, *, command_id: CommandId) -> list[Payload]:
        """Give the call that carries a request out. Errors: UntranslatableError, OcppRequestError."""
        if isinstance(request, RawCall):
            return [read_raw_call(self._version, request.action, request.payload_json)]
        if isinstance(request, ShowPrice):
            return self._down.show_price(request)
        return [self._down.make_call(request, command_id=command_id)]

    def read_outcome(self, request: AnyStationRequest, answers: list[Answered]) -> CommandOutcome:
        """Say what the answer means."""
        if isinstance(request, ShowPrice):
            return self._down.read_price_outcome(answers)
        return self._down.read_outcome(answers[-1])

    def read_variables(self, answer: Answered) -> tuple[VariableValue, ...]:
        """Give nothing: a 2.x station reports its variables by NotifyReport."""
        del answer
        return ()


class Translator201(Translator2):
    """OCPP 2.0.1."""

    def __init__(self) -> None:
        super().__init__(
            version=Version.V201,
            wire=ocpp201,
            up=Upward2(ocpp201),
            id_token_max_characters=ID_TOKEN_MAX_CHARACTERS,
        )
