"""Frames of the wire log, read as the reports that they are to today's translators."""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import date

import msgspec
import structlog

from busbar.canon.access import AuthorizationRequested
from busbar.canon.message import Report
from busbar.canon.sessions import SamplesReported, TransactionReported
from busbar.canon.stations import ConnectorStatusReported, Protocol, StationBooted
from busbar.gateways.ocpp.translation import VERSIONS, Incoming
from busbar.gateways.ocpp.translators import find_translator
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import IdSource, ReportId, StationId
from busbar.ports.wirelog import Direction, WireEntry, WireLog
from busbar.wire.ocppj import CallReceived, Connection, Role, SendReceived

PAGE_ENTRIES = 1000
CONNECTED = re.compile(r"connected: (?P<protocol>\S+) from ")
"""The note that the gateway makes of a connection."""
REPLAYED = (StationBooted, ConnectorStatusReported, AuthorizationRequested, TransactionReported, SamplesReported)
"""What sessions, meter records and statuses are made of; the rest of what stations say is kept as it was."""

log = structlog.get_logger(__name__)


class _Result(msgspec.Struct):
    transaction_id: int | None = msgspec.field(default=None, name="transactionId")


_RESULT = msgspec.json.Decoder(tuple[int, str, _Result])


class Told(msgspec.Struct, kw_only=True):
    """One report of a station, and the transaction number that it was answered with at the time."""

    day: date
    report: Report[object]
    answered_ref: str | None = None
    """OCPP 1.6: the number that the server gave to a started transaction."""
    replayed_ref: str | None = None
    """The transaction that the report belongs to in the replay."""
    is_wanted: bool = False
    """Something of its transaction is missing in the database, or differs."""


async def read_frames(wire_log: WireLog, station_id: StationId, day: date) -> AsyncIterator[WireEntry]:
    """Yield a station's entries of a UTC day, oldest first."""
    after_id = 0
    while True:
        page = await wire_log.read(station_id=station_id, day=day, after_id=after_id, limit=PAGE_ENTRIES)
        for entry in page:
            yield entry
        if len(page) < PAGE_ENTRIES:
            return
        after_id = page[-1].entry_id


class FrameReader:
    """Reads entries in their order; the protocol is that of the last connection."""

    def __init__(self, *, protocol: Protocol, is_tolerant: bool | None, ids: IdSource) -> None:
        self._protocol = protocol
        self._is_tolerant = is_tolerant
        self._ids = ids
        self._open: dict[str, Told] = {}
        """Reports by the id of their message, until it is answered; stations use ids again."""
        self.refused = 0
        """Frames that mean nothing today: broken, or unknown."""

    def read(self, entry: WireEntry, day: date) -> Told | None:
        """Return what an entry tells, if it is one of the reports that are replayed."""
        if entry.direction is Direction.NOTE:
            self._note(entry.text)
        elif entry.direction is Direction.OUT:
            self._take_answer(entry.text)
        else:
            return self._take_message(entry, day)
        return None

    def _note(self, text: str) -> None:
        found = CONNECTED.match(text)
        if found is not None and found["protocol"] in set(Protocol):
            self._protocol = Protocol(found["protocol"])
            self._open.clear()

    def _take_answer(self, text: str) -> None:
        try:
            _, message_id, result = _RESULT.decode(text)
        except msgspec.MsgspecError:
            return
        told = self._open.pop(message_id, None)
        if told is not None and result.transaction_id is not None:
            told.answered_ref = str(result.transaction_id)

    def _take_message(self, entry: WireEntry, day: date) -> Told | None:
        link = Connection(
            version=VERSIONS[self._protocol],
            role=Role.CSMS,
            new_message_id=self._ids.new,
            is_tolerant=self._protocol is Protocol.OCPP16 if self._is_tolerant is None else self._is_tolerant,
        )
        event = link.receive_text(entry.text)
        if not isinstance(event, CallReceived | SendReceived):
            self.refused += not entry.text.startswith(("[3", "[4"))
            return None
        report = self._translate(event, entry)
        if not isinstance(report, REPLAYED):
            return None
        told = Told(day=day, report=report)
        self._open[event.message_id] = told
        return told

    def _translate(self, event: CallReceived | SendReceived, entry: WireEntry) -> Report[object] | None:
        handler = find_translator(self._protocol).up.get(type(event.request))
        if handler is None:
            return None
        report_id = ReportId(self._ids.new())
        incoming = Incoming(event.action, event.request, entry.text, report_id, entry.station_id, entry.at)
        try:
            return handler(incoming).report
        except BusbarError as error:
            self.refused += 1
            log.info("replay.refused", action=event.action, error=error.text)
            return None


def choose_days(kept: Iterable[date], *, first: date, last: date) -> list[date]:
    """Return the days that hold frames within a span, oldest first."""
    return sorted(day for day in kept if first <= day <= last)
