"""What is due when, in the time of the simulation.

One agenda serves a whole swarm. It holds two kinds of appointment: those of the simulated world, whose time may run
faster than ours, and those of the network (`after_wall`), whose answers take real seconds whatever the speed.
"""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from busbar.kernel.clock import Clock

SPEED_MAX = 100_000


class Appointment:
    """One thing that is due; `cancel()` makes it never happen."""

    __slots__ = ("action", "due_s")

    def __init__(self, due_s: float, action: Callable[[], None]) -> None:
        self.due_s = due_s
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Strike it out; striking out twice, or after it happened, does nothing."""
        self.action = None


class Agenda:
    """Simulated time and its appointments.

    `speed` is how many simulated seconds pass in one of ours; `origin` is the simulated instant at the beginning
    (default: now). Without `attach` nothing happens by itself: whoever owns the agenda calls `run_due`.
    """

    def __init__(self, clock: Clock, *, speed: float = 1.0, origin: datetime | None = None) -> None:
        if not 0 < speed <= SPEED_MAX:
            raise ValueError(f"speed must be above 0 and at most {SPEED_MAX}")
        self._clock = clock
        self.speed = speed
        self.origin = (origin or clock.now()).astimezone(UTC)
        self._began_s = clock.monotonic_s()
        self._heap: list[tuple[float, int, Appointment]] = []
        self._numbers = count()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handle: asyncio.TimerHandle | None = None
        self._armed_s = 0.0

    def now_ms(self) -> int:
        """Return whole simulated milliseconds since the beginning."""
        return round((self._clock.monotonic_s() - self._began_s) * self.speed * 1000)

    def now(self) -> datetime:
        """Return the simulated instant, UTC, to the millisecond."""
        return self.origin + timedelta(milliseconds=self.now_ms())

    def wall_now(self) -> datetime:
        """Return the real instant."""
        return self._clock.now()

    def wall_s(self) -> float:
        """Return real seconds that never go back."""
        return self._clock.monotonic_s()

    def after(self, delay_s: float, action: Callable[[], None]) -> Appointment:
        """Do something after so many simulated seconds."""
        return self.after_wall(delay_s / self.speed, action)

    def after_wall(self, delay_s: float, action: Callable[[], None]) -> Appointment:
        """Do something after so many real seconds."""
        appointment = Appointment(self._clock.monotonic_s() + max(0.0, delay_s), action)
        heapq.heappush(self._heap, (appointment.due_s, next(self._numbers), appointment))
        self._arm()
        return appointment

    def next_due_s(self) -> float | None:
        """Return when the next appointment is due (monotonic, real), None if there is none."""
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_due(self) -> int:
        """Do everything that is due; return how many things that were."""
        done = 0
        limit_s = self._clock.monotonic_s()
        while self._heap and self._heap[0][0] <= limit_s:
            appointment = heapq.heappop(self._heap)[2]
            action, appointment.action = appointment.action, None
            if action is not None:
                action()
                done += 1
        return done

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the event loop wake the agenda; `detach` before the loop ends."""
        self._loop = loop
        self._arm()

    def detach(self) -> None:
        """Stop being woken; appointments stay."""
        self._loop = None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _arm(self) -> None:
        if self._loop is None:
            return
        due_s = self.next_due_s()
        if due_s is None or (self._handle is not None and self._armed_s <= due_s):
            return
        if self._handle is not None:
            self._handle.cancel()
        self._armed_s = due_s
        self._handle = self._loop.call_later(max(0.0, due_s - self._clock.monotonic_s()), self._wake)

    def _wake(self) -> None:
        self._handle = None
        try:
            self.run_due()
        finally:
            self._arm()
