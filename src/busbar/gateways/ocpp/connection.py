"""One connection of one station: frames in, reports up, answers out, in order."""

from datetime import UTC, datetime
from typing import Any

import structlog

from busbar.canon.control import CommandOutcome, Disconnect, Outcome, StationDelivery, VariablesReported
from busbar.canon.message import Report
from busbar.canon.stations import (
    BootReply,
    Protocol,
    QuirkObserved,
    Registration,
    StationBooted,
    StationConnected,
    StationDisconnected,
)
from busbar.gateways.ocpp.calls import StationCalls
from busbar.gateways.ocpp.house import House
from busbar.gateways.ocpp.refusals import name_error
from busbar.gateways.ocpp.secrecy import mask_incoming
from busbar.gateways.ocpp.socket import CloseCode, Socket, Upgrade
from busbar.gateways.ocpp.standing import Standing
from busbar.gateways.ocpp.straight import StraightCalls
from busbar.gateways.ocpp.translation import (
    VERSIONS,
    Answered,
    Incoming,
    Step,
    Translator,
    name_quirks,
)
from busbar.gateways.ocpp.turns import DRAINING, WRITING
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import ConnectionId, ReportId, StationId
from busbar.ports.intake import ConnectionReplacedError
from busbar.ports.tracing import CURRENT, Span
from busbar.ports.wirelog import Direction
from busbar.wire.ocppj import (
    CallReceived,
    Connection,
    ErrorCode,
    ErrorReceived,
    Event,
    Ignored,
    ProtocolFault,
    ResultErrorReceived,
    ResultReceived,
    ResultRefused,
    Role,
    SendReceived,
)

NEVER = datetime.min.replace(tzinfo=UTC)

log = structlog.get_logger("busbar.ocpp")


class StationConnection(StraightCalls):
    """Listens to one socket. Messages of the station are handled one after the other; answers to our calls at once.

    It has no task of its own: a message goes to the core as it comes in, and what the core says sends the answer and
    takes the next one. `_is_busy` says that something is on its way (a report, a rest) and will go on from there.
    """

    __slots__ = (
        "_calls",
        "_certificate_names",
        "_end",
        "_is_deaf",
        "_is_encrypted",
        "_link",
        "_on_reply",
        "_peer_address",
        "_sent_at",
        "_span",
        "_standing",
        "_tally",
        "_translator",
        "_up",
        "connection_id",
        "protocol",
        "station_id",
    )

    def __init__(
        self,
        *,
        house: House,
        station_id: StationId,
        protocol: Protocol,
        upgrade: Upgrade,
        translator: Translator,
        is_tolerant: bool,
    ) -> None:
        super().__init__(house, translator.plain)
        self._tally = house.tally.of(protocol)
        self._sent_at = NEVER
        self._span: Span | None = None
        self.station_id = station_id
        self.connection_id = ConnectionId(house.ids.new())
        self.protocol = protocol
        self._peer_address = upgrade.peer_address
        self._is_encrypted = upgrade.is_encrypted
        self._certificate_names = upgrade.certificate_names
        self._translator = translator
        self._up = translator.up
        self._link = Connection(
            version=VERSIONS[protocol],
            role=Role.CSMS,
            new_message_id=house.ids.new,
            is_tolerant=is_tolerant,
            limits=house.link_limits,
        )
        self._standing = Standing(protocol, house.registrations.get(station_id, Registration.ACCEPTED))
        self._calls: StationCalls | None = None
        """Made when the station is first asked for something."""
        self._is_deaf = False
        """Nothing that still comes is handled: a newer connection took over, or the core did not take this one."""
        self._end: tuple[int, str] | None = None
        self._on_reply = self._take_reply

    # ---- what the socket tells ---------------------------------------------------------------------------------------

    def begin(self, socket: Socket) -> None:
        """Take the open connection: an older one of the station gives way, the station is online."""
        self._socket = socket
        house = self._house
        self._tally.connected += 1
        house.adopt(self)
        house.bus.attach(self.station_id, self.connection_id, self.deliver)
        house.note(self.station_id, f"connected: {self.protocol} from {self._peer_address}")
        log.info(
            "ocpp.connected",
            station_id=self.station_id,
            protocol=self.protocol.value,
            peer=self._peer_address,
            connection_id=self.connection_id,
        )
        report = StationConnected(
            report_id=ReportId(house.ids.new()),
            station_id=self.station_id,
            received_at=house.clock.now(),
            connection_id=self.connection_id,
            protocol=self.protocol,
            remote_address=self._peer_address,
            is_encrypted=self._is_encrypted,
        )
        self._report(report, self._take_connected)

    def receive(self, text: str) -> None:
        """Take a frame. Never raises: one bad frame costs nobody anything."""
        house = self._house
        now = house.clock.now()
        house.tally.frames_in += 1
        if not self._is_busy and not self._is_deaf and self._receive_plainly(text, now):
            return
        house.wire_log.append(now, self.station_id, Direction.IN, mask_incoming(text))
        try:
            event = self._link.receive_text(text)
            if isinstance(event, (CallReceived, SendReceived)):
                if not self._is_deaf:
                    self._take_turn((event, text, now))
            else:
                self._slow_down()
                self._take_other(event, text)
        except Exception:  # the door's supervisor: a defect of ours must not cost the station its connection
            log.exception("ocpp.frame_failed", station_id=self.station_id)

    def hold_writing(self) -> None:
        """Read no more while the station does not read our answers."""
        self._pull(WRITING)

    def release_writing(self) -> None:
        """Go on."""
        self._let_go(WRITING)

    def end(self, code: int, reason: str) -> None:
        """Learn that the connection is gone; what came before is still handled."""
        self._end = (code, reason)
        self._house.tally.note_end(code)
        self._house.bus.detach(self.station_id, self.connection_id)
        self._house.release(self)
        if self._calls is not None:
            self._calls.end()
        log.info("ocpp.disconnected", station_id=self.station_id, code=code, reason=reason[:100])
        self._close_turns()

    # ---- what the house asks -----------------------------------------------------------------------------------------

    def replace(self) -> None:
        """Give way to a newer connection: what waits here is dropped, the station says it again there."""
        self._is_deaf = True
        self._drop_waiting()
        self._house.note(self.station_id, "replaced by a newer connection")
        self._close(CloseCode.NORMAL, "replaced by a newer connection")

    async def drain(self) -> None:
        """Read no more, finish what is being handled, close with 1001."""
        self._pull(DRAINING)
        if self._is_busy:
            await self._watch()
        self._close(CloseCode.GOING_AWAY, "the server is going down")

    @property
    def is_paused(self) -> bool:
        """Whether nothing is read from the socket at the moment."""
        return self._brakes != 0

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Carry a station request out; never raises."""
        if isinstance(delivery.request, Disconnect):
            self._house.note(self.station_id, f"disconnected: {delivery.request.reason}")
            self._close(CloseCode.POLICY_VIOLATION, delivery.request.reason)
            return CommandOutcome(outcome=Outcome.ACCEPTED, status="disconnected")
        if self._calls is None:
            self._calls = self._make_calls()
        context = CURRENT.get()
        name = f"ocpp {type(delivery.request).__name__}"
        span = self._house.tracer.begin(name, parent=context, protocol=self.protocol.value) if context else None
        outcome, answers = await self._calls.deliver(delivery)
        if span is not None:
            span.end("" if outcome.outcome is Outcome.ACCEPTED else outcome.outcome.value)
        try:
            for answer in answers:
                await self._report_variables(answer)
        except BusbarError as error:
            log.warning("ocpp.variables_not_kept", station_id=self.station_id, error=str(error))
        return outcome

    def _make_calls(self) -> StationCalls:
        return StationCalls(
            link=self._link,
            translator=self._translator,
            standing=self._standing,
            clock=self._house.clock,
            send=self._send_logged,
            queue_max_commands=self._house.settings.station_queue_max_commands,
        )

    async def _report_variables(self, answer: Answered) -> None:
        values = self._translator.read_variables(answer)
        if values:
            report = VariablesReported(
                report_id=ReportId(self._house.ids.new()),
                station_id=self.station_id,
                received_at=self._house.clock.now(),
                values=values,
            )
            await self._house.bus.report(report)

    # ---- frames that are no calls ------------------------------------------------------------------------------------

    def _take_other(self, event: Event, text: str) -> None:
        match event:
            case ResultReceived() | ErrorReceived():
                self._settle_call(event, text)
            case ResultRefused():
                self._note_fault(f"invalid answer: {event.code}: {event.description}")
                if event.reply is not None:
                    self._send(event.reply)
                self._settle_call(event, text)
            case ProtocolFault():
                self._tally.note_failure(event.action, event.code)
                place = f" at {event.path}" if event.path else ""
                self._note_fault(f"{event.action or 'message'}: {event.code}{place}: {event.description}")
                if event.reply is not None:
                    self._send(event.reply)
            case ResultErrorReceived():
                self._note_fault(f"our answer to {event.action} was refused: {event.code} {event.description}")
            case Ignored():
                self._house.note(self.station_id, f"ignored: {event.reason}")
            case CallReceived() | SendReceived():  # handled by `receive`
                pass

    def _settle_call(self, event: ResultReceived | ErrorReceived | ResultRefused, text: str) -> None:
        if self._calls is not None:  # always, since only it makes calls
            self._calls.settle(event, text)

    def _note_fault(self, text: str) -> None:
        self._house.note(self.station_id, f"refused: {text}")
        log.info("ocpp.message_refused", station_id=self.station_id, text=text[:200])

    # ---- the station's messages, one after the other -----------------------------------------------------------------

    def _take_connected(self, reply: object, error: BusbarError | None) -> None:
        """Begin to handle what the station says, now that it is known to be online."""
        del reply
        self._is_busy = False
        if error is not None:
            self._note_fault(f"connection: {error.code}: {error.text}")
            self._close(CloseCode.TRY_AGAIN_LATER, error.code)
            self._is_deaf = True
            self._drop_waiting()
            self._is_closed = True
        self._go_on()

    def _handle(self, event: CallReceived | SendReceived, text: str, received_at: datetime) -> None:
        """Refuse a message, or send its report on the way."""
        left_out: tuple[str, ...] = ()
        try:
            if self._standing.registration is not Registration.ACCEPTED:
                refusal = self._standing.refuse_incoming(event.action)
                if refusal is not None:
                    self._fail(event, ErrorCode.SECURITY_ERROR, refusal)
                    return
            handler = self._up.get(type(event.request))
            if handler is None:
                self._fail(event, ErrorCode.NOT_SUPPORTED, f"{event.action} is not served here")
                return
            report_id = ReportId(self._house.ids.new())
            step = handler(Incoming(event.action, event.request, text, report_id, self.station_id, received_at))
            report = step.report
            if type(report) is StationBooted and not self._is_certified(report.serial_number):
                self._fail(event, ErrorCode.SECURITY_ERROR, "the serial number is not the certificate's (B01.FR.12)")
                self._close(CloseCode.POLICY_VIOLATION, "the serial number is not the certificate's")
                return
            self._in_hand = (event, step, received_at)
            left_out = step.quirks
            if report is not None:
                followed = self._follow(event.action, report) if self._house.tracer.is_on else report
                self._report(followed, self._on_reply)
                return
        except BusbarError as error:
            self._fail(event, name_error(error), error.text)
        except Exception:  # the door's supervisor: a defect costs this message an InternalError
            log.exception("ocpp.message_failed", station_id=self.station_id, action=event.action)
            self._fail(event, ErrorCode.INTERNAL_ERROR, "the message could not be handled")
        else:
            self._conclude(None, None)
            return
        if left_out or event.quirks:
            self._report_quirks(event, left_out)

    def _follow(self, action: str, report: Report[Any]) -> Report[Any]:
        """Let the tracer follow this message, if it is its turn; return it."""
        tracer = self._house.tracer
        self._span = tracer.begin(f"ocpp {action}", protocol=self.protocol.value)
        if self._span is not None:
            tracer.carry(report, self._span.context)
        return report

    def _take_reply(self, reply: Any, error: BusbarError | None) -> None:
        """Take what the core said to the message in hand, then the next message."""
        self._is_busy = False
        self._conclude(reply, error)
        if not self._is_busy:
            self._go_on()

    def _conclude(self, reply: Any, error: BusbarError | None) -> None:
        """Answer the message in hand."""
        if self._in_hand is None:
            return  # given up before
        event, step, received_at = self._in_hand
        self._in_hand = None
        if self._span is not None:
            self._span.end("" if error is None else error.code)
            self._span = None
        try:
            if error is not None and error.code == ConnectionReplacedError.code:
                self.replace()  # no answer: the station says it again on its newer connection
            elif error is not None:
                self._fail(event, name_error(error), error.text)
            else:
                self._answer(event, step, received_at, reply)
        except BusbarError as failure:
            self._fail(event, name_error(failure), failure.text)
        except Exception:  # the door's supervisor: a defect costs this message an InternalError
            log.exception("ocpp.message_failed", station_id=self.station_id, action=event.action)
            self._fail(event, ErrorCode.INTERNAL_ERROR, "the message could not be handled")
        if step.quirks or event.quirks:
            self._report_quirks(event, step.quirks)

    def _answer(self, event: CallReceived | SendReceived, step: Step, received_at: datetime, reply: Any) -> None:
        if type(event) is CallReceived and self._end is None:
            frame = self._link.answer(event.message_id, step.answer(reply))
            self._send_logged(frame, frame)
            self._tally.note_answer(event.action, self._sent_at - received_at)
        else:
            self._tally.answered[event.action] += 1
        if type(reply) is BootReply:
            self._settle_boot(reply.registration)

    def _finish(self) -> None:
        """Tell the core of the end."""
        code, reason = self._end or (int(CloseCode.ABNORMAL), "")
        text = f"{code} {reason}".strip()
        self._house.note(self.station_id, f"disconnected: {text}")
        report = StationDisconnected(
            report_id=ReportId(self._house.ids.new()),
            station_id=self.station_id,
            received_at=self._house.clock.now(),
            connection_id=self.connection_id,
            reason=text,
        )
        self._report(report, self._take_disconnected)

    def _take_disconnected(self, reply: object, error: BusbarError | None) -> None:
        del reply
        if error is not None:
            log.warning("ocpp.end_not_kept", station_id=self.station_id, error=str(error))
        self._is_busy = False
        self._wake_watchers()

    def _is_certified(self, serial_number: str | None) -> bool:
        """Tell whether a booting 2.x station that showed a certificate is the one it names (B01.FR.11)."""
        names = self._certificate_names
        return not names or self.protocol is Protocol.OCPP16 or serial_number is None or serial_number in names

    def _close(self, code: CloseCode, reason: str) -> None:
        if self._socket is not None:
            self._socket.close(code, reason)

    def _settle_boot(self, registration: Registration) -> None:
        self._standing.settle(registration)
        if registration is Registration.ACCEPTED:
            self._house.registrations.pop(self.station_id, None)
        else:
            self._house.registrations[self.station_id] = registration

    def _fail(self, event: CallReceived | SendReceived, code: ErrorCode, text: str) -> None:
        self._tally.note_failure(event.action, code)
        self._note_fault(f"{event.action}: {code}: {text}")
        if isinstance(event, CallReceived) and event.message_id in self._link.open_peer_call_ids:
            self._send(self._link.fail(event.message_id, code, text))

    def _report_quirks(self, event: CallReceived | SendReceived, left_out: tuple[str, ...]) -> None:
        fields = name_quirks(event.quirks, left_out)
        house = self._house
        if not house.is_first_quirk((self.station_id, event.action, fields)):
            return
        house.note(self.station_id, f"quirk: {event.action}: {', '.join(fields)}")
        report = QuirkObserved(
            report_id=ReportId(house.ids.new()),
            station_id=self.station_id,
            received_at=house.clock.now(),
            action=event.action,
            fields=fields,
        )
        self._report(report, self._take_quirk)

    def _take_quirk(self, reply: object, error: BusbarError | None) -> None:
        del reply
        if error is not None:
            log.warning("ocpp.quirk_not_kept", station_id=self.station_id, error=str(error))
        self._is_busy = False
        self._go_on()

    # ---- out ---------------------------------------------------------------------------------------------------------

    def _send(self, frame: bytes) -> None:
        self._send_logged(frame, frame)

    def _send_logged(self, frame: bytes, text: str | bytes) -> None:
        """Send a frame; `text` is what the wire log may keep of it."""
        if self._socket is None or self._end is not None:
            return
        house = self._house
        house.tally.frames_out += 1
        self._socket.send(frame)
        self._sent_at = now = house.clock.now()
        house.wire_log.append(now, self.station_id, Direction.OUT, text)
