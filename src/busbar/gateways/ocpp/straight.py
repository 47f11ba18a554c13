"""The straight way of calls that come by the thousand: frame, report, constant answer; nothing made that is not needed.

Each step gives what the long way in `connection` gives; what is out of the ordinary is left to that.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from busbar.canon.message import Report
from busbar.canon.stations import Registration
from busbar.gateways.ocpp.house import House
from busbar.gateways.ocpp.standing import Standing
from busbar.gateways.ocpp.stencils import LESSONS_MAX, TRIED_MAX, Learnt, learn
from busbar.gateways.ocpp.tally import ProtocolTally
from busbar.gateways.ocpp.translation import PlainWay, Step, read_plain
from busbar.gateways.ocpp.turns import Turns
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import ReportId, StationId
from busbar.ports.wirelog import Direction
from busbar.wire.ocppj import CallReceived, Connection, HeldCall, SendReceived, TypedCallFrame
from busbar.wire.schema.decoding import NOTHING

InHand = tuple[CallReceived | SendReceived, Step, datetime]
"""The message whose report is with the core, what to do about it, and when it came."""
PlainInHand = tuple[TypedCallFrame[Any] | HeldCall, PlainWay, datetime]
"""The same of one that came the straight way."""
Plain = tuple[TypedCallFrame[Any] | HeldCall, PlainWay, Report[Any]]
"""A call that may take the straight way, and its report."""


class StraightCalls(Turns):
    """Takes plain calls; who inherits takes all others, and concludes what did not end plainly."""

    __slots__ = ("_in_hand", "_learnt", "_lessons", "_on_plain_reply", "_plain_in_hand", "_ways")

    station_id: StationId
    _link: Connection
    _standing: Standing
    _tally: ProtocolTally
    _end: tuple[int, str] | None
    _sent_at: datetime

    def __init__(self, house: House, ways: Mapping[str, PlainWay]) -> None:
        super().__init__(house)
        self._ways = ways
        self._in_hand: InHand | None = None
        self._plain_in_hand: PlainInHand | None = None
        self._on_plain_reply = self._take_plain_reply
        self._learnt: tuple[Learnt, ...] = ()
        """What this station was heard to write again and again, the latest first."""
        self._lessons = 0

    def _conclude(self, reply: Any, error: BusbarError | None) -> None:
        raise NotImplementedError

    def _send(self, frame: bytes) -> None:
        raise NotImplementedError

    def _receive_plainly(self, text: str, now: datetime) -> bool:
        """Take a call that comes by the thousand the short way; False: nothing has happened, take the long one."""
        house, link = self._house, self._link
        if house.tracer.is_on or self._standing.registration is not Registration.ACCEPTED or link.open_peer_call_ids:
            return False
        try:
            read = self._read_by_heart(text, now) or self._read_plainly(text, now)
        except Exception:  # noqa: BLE001 - the door's supervisor: the long way meets the same and says it
            return False
        if read is None:
            return False
        call, way, report = read
        house.wire_log.append(now, self.station_id, Direction.IN, text)
        link.hold(call)
        wait_s = self._pace.take(house.clock.monotonic_s())
        if wait_s and not self._is_closed:
            self._rest((read_plain(call), text, now), wait_s)
        else:
            self._plain_in_hand = (call, way, now)
            self._report(report, self._on_plain_reply)
        return True

    def _read_by_heart(self, text: str, now: datetime) -> Plain | None:
        """Read a call that is written like one before it."""
        for learnt in self._learnt:
            found = learnt.match(text)
            if found is not None:
                scalars = found.groups()
                report = learnt.read(scalars, self.station_id, now)
                if report is None:
                    return None
                return self._link.recall(text, scalars[0], learnt.action), self._ways[learnt.action], report
        return None

    def _read_plainly(self, text: str, now: datetime) -> Plain | None:
        """Decode a call, and learn it by heart if it comes again and again."""
        call = self._link.receive_plainly(text, self._ways)
        if call is None:
            return None
        way = self._ways[call.action]
        report = way.read(call.request, ReportId(call.message_id), self.station_id, now)
        if report is None:
            return None
        if self._lessons < LESSONS_MAX:
            self._lessons += 1
            learnt = learn(text, call, report, version=self._link.version, lesson=way.lesson)
            if learnt is not None:
                self._learnt = (learnt, *self._learnt)[:TRIED_MAX]
        return call, way, report

    def _take_plain_reply(self, reply: Any, error: BusbarError | None) -> None:
        """Answer the call in hand that came the short way, then take the next message."""
        self._is_busy = False
        if self._plain_in_hand is not None:
            call, way, received_at = self._plain_in_hand
            self._plain_in_hand = None
            if error is None and self._end is None and way.is_plain(reply):
                frame = self._link.answer_plainly(call, NOTHING)
                self._send(frame)
                self._tally.note_answer(call.action, self._sent_at - received_at)
            else:
                self._in_hand = (read_plain(call), Step(None, way.answer), received_at)
                self._conclude(reply, error)
        if not self._is_busy:
            self._go_on()
