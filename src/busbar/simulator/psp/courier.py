"""Bringing notices to the merchant: late, twice, in another order, again when they are not taken."""

import asyncio
from collections import deque
from collections.abc import Callable

import httpx2
import msgspec

from busbar.simulator.psp.till import Till

KEPT_MAX = 2000
WAITING_MAX = 10_000
RETRY_PAUSES_S = (1.0, 4.0, 15.0, 60.0)
TIMEOUT_S = 10.0
CUT_BYTES = 9
"""What a notice loses on the way."""


class Notice(msgspec.Struct, kw_only=True):
    """A notice, as it goes out."""

    url: str
    headers: dict[str, str]
    body: bytes
    expected: str = ""
    """What the answer has to begin with to count as taken; empty: any 2xx."""
    status: int = 0
    answer: str = ""
    attempts: int = 0


MakeNotice = Callable[[], Notice]
"""Signs at the moment of sending: a signature has its time."""


class Courier:
    """Sends notices as the mischief says."""

    def __init__(self, till: Till, *, http: httpx2.AsyncClient | None = None) -> None:
        self._till = till
        self._http = http or httpx2.AsyncClient(timeout=TIMEOUT_S, trust_env=False)
        self._held: deque[MakeNotice] = deque(maxlen=WAITING_MAX)
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent: deque[Notice] = deque(maxlen=KEPT_MAX)

    def send(self, make: MakeNotice) -> None:
        """Send a notice, or keep it until it is asked for."""
        if self._till.mischief.is_holding:
            self._held.append(make)
            return
        self._start(make)

    def _start(self, make: MakeNotice) -> None:
        for _ in range(max(self._till.mischief.copies, 1)):
            task = asyncio.create_task(self._bring(make), name="psp-notice")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def release(self) -> int:
        """Send what was held, one after the other, in the order that the mischief says; answer how many."""
        waiting = list(self._held)
        self._held.clear()
        if self._till.mischief.is_reversed:
            waiting.reverse()
        for make in waiting:
            for _ in range(max(self._till.mischief.copies, 1)):
                await self._attempt(make)
        return len(waiting)

    async def forget(self) -> None:
        """Send nothing more of what waits, and keep nothing of what was sent."""
        self._held.clear()
        going = list(self._tasks)
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        self.sent.clear()

    async def close(self) -> None:
        """Stop sending."""
        await self.forget()
        await self._http.aclose()

    async def _bring(self, make: MakeNotice) -> None:
        await asyncio.sleep(self._till.mischief.delay_s)
        for pause_s in (*RETRY_PAUSES_S, None):
            if await self._attempt(make) or pause_s is None:
                return
            await asyncio.sleep(pause_s)

    async def _attempt(self, make: MakeNotice) -> bool:
        notice = make()
        if not notice.url:
            return True
        if self._till.mischief.is_cut:
            notice.body = notice.body[:-CUT_BYTES]
        self.sent.append(notice)
        try:
            answer = await self._http.post(notice.url, content=notice.body, headers=notice.headers)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            notice.answer = type(error).__name__
            return False
        notice.status, notice.answer = answer.status_code, answer.text[:200]
        return answer.is_success and notice.answer.startswith(notice.expected)
