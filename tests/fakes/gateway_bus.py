"""A bus whose core answers at once, kindly, and remembers every report."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from busbar.adapters.memory.bus import MemoryBus
from busbar.app.refusal import MessageFailedError
from busbar.canon.access import AuthorizationRequested, Decision, Verdict
from busbar.canon.message import DONE, Report
from busbar.canon.sessions import TransactionReply, TransactionReported
from busbar.canon.stations import (
    Admission,
    AdmissionRequested,
    AdmissionStatus,
    BootReply,
    HeartbeatReceived,
    HeartbeatReply,
    Registration,
    StationBooted,
    StationNotified,
)
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import StationId, TransactionRef
from busbar.ports.bus import OnAnswer
from busbar.ports.wirelog import Direction, WireEntry
from tests.patience import HANG_LIMIT_S

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


def answer_kindly(report: Report[Any]) -> Any:
    """Answer as a core would that knows everybody and refuses nothing."""
    if isinstance(report, TransactionReported):
        decision = Decision(verdict=Verdict.ACCEPTED) if report.id_token else None
        return TransactionReply(transaction_ref=report.transaction_ref or TransactionRef("7"), decision=decision)
    kind_replies = {
        AdmissionRequested: Admission(status=AdmissionStatus.ADMITTED),
        StationBooted: BootReply(registration=Registration.ACCEPTED, interval_s=300, now=NOW),
        HeartbeatReceived: HeartbeatReply(now=NOW),
        AuthorizationRequested: Decision(verdict=Verdict.ACCEPTED),
        StationNotified: DONE,
    }
    return kind_replies.get(type(report))


class FakeCore:
    """Plays the rooms. `replies` overrules the answer for a report type: a value, or a function of the report."""

    def __init__(self) -> None:
        self.reports: list[Report[Any]] = []
        self.replies: dict[type, Any] = {}
        self.changed = asyncio.Event()
        self.bus = MemoryBus(self.submit, self.post)
        self.has_room = True
        self._asking: set[asyncio.Task[None]] = set()

    async def submit(self, report: Report[Any]) -> Any:
        self.reports.append(report)
        self.changed.set()
        if type(report) in self.replies:
            reply = self.replies[type(report)]
            reply = reply(report) if callable(reply) else reply
            if asyncio.iscoroutine(reply):
                reply = await reply
            if isinstance(reply, Exception):
                raise reply
            return reply
        return answer_kindly(report)

    def post(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        """Answer in a later turn of the loop, as a commit would; without `has_room` nothing is taken."""
        if not self.has_room:
            return False
        task = asyncio.get_running_loop().create_task(self._answer(report, on_answer))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return True

    async def _answer(self, report: Report[Any], on_answer: OnAnswer) -> None:
        try:
            reply = await self.submit(report)
        except BusbarError as error:
            on_answer(None, error)
        except Exception:  # noqa: BLE001 - as the core does: what a defect says is not told
            on_answer(None, MessageFailedError("the message could not be handled"))
        else:
            on_answer(reply, None)

    def of(self, kind: type) -> list[Any]:
        return [report for report in self.reports if isinstance(report, kind)]

    async def wait_for(self, kind: type, count: int = 1) -> list[Any]:
        async with asyncio.timeout(HANG_LIMIT_S):
            while len(self.of(kind)) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.of(kind)


class ListWireLog:
    """Keeps the entries in a list."""

    def __init__(self) -> None:
        self.entries: list[WireEntry] = []

    def append(self, at: datetime, station_id: StationId, direction: Direction, text: str | bytes) -> None:
        self.entries.append(WireEntry(at, station_id, direction, text if isinstance(text, str) else text.decode()))

    def texts(self, direction: Any = None) -> list[str]:
        return [entry.text for entry in self.entries if direction is None or entry.direction is direction]
