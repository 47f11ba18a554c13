"""A virtual station's end of the conversation, without any socket: Calls out, answers in, and the other way round.

It queues what the station has to say, keeps one Call open, gives up and tries again, and hands the CSMS's Calls to the
speaker of the protocol version. What a station does besides talking is `Station`'s, which is built on this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from busbar.simulator.agenda import Agenda, Appointment
from busbar.simulator.behaviour import Behaviour, Vendor
from busbar.simulator.books import Books
from busbar.simulator.chance import seed_chance
from busbar.simulator.delivery import Delivery, OutgoingCall
from busbar.simulator.limits import ProfileBook
from busbar.simulator.oddities import mangle_frame, write_refusal
from busbar.simulator.speaker import Payload, RefusedError, Setting, Speaker
from busbar.wire.ocppj import (
    Action,
    CallReceived,
    Connection,
    ErrorCode,
    ErrorReceived,
    Event,
    Limits,
    ProtocolFault,
    ResultErrorReceived,
    ResultReceived,
    ResultRefused,
    Role,
    Version,
    dialect_of,
)
from busbar.wire.schema.decoding import decode_payload

CALL_TIMEOUT_S = 30.0
FRAME_MAX_BYTES = 1024 * 1024
UNANSWERED_MAX = 3
"""Calls in a row without answer after which a station connects anew."""


class Line(Protocol):
    """The station's way out: a WebSocket, or in tests nothing but a list."""

    def open(self) -> None:
        """Connect, and keep connected, until `close` or `drop`."""
        ...

    def send(self, frame: bytes) -> None:
        """Send one text frame; never called while the line is down."""
        ...

    def close(self) -> None:
        """Close politely."""
        ...

    def drop(self) -> None:
        """Be gone without a word, as when the power fails."""
        ...


@dataclass(frozen=True, slots=True)
class Happening:
    """Something happened at a station: `kind` in snake case, at which EVSE if at one."""

    kind: str
    evse_id: int | None = None


class Talker:
    """What talks. `on_happening` hears of everything that happens; `on_crash` of failures of the simulation itself."""

    speaker: Speaker

    def __init__(  # noqa: PLR0913  a station is described by these
        self,
        identity: str,
        *,
        agenda: Agenda,
        version: Version,
        line: Line,
        vendor: Vendor,
        behaviour: Behaviour | None = None,
        seed: int = 0,
        call_timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        self.identity = identity
        self.agenda = agenda
        self.version = version
        self.line = line
        self.vendor = vendor
        self.behaviour = behaviour or vendor.behaviour
        self.chance = seed_chance(seed, identity)
        self.call_timeout_s = call_timeout_s
        self.books = Books()
        self.profiles = ProfileBook()
        self.on_happening: list[Callable[[Happening], None]] = []
        self.on_crash: Callable[[Exception], None] | None = None
        self.shown: dict[str, Any] = {}
        """What stands on its display of prices, by what showed it: as it was told."""
        self.connection: Connection | None = None
        self.is_powered = False
        self.is_registered = False
        self.is_rejected = False
        self.clock_error = timedelta(seconds=self.behaviour.clock_offset_s)
        self.timers: dict[str, Appointment] = {}
        self.delivery = Delivery(
            attempts_max=lambda: self.speaker.read_setting(Setting.MESSAGE_ATTEMPTS),
            retry_interval_s=lambda: self.speaker.read_setting(Setting.MESSAGE_RETRY_S),
        )
        self._call_timer: Appointment | None = None
        self._called_s = 0.0
        self._unanswered = 0
        self._ids = 0
        self._id_prefix = f"{int(agenda.wall_now().timestamp() * 1000):x}"
        self._dialect = dialect_of(version)

    # --- time and names ---------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return what the station's clock shows."""
        return self.agenda.now() + self.clock_error

    def after(self, delay_s: float, action: Callable[[], None]) -> Appointment:
        """Do something after so many simulated seconds."""
        return self.agenda.after(delay_s, lambda: self.guard(action))

    def set_timer(self, name: str, delay_s: float, action: Callable[[], None]) -> None:
        """Start a timer that a reboot stops; one of the same name is replaced."""
        self.stop_timer(name)
        self.timers[name] = self.after(delay_s, action)

    def stop_timer(self, name: str) -> None:
        """Stop a timer if it runs."""
        timer = self.timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def emit(self, kind: str, evse_id: int | None = None) -> None:
        """Let everybody who watches know."""
        happening = Happening(kind, evse_id)
        for watch in list(self.on_happening):
            watch(happening)

    @property
    def is_online(self) -> bool:
        """Whether it is connected."""
        return self.connection is not None

    @property
    def is_registered_online(self) -> bool:
        """Whether it is connected and accepted: it may ask things."""
        return self.connection is not None and self.is_registered

    # --- the line ---------------------------------------------------------------------------------------------------

    def open_connection(self) -> None:
        """Begin the protocol anew on a line that has just come up."""
        self.connection = Connection(
            version=self.version,
            role=Role.STATION,
            new_message_id=self._new_message_id,
            limits=Limits(max_frame_bytes=FRAME_MAX_BYTES),
        )
        self.books.connections += 1
        self._unanswered = 0

    def line_down(self) -> None:
        """Note that the connection is gone; the line tries again by itself."""
        self.guard(self._line_down)

    def _line_down(self) -> None:
        if self.close_connection():
            self.emit("disconnected")

    def close_connection(self) -> bool:
        """Forget the connection; False when there was none."""
        if self.connection is None:
            return False
        self.connection.close()
        self.connection = None
        if self._call_timer is not None:
            self._call_timer.cancel()
        call = self.delivery.interrupt()
        if call is not None:
            self.give_up(call, "disconnected")
        return True

    def receive(self, frame: str | bytes) -> None:
        """Take one frame of the CSMS."""
        self.guard(lambda: self._receive(frame))

    def _receive(self, frame: str | bytes) -> None:
        if self.connection is None:
            return
        self._act_on(self.connection.receive_text(frame))
        self.pump()

    def _act_on(self, event: Event) -> None:
        match event:
            case CallReceived():
                self._answer(event)
            case ResultReceived(call=call, response=response):
                self.books.answers[call.action.name] += 1
                self._settle(lambda done: self._take_answer(done, _to_payload(response)))
            case ErrorReceived(call=call, code=code, description=description):
                self.books.answers[f"{call.action.name}!{code}"] += 1
                self.books.faults.append(f"{call.action.name} refused: {code} {description}")
                self._fail(code)
            case ResultRefused(call=call, code=code, description=description, reply=reply):
                self.books.faults.append(f"answer to {call.action.name} is wrong: {description}")
                self._reply(reply)
                self._fail(str(code))
            case ProtocolFault(description=description, reply=reply):
                self.books.faults.append(description)
                self._reply(reply)
            case ResultErrorReceived(description=description, action=action):
                self.books.faults.append(f"our answer to {action} was refused: {description}")
            case _:
                pass

    def _reply(self, reply: bytes | None) -> None:
        if reply is not None:
            self.line.send(reply)

    # --- asking -----------------------------------------------------------------------------------------------------

    def call(self, call: OutgoingCall) -> None:
        """Queue a Call that is only worth sending now; offline it is not sent at all."""
        if self.connection is None or not (self.is_registered or call.is_early):
            self.give_up(call, "offline")
            return
        self.delivery.put(call)
        self.pump()

    def call_transactional(self, call: OutgoingCall) -> None:
        """Queue a transaction message: it will be delivered, in order, however long that takes."""
        chance, behaviour = self.chance, self.behaviour
        if call.is_droppable and behaviour.loses_permille and chance.randrange(1000) < behaviour.loses_permille:
            self.books.dropped[call.action] += 1
            return
        overtakes = behaviour.reorders_permille > 0 and chance.randrange(1000) < behaviour.reorders_permille
        self.delivery.put_transactional(call, overtakes=overtakes)
        if behaviour.repeats_permille and chance.randrange(1000) < behaviour.repeats_permille:
            # the repeat tells nobody of its answer: the station forgot that it had sent the message already
            self.delivery.put_transactional(OutgoingCall(call.action, call.write, is_droppable=call.is_droppable))
        for dropped in self.delivery.take_dropped():
            self.give_up(dropped, "dropped")
        self.pump()

    def pump(self) -> None:
        """Send the next Call if none is open."""
        while self.connection is not None and self.is_powered:
            call = self.delivery.next_call(is_accepted=self.is_registered)
            if call is None:
                return
            payload = call.write()
            if payload is None:
                self.delivery.settle()
                continue
            self._send_call(call, payload)
            return

    def _send_call(self, call: OutgoingCall, payload: Payload) -> None:
        if self.connection is None:
            return
        request = self._dialect.read_request(call.action, msgspec.json.encode(payload), sender=Role.STATION)
        self._called_s = self.agenda.wall_s()
        opened = self.connection.call(request, now=self._called_s, timeout_s=self.call_timeout_s)
        self.books.calls[call.action] += 1
        self._call_timer = self.agenda.after_wall(self.call_timeout_s, lambda: self.guard(self._expire_call))
        self.line.send(mangle_frame(opened.frame, self.behaviour, self.version))

    def send(self, action: str, payload: Payload) -> None:
        """Send a message that is never answered (2.1 SEND); offline it is lost."""
        if self.connection is None or not self.is_registered:
            return
        request = self._dialect.read_request(action, msgspec.json.encode(payload), sender=Role.STATION)
        self.books.calls[action] += 1
        self.line.send(self.connection.send(request))

    def _expire_call(self) -> None:
        if self.connection is None:
            return
        expired = self.connection.expire(self.agenda.wall_s() + 0.001)
        if expired is not None:
            self.books.answers[f"{expired.call.action.name}!timeout"] += 1
            self._unanswered += 1
            self._fail("timeout")
            if self._unanswered >= UNANSWERED_MAX:
                self._reconnect()
            self.pump()

    def _reconnect(self) -> None:
        """Give up a connection on which nobody answers: it may be dead without anybody having said so."""
        self.line.drop()
        self._line_down()
        self.line.open()

    def _settle(self, then: Callable[[OutgoingCall], None]) -> None:
        if self._call_timer is not None:
            self._call_timer.cancel()
        self.books.answer_s.append(self.agenda.wall_s() - self._called_s)
        self._unanswered = 0
        call = self.delivery.settle()
        if call is not None:
            then(call)

    @staticmethod
    def _take_answer(call: OutgoingCall, payload: Payload) -> None:
        if call.on_answer is not None:
            call.on_answer(payload)

    def _fail(self, code: str) -> None:
        if self._call_timer is not None:
            self._call_timer.cancel()
        call, delay_s = self.delivery.fail()
        if call is not None and delay_s is None:
            self.give_up(call, code)
        elif delay_s is not None:
            self.after(delay_s, self._retry)

    def _retry(self) -> None:
        self.delivery.is_head_waiting = False
        self.pump()

    def give_up(self, call: OutgoingCall, code: str) -> None:
        """Tell whoever asked that no answer will come."""
        if code != "offline":
            self.books.dropped[call.action] += 1
        if call.on_failure is not None:
            call.on_failure(code)

    # --- answering --------------------------------------------------------------------------------------------------

    def _answer(self, event: CallReceived) -> None:
        self.books.commands[event.action] += 1
        if event.action in self.behaviour.silent_on:
            return
        delay_s = self.behaviour.answer_delay_s
        if delay_s > 0:
            connection = self.connection
            self.after(delay_s, lambda: self._answer_now(event) if self.connection is connection else None)
        else:
            self._answer_now(event)

    def _answer_now(self, event: CallReceived) -> None:
        connection = self.connection
        if connection is None:
            return
        action = self._dialect.actions[event.action]
        try:
            payload = self._decide(action, event)
        except RefusedError as refusal:
            self.line.send(connection.fail(event.message_id, refusal.code, refusal.text))
            return
        if action.response is None:
            return
        response = decode_payload(msgspec.json.encode(payload), action.response)
        self.line.send(mangle_frame(connection.answer(event.message_id, response), self.behaviour, self.version))
        self.emit(f"answered_{event.action}")

    def _new_message_id(self) -> str:
        self._ids += 1
        return f"{self._id_prefix}-{self._ids:x}"

    def _decide(self, action: Action, event: CallReceived) -> Payload:
        if action.name in self.behaviour.unsupported:
            raise RefusedError(ErrorCode.NOT_IMPLEMENTED, "this station cannot do that")
        if self.is_rejected:
            raise RefusedError(ErrorCode.SECURITY_ERROR, "this station was rejected")  # B03.FR.08
        if action.name in self.behaviour.rejects:
            return write_refusal(action)
        return self.speaker.answer(action.name, _to_payload(event.request))

    def guard(self, action: Callable[[], None]) -> None:
        """Do something of this station; `on_crash` hears if the simulation itself fails at it."""
        if self.on_crash is None:
            action()
            return
        try:
            action()
        except Exception as error:  # noqa: BLE001 - supervisor: one station's failure must not stop the others
            self.on_crash(error)


def _to_payload(message: object) -> Payload:
    """Return a typed message as a JSON object with OCPP's names; instants stay aware datetimes."""
    return msgspec.to_builtins(message, builtin_types=(datetime,))
