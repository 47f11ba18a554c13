"""One thing at a time for one station: order, waiting, rest and back-pressure, without a task of its own."""

import asyncio
from collections import deque
from datetime import datetime
from typing import Any

from busbar.canon.message import Report
from busbar.gateways.ocpp.house import House
from busbar.gateways.ocpp.pace import Pace
from busbar.gateways.ocpp.socket import Socket
from busbar.kernel.errors import BusbarError
from busbar.ports.bus import OnAnswer
from busbar.wire.ocppj import CallReceived, SendReceived

RATE, INBOX, WRITING, DRAINING, PACE = 1, 2, 4, 8, 16
"""Why nothing is read at the moment: bits of a plain int, since it is asked for every message."""


Waiting = tuple[CallReceived | SendReceived, str, datetime]
"""A message to handle, its frame and when it came."""


class Turns:
    """A message is handled when the one before it is done with; `_is_busy` says that something is on its way.

    What is on its way is a report with the core, or a rest of one that talks too fast; whatever ends it calls `_go_on`.
    Who inherits handles a message (`_handle`) and says the last word when nothing is left (`_finish`).
    """

    __slots__ = (
        "_brakes",
        "_house",
        "_inbox",
        "_is_busy",
        "_is_closed",
        "_is_over",
        "_pace",
        "_patience",
        "_resting",
        "_socket",
        "_watchers",
    )

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._house = house
        self._pace = Pace(
            rate_per_s=settings.station_rate_max_messages_per_s, burst_messages=settings.station_burst_max_messages
        )
        self._inbox: deque[Waiting] | None = None
        """Messages that wait behind the one in hand; most stations never have any."""
        self._is_busy = False
        self._is_closed = False
        """The connection has ended, or what still comes is of no interest: there is one last word to be said."""
        self._is_over = False
        """The last word is on its way, or said."""
        self._brakes = 0
        self._socket: Socket | None = None
        self._patience: asyncio.Task[None] | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._watchers: list[asyncio.Future[None]] | None = None

    def _handle(self, event: CallReceived | SendReceived, text: str, received_at: datetime) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        raise NotImplementedError

    # ---- order -------------------------------------------------------------------------------------------------------

    def _take_turn(self, waiting: Waiting) -> None:
        """Handle a message now, or behind those that wait; it may come in while one of them is being taken."""
        if self._is_busy or self._inbox:
            self._enqueue(waiting)
        else:
            self._take_message(*waiting)

    def _enqueue(self, waiting: Waiting) -> None:
        if self._inbox is None:
            self._inbox = deque()
        self._inbox.append(waiting)
        if len(self._inbox) >= self._house.settings.station_inbox_max_calls:
            self._pull(INBOX)

    def _go_on(self) -> None:
        """Take what waits, until something is on its way or nothing is left."""
        inbox = self._inbox
        while inbox and not self._is_busy:
            self._take_message(*inbox.popleft())
            if self._brakes & INBOX and len(inbox) <= self._house.settings.station_inbox_max_calls // 2:
                self._let_go(INBOX)  # last: what the socket kept comes in at once, and is behind the message taken
        if not self._is_busy:
            if self._is_closed and not self._is_over:
                self._is_over = True
                self._finish()
            elif self._watchers is not None:
                self._wake_watchers()

    def _take_message(self, event: CallReceived | SendReceived, text: str, received_at: datetime) -> None:
        wait_s = self._pace.take(self._house.clock.monotonic_s())
        if wait_s and not self._is_closed:
            self._rest((event, text, received_at), wait_s)
        else:
            self._handle(event, text, received_at)

    def _rest(self, waiting: Waiting, wait_s: float) -> None:
        """Let a message wait that came too soon, and read no more meanwhile."""
        self._is_busy = True
        self._pull(PACE)
        if self._inbox is None:
            self._inbox = deque()
        self._inbox.appendleft(waiting)
        self._resting = asyncio.get_running_loop().call_later(wait_s, self._stop_resting)

    def _stop_resting(self) -> None:
        """Handle the message that came too soon, without counting it again."""
        self._resting = None
        self._is_busy = False
        self._let_go(PACE)
        if self._inbox:
            self._handle(*self._inbox.popleft())
        if not self._is_busy:
            self._go_on()

    def _close_turns(self) -> None:
        """Learn that nothing more will come: who rests need not, and when all is done there is a last word."""
        self._is_closed = True
        if self._resting is not None:
            self._resting.cancel()
            self._stop_resting()
        elif not self._is_busy:
            self._go_on()

    def _drop_waiting(self) -> None:
        if self._inbox is not None:
            self._inbox.clear()

    # ---- the way to the core -----------------------------------------------------------------------------------------

    def _report(self, report: Report[Any], on_answer: OnAnswer) -> None:
        """Send a report on its way; `on_answer` goes on from there."""
        if not self._house.bus.post(report, on_answer):
            loop = asyncio.get_running_loop()
            self._patience = loop.create_task(self._report_patiently(report, on_answer))
        self._is_busy = True

    async def _report_patiently(self, report: Report[Any], on_answer: OnAnswer) -> None:
        """Wait for room. Meanwhile the inbox fills, and then nothing more is read from the socket."""
        reply, failure = None, None
        try:
            reply = await self._house.bus.report(report)
        except BusbarError as error:
            failure = error
        self._patience = None
        on_answer(reply, failure)

    # ---- who waits for a pause ---------------------------------------------------------------------------------------

    async def wait_over(self) -> None:
        """Wait until the last word is said, or given up."""
        while self._is_busy or not self._is_over:
            await self._watch()

    def abandon(self) -> None:
        """Wait for the core no more (the gateway ends)."""
        if self._patience is not None:
            self._patience.cancel()
        if self._resting is not None:
            self._resting.cancel()
        self._is_over = True
        self._is_busy = False
        self._wake_watchers()

    async def _watch(self) -> None:
        """Wait until nothing is on its way."""
        if self._watchers is None:
            self._watchers = []
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.append(watcher)
        await watcher

    def _wake_watchers(self) -> None:
        watchers, self._watchers = self._watchers, None
        for watcher in watchers or ():
            if not watcher.done():
                watcher.set_result(None)

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
