"""One connection of one station: frames in, reports up, answers out, in order."""

import asyncio
import re
from collections import deque
from datetime import UTC, datetime
from typing import Any

import structlog

from busbar.canon.control import CommandOutcome, Disconnect, Outcome, StationDelivery, VariablesReported
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
from busbar.gateways.ocpp.pace import Pace
from busbar.gateways.ocpp.refusals import name_error
from busbar.gateways.ocpp.secrecy import mask_incoming
from busbar.gateways.ocpp.socket import CloseCode, Socket, Upgrade
from busbar.gateways.ocpp.standing import Standing
from busbar.gateways.ocpp.translation import VERSIONS, Answered, Incoming, Translator
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import ConnectionId, ReportId, StationId
from busbar.ports.wirelog import Direction
from busbar.wire.ocppj import (
    CallReceived,
    Connection,
    ErrorCode,
    ErrorReceived,
    Event,
    Ignored,
    Limits,
    ProtocolFault,
    ResultErrorReceived,
    ResultReceived,
    ResultRefused,
    Role,
    SendReceived,
)

INDEX = re.compile(r"\[\d+\]")
NEVER = datetime.min.replace(tzinfo=UTC)
QUIRK_MAX_FIELDS = 20
CALLS_PER_INBOX = 32
"""One read from the network may bring more calls than the inbox should hold: so many times as many are still taken."""

log = structlog.get_logger("busbar.ocpp")

Waiting = tuple[CallReceived | SendReceived, str, datetime]
"""A message to handle, its frame and when it came."""


RATE, INBOX, WRITING, DRAINING, PACE = 1, 2, 4, 8, 16
"""Why nothing is read at the moment: bits of a plain int, since it is asked for every message."""


class StationConnection:
    """Listens to one socket. Calls of the station are handled one after the other by one task; the rest at once."""

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
        settings = house.settings
        self._house = house
        self._tally = house.tally.of(protocol)
        self._sent_at = NEVER
        self.station_id = station_id
        self.connection_id = ConnectionId(house.ids.new())
        self.protocol = protocol
        self._upgrade = upgrade
        self._translator = translator
        self._link = Connection(
            version=VERSIONS[protocol],
            role=Role.CSMS,
            new_message_id=house.ids.new,
            is_tolerant=is_tolerant,
            limits=Limits(
                max_frame_bytes=settings.frame_max_bytes,
                max_open_peer_calls=CALLS_PER_INBOX * settings.station_inbox_max_calls,
            ),
        )
        known = house.registrations.get(station_id, Registration.ACCEPTED)
        self._standing = Standing(protocol, known)
        self._calls = StationCalls(
            link=self._link,
            translator=translator,
            standing=self._standing,
            clock=house.clock,
            send=self._send_logged,
            queue_max_commands=settings.station_queue_max_commands,
        )
        self._pace = Pace(
            rate_per_s=settings.station_rate_max_messages_per_s, burst_messages=settings.station_burst_max_messages
        )
        self._inbox: deque[Waiting] = deque()
        self._wakeup: asyncio.Future[None] | None = None
        self._brakes = 0
        self._socket: Socket | None = None
        self._worker: asyncio.Task[None] | None = None
        self._end: tuple[int, str] | None = None
        self._is_replaced = False
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    # ---- what the socket tells ---------------------------------------------------------------------------------------

    def begin(self, socket: Socket) -> None:
        """Take the open connection: an older one of the station gives way, the station is online."""
        self._socket = socket
        house = self._house
        self._tally.connected += 1
        house.adopt(self)
        house.bus.attach(self.station_id, self.connection_id, self.deliver)
        house.note(self.station_id, f"connected: {self.protocol} from {self._upgrade.peer_address}")
        log.info(
            "ocpp.connected",
            station_id=self.station_id,
            protocol=self.protocol.value,
            peer=self._upgrade.peer_address,
            connection_id=self.connection_id,
        )
        self._is_idle.clear()
        self._worker = asyncio.get_running_loop().create_task(self._work(), name=f"station {self.station_id}")

    def receive(self, text: str) -> None:
        """Take a frame. Never raises: one bad frame costs nobody anything."""
        house = self._house
        now = house.clock.now()
        house.tally.frames_in += 1
        house.wire_log.append(now, self.station_id, Direction.IN, mask_incoming(text))
        try:
            event = self._link.receive_text(text)
            if isinstance(event, CallReceived | SendReceived):
                self._enqueue((event, text, now))
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
        self._calls.end()
        self._wake()
        log.info("ocpp.disconnected", station_id=self.station_id, code=code, reason=reason[:100])

    # ---- what the house asks -----------------------------------------------------------------------------------------

    def replace(self) -> None:
        """Give way to a newer connection: what waits here is dropped, the station says it again there."""
        self._is_replaced = True
        self._inbox.clear()
        self._house.note(self.station_id, "replaced by a newer connection")
        self._close(CloseCode.NORMAL, "replaced by a newer connection")

    async def drain(self) -> None:
        """Read no more, finish what is being handled, close with 1001."""
        self._pull(DRAINING)
        await self._is_idle.wait()
        self._close(CloseCode.GOING_AWAY, "the server is going down")

    def abandon(self) -> None:
        """Stop working at once (the gateway ends)."""
        if self._worker is not None:
            self._worker.cancel()

    @property
    def is_paused(self) -> bool:
        """Whether nothing is read from the socket at the moment."""
        return self._brakes != 0

    @property
    def worker(self) -> asyncio.Task[None] | None:
        """The task that handles the station's messages."""
        return self._worker

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Carry a station request out; never raises."""
        if isinstance(delivery.request, Disconnect):
            self._house.note(self.station_id, f"disconnected: {delivery.request.reason}")
            self._close(CloseCode.POLICY_VIOLATION, delivery.request.reason)
            return CommandOutcome(outcome=Outcome.ACCEPTED, status="disconnected")
        outcome, answers = await self._calls.deliver(delivery)
        try:
            for answer in answers:
                await self._report_variables(answer)
        except BusbarError as error:
            log.warning("ocpp.variables_not_kept", station_id=self.station_id, error=str(error))
        return outcome

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
                self._calls.settle(event, text)
            case ResultRefused():
                self._note_fault(f"invalid answer: {event.code}: {event.description}")
                if event.reply is not None:
                    self._send(event.reply)
                self._calls.settle(event, text)
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

    def _note_fault(self, text: str) -> None:
        self._house.note(self.station_id, f"refused: {text}")
        log.info("ocpp.message_refused", station_id=self.station_id, text=text[:200])

    # ---- back-pressure -----------------------------------------------------------------------------------------------

    def _pull(self, brake: int) -> None:
        if not self._brakes and self._socket is not None:
            self._socket.pause_reading()
        self._brakes |= brake

    def _let_go(self, brake: int) -> None:
        if self._brakes:
            self._brakes &= ~brake
            if not self._brakes and self._socket is not None:
                self._socket.resume_reading()

    def _slow_down(self) -> None:
        """Count a frame that is handled as it comes, and read no more for a while if they come too fast."""
        wait_s = self._pace.take(self._house.clock.monotonic_s())
        if wait_s and not self._brakes & RATE:
            self._pull(RATE)
            asyncio.get_running_loop().call_later(wait_s, self._let_go, RATE)

    async def _rest(self, wait_s: float) -> None:
        """Handle nothing and read nothing for a while."""
        if self._end is None:
            self._pull(PACE)
            await asyncio.sleep(wait_s)
            self._let_go(PACE)

    def _enqueue(self, waiting: Waiting) -> None:
        if self._is_replaced:
            return
        self._inbox.append(waiting)
        self._is_idle.clear()
        if len(self._inbox) >= self._house.settings.station_inbox_max_calls:
            self._pull(INBOX)
        self._wake()

    def _wake(self) -> None:
        if self._wakeup is not None and not self._wakeup.done():
            self._wakeup.set_result(None)

    # ---- the worker --------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        """Tell of the connection, handle the station's messages in order, tell of the end."""
        try:
            if await self._tell_connected():
                await self._handle_all()
            await self._tell_disconnected()
        except Exception:  # the door's supervisor
            log.exception("ocpp.connection_failed", station_id=self.station_id)
            self._close(CloseCode.INTERNAL_ERROR, "internal error")
        finally:
            self._is_idle.set()

    async def _tell_connected(self) -> bool:
        report = StationConnected(
            report_id=ReportId(self._house.ids.new()),
            station_id=self.station_id,
            received_at=self._house.clock.now(),
            connection_id=self.connection_id,
            protocol=self.protocol,
            remote_address=self._upgrade.peer_address,
            is_encrypted=self._upgrade.is_encrypted,
        )
        try:
            await self._house.bus.report(report)
        except BusbarError as error:
            self._note_fault(f"connection: {error.code}: {error.text}")
            self._close(CloseCode.TRY_AGAIN_LATER, error.code)
            return False
        return True

    async def _tell_disconnected(self) -> None:
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
        try:
            await self._house.bus.report(report)
        except BusbarError as error:
            log.warning("ocpp.end_not_kept", station_id=self.station_id, error=str(error))

    async def _handle_all(self) -> None:
        loop = asyncio.get_running_loop()
        inbox = self._inbox
        while True:
            while inbox:
                event, text, received_at = inbox.popleft()
                wait_s = self._pace.take(self._house.clock.monotonic_s())
                if wait_s:
                    await self._rest(wait_s)
                if (
                    self._brakes
                    and self._brakes & INBOX
                    and len(inbox) <= self._house.settings.station_inbox_max_calls // 2
                ):
                    self._let_go(INBOX)
                await self._handle(event, text, received_at)
            if self._end is not None:
                return
            self._is_idle.set()
            self._wakeup = loop.create_future()
            await self._wakeup
            self._wakeup = None
            self._is_idle.clear()

    async def _handle(self, event: CallReceived | SendReceived, text: str, received_at: datetime) -> None:
        quirks: tuple[str, ...] = ()
        try:
            refusal = self._standing.refuse_incoming(event.action)
            if refusal is not None:
                self._fail(event, ErrorCode.SECURITY_ERROR, refusal)
                return
            handler = self._translator.up.get(type(event.request))
            if handler is None:
                self._fail(event, ErrorCode.NOT_SUPPORTED, f"{event.action} is not served here")
                return
            house = self._house
            report_id = ReportId(house.ids.new())
            step = handler(Incoming(event.action, event.request, text, report_id, self.station_id, received_at))
            if isinstance(step.report, StationBooted) and not self._is_certified(step.report.serial_number):
                self._fail(event, ErrorCode.SECURITY_ERROR, "the serial number is not the certificate's (B01.FR.12)")
                self._close(CloseCode.POLICY_VIOLATION, "the serial number is not the certificate's")
                return
            quirks = step.quirks
            reply = None if step.report is None else await house.bus.report(step.report)
            if isinstance(event, CallReceived):
                self._send(self._link.answer(event.message_id, step.answer(reply)))
                self._tally.note_answer(event.action, self._sent_at - received_at)
            else:
                self._tally.answered[event.action] += 1
            if isinstance(reply, BootReply):
                self._settle_boot(reply.registration)
        except BusbarError as error:
            self._fail(event, name_error(error), error.text)
        except Exception:  # the door's supervisor: a defect costs this message an InternalError
            log.exception("ocpp.message_failed", station_id=self.station_id, action=event.action)
            self._fail(event, ErrorCode.INTERNAL_ERROR, "the message could not be handled")
        if quirks or event.quirks:
            await self._report_quirks(event, quirks)

    def _is_certified(self, serial_number: str | None) -> bool:
        """Tell whether a booting 2.x station that showed a certificate is the one it names (B01.FR.11)."""
        names = self._upgrade.certificate_names
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

    async def _report_quirks(self, event: CallReceived | SendReceived, left_out: tuple[str, ...]) -> None:
        names = [f"{quirk.kind}:{quirk.path}" for quirk in event.quirks] + [f"ill_formed:{path}" for path in left_out]
        fields = tuple(sorted({INDEX.sub("[]", name) for name in names}))[:QUIRK_MAX_FIELDS]
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
        try:
            await house.bus.report(report)
        except BusbarError as error:
            log.warning("ocpp.quirk_not_kept", station_id=self.station_id, error=str(error))

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


class Dismissal:
    """A connection that is completed only to be closed: no sub-protocol in common (OCPP-J 3.2)."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def begin(self, socket: Socket) -> None:
        """Close."""
        socket.close(CloseCode.PROTOCOL_ERROR, self._reason)

    def receive(self, text: str) -> None:
        """Take nothing."""

    def hold_writing(self) -> None:
        """Nothing is written."""

    def release_writing(self) -> None:
        """Nothing is written."""

    def end(self, code: int, reason: str) -> None:
        """Nothing was begun."""


def is_tolerated(asked: Any, protocol: Protocol) -> bool:
    """Tell whether harmless faults are repaired: as set for the station, else for 1.6 only."""
    return protocol is Protocol.OCPP16 if asked is None else bool(asked)
