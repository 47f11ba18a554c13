"""What every translator is made of. Translators are pure: they neither wait nor look at clocks."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from busbar.canon.access import Decision, Verdict
from busbar.canon.control import AnyStationRequest, CommandOutcome, Outcome, VariableValue
from busbar.canon.message import Report
from busbar.canon.stations import Protocol as OcppProtocol
from busbar.canon.stations import StationNotified
from busbar.gateways.ocpp.metering import to_utc
from busbar.gateways.ocpp.stencils import Lesson
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import CommandId, ReportId, StationId
from busbar.wire.ocppj import CallReceived, HeldCall, Quirk, TypedCallFrame
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.version import Version

QUIRK_MAX_FIELDS = 20
_INDEX = re.compile(r"\[\d+\]")
VERSIONS = {
    OcppProtocol.OCPP16: Version.V16,
    OcppProtocol.OCPP201: Version.V201,
    OcppProtocol.OCPP21: Version.V21,
}


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """A station's request, read, with what its report needs beside it."""

    action: str
    request: Any
    frame: str
    """The whole text that came."""
    report_id: ReportId
    station_id: StationId
    received_at: datetime

    @property
    def payload_json(self) -> str:
        """The payload verbatim, cut out of the frame (`[2,"id","Action",{…}]`)."""
        start = self.frame.find("{", self.frame.find(f'"{self.action}"') + len(self.action))
        return self.frame[start:].rstrip().removesuffix("]").rstrip() if start >= 0 else "{}"


class Step(msgspec.Struct, frozen=True):
    """What to do about a request: report, then answer with what the reply is turned into."""

    report: Report[Any] | None
    answer: Callable[[Any], Payload]
    quirks: tuple[str, ...] = ()
    """Parts that were left out because they are ill-formed."""


class RefusedError(InvalidError):
    """The request is right but cannot be served; `error_code` is for the CALLERROR."""

    code = "invalid.ocpp_call"

    def __init__(self, text: str, *, error_code: ErrorCode) -> None:
        super().__init__(text, error_code=error_code.value)
        self.error_code = error_code


class UntranslatableError(InvalidError):
    """A station request that the station's version, or this value, has no words for; nothing was sent."""

    code = "invalid.station_request"

    def __init__(self, text: str, *, outcome: Outcome = Outcome.UNSUPPORTED) -> None:
        super().__init__(text, outcome=outcome.value)
        self.outcome = outcome


class OcppRequestError(InvalidError):
    """A raw request is not one that we may send, or breaks its schema; `path` names the place."""

    code = "invalid.ocpp_request"


class Answered(NamedTuple):
    """A station's answer to one of our calls."""

    request: Payload
    response: Any
    answer_json: str
    """The payload verbatim."""


UpHandler = Callable[[Incoming], Step]


class PlainWay(NamedTuple):
    """How a call that comes by the thousand is taken when nothing about it is out of the ordinary."""

    read: Callable[[Any, ReportId, StationId, datetime], Report[Any] | None]
    """Makes the report of a request; None: it is not plain, its handler takes it."""
    answer: Callable[[Any], Payload]
    """Makes the answer of a reply, as the handler's step does …"""
    is_plain: Callable[[Any], bool]
    """… unless the reply says nothing: then the answer is an empty payload."""
    lesson: Lesson
    """How such calls are learnt by heart."""


def read_plain(call: TypedCallFrame[Any] | HeldCall) -> CallReceived:
    """Give a call that came the short way as the long one has it."""
    return CallReceived(message_id=call.message_id, action=call.action, request=call.request)


def name_quirks(quirks: Iterable[Quirk], left_out: Iterable[str]) -> tuple[str, ...]:
    """Name what was repaired and what was left out, each place once, whichever element of a list it stood in."""
    names = [f"{quirk.kind}:{quirk.path}" for quirk in quirks] + [f"ill_formed:{path}" for path in left_out]
    return tuple(sorted({_INDEX.sub("[]", name) for name in names}))[:QUIRK_MAX_FIELDS]


class Translator(Protocol):
    """One version, both ways."""

    @property
    def up(self) -> Mapping[type[Payload], UpHandler]:
        """How each request of a station is handled."""
        ...

    @property
    def plain(self) -> Mapping[str, PlainWay]:
        """The actions that have a shorter way, which gives the same answers."""
        ...

    def make_calls(self, request: AnyStationRequest, *, command_id: CommandId) -> list[Payload]:
        """Give the calls that carry a request out, in order. Errors: UntranslatableError, OcppRequestError."""
        ...

    def read_outcome(self, request: AnyStationRequest, answers: list[Answered]) -> CommandOutcome:
        """Say what the answers to all those calls mean."""
        ...

    def read_variables(self, answer: Answered) -> tuple[VariableValue, ...]:
        """Give the settings that an answer tells of by itself (1.6 GetConfiguration), to be reported as well."""
        ...


def head(incoming: Incoming) -> dict[str, Any]:
    """Give the fields that every report has."""
    return {
        "report_id": incoming.report_id,
        "station_id": incoming.station_id,
        "received_at": incoming.received_at,
    }


def make_notified(incoming: Incoming, *, at: datetime | None = None) -> StationNotified:
    """Make the report of anything that is kept as an event."""
    return StationNotified(topic=incoming.action, payload_json=incoming.payload_json, at=at, **head(incoming))


def notify(answer: Payload, *, time_field: str | None = None) -> UpHandler:
    """Make the handler of a message that is kept as an event and always answered alike."""

    def handle(incoming: Incoming) -> Step:
        at: datetime | None = getattr(incoming.request, time_field) if time_field else None
        return Step(make_notified(incoming, at=None if at is None else to_utc(at)), answering)

    answering = answer_with(answer)
    return handle


def answer_with(answer: Payload) -> Callable[[Any], Payload]:
    """Give the same answer whatever the reply."""

    def give(reply: Any) -> Payload:
        del reply
        return answer

    return give


def refuse(text: str, error_code: ErrorCode = ErrorCode.NOT_SUPPORTED) -> UpHandler:
    """Make the handler of a message that we cannot serve truthfully."""

    def handle(incoming: Incoming) -> Step:
        del incoming
        raise RefusedError(text, error_code=error_code)

    return handle


def judge_statuses(words: list[str], *, good: frozenset[str]) -> Outcome:
    """Give the outcome of a request from all of its status words."""
    if all(word in good for word in words):
        return Outcome.ACCEPTED
    if all(word in UNSUPPORTED_WORDS or word in good for word in words):
        return Outcome.UNSUPPORTED
    return Outcome.REJECTED


GOOD_WORDS = frozenset({"Accepted", "Scheduled", "RebootRequired", "Unlocked", "AcceptedCanceled"})
UNSUPPORTED_WORDS = frozenset({"NotSupported", "NotImplemented", "UnknownVendorId", "UnknownMessageId"})
PLAIN_VERDICTS = {
    Verdict.ACCEPTED: "Accepted",
    Verdict.BLOCKED: "Blocked",
    Verdict.EXPIRED: "Expired",
    Verdict.INVALID: "Invalid",
    Verdict.CONCURRENT: "ConcurrentTx",
}


def read_status(response: Any) -> str | None:
    """Give the status word of an answer, when it has one."""
    status = getattr(response, "status", None)
    return status if isinstance(status, str) else None


def make_outcome(answer: Answered, **more: Any) -> CommandOutcome:
    """Make the outcome of a request that took one call."""
    status = read_status(answer.response)
    outcome = Outcome.ACCEPTED if status is None else judge_statuses([status], good=GOOD_WORDS)
    return CommandOutcome(outcome=outcome, status=status, answer_json=answer.answer_json, **more)


def read_word(answer_json: str) -> str | None:
    """Give the status word of an answer that breaks its schema, when it has one."""
    try:
        status = msgspec.json.decode(answer_json, type=_Word).status
    except msgspec.DecodeError:
        return None
    return status


class _Word(msgspec.Struct):
    status: str | None = None


def is_running_allowed(decision: Decision | None) -> bool:
    """Tell whether a decision lets the transaction go on."""
    return decision is None or decision.verdict is Verdict.ACCEPTED
