"""The translator of OCPP 1.6."""

from collections.abc import Mapping

from busbar.canon.control import AnyStationRequest, CommandOutcome, RawCall, VariableValue
from busbar.gateways.ocpp.raw import read_raw_call
from busbar.gateways.ocpp.translation import Answered, PlainWay, UpHandler
from busbar.gateways.ocpp.v16_down import CALLS, read_configuration, read_outcome
from busbar.gateways.ocpp.v16_up import PLAIN, UP
from busbar.kernel.ids import CommandId
from busbar.wire import ocpp16
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.version import Version


class Translator16:
    """OCPP 1.6, both ways."""

    @property
    def up(self) -> Mapping[type[Payload], UpHandler]:
        """How each request of a station is handled."""
        return UP

    @property
    def plain(self) -> Mapping[str, PlainWay]:
        """The actions that have a shorter way."""
        return PLAIN

    def make_calls(self, request: AnyStationRequest, *, command_id: CommandId) -> list[Payload]:
        """Give the calls that carry a request out. Errors: UntranslatableError, OcppRequestError."""
        del command_id
        if isinstance(request, RawCall):
            return [read_raw_call(Version.V16, request.action, request.payload_json)]
        return CALLS[type(request)](request)

    def read_outcome(self, request: AnyStationRequest, answers: list[Answered]) -> CommandOutcome:
        """Say what the answers mean."""
        return read_outcome(request, answers)

    def read_variables(self, answer: Answered) -> tuple[VariableValue, ...]:
        """Give the configuration that the station told."""
        if isinstance(answer.response, ocpp16.GetConfigurationResponse):
            return read_configuration(answer.response)
        return ()
