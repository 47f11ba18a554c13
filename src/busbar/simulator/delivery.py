"""Calls on their way to the CSMS: one at a time, transaction messages in order and until they are answered.

OCPP 1.6 sections 3.5 and 3.7 (TransactionMessageAttempts, TransactionMessageRetryInterval); 2.0.1 E04, E13
(MessageAttempts, MessageAttemptInterval). Transaction messages survive reboots; the others do not.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

QUEUE_MAX = 5_000
URGENT_MAX = 200

Payload = dict[str, Any]


@dataclass(slots=True)
class OutgoingCall:
    """One Call to make. `write` is asked for the payload when the Call goes out; None means it is void by now."""

    action: str
    write: Callable[[], Payload | None]
    on_answer: Callable[[Payload], None] | None = None
    on_failure: Callable[[str], None] | None = None
    """Called with the error code, `timeout`, or `dropped`, when no answer will come any more."""
    is_droppable: bool = False
    """A meter message that may be dropped when memory runs short (2.0.1 E04.FR.07)."""
    is_early: bool = False
    """May be sent before the CSMS accepted the station."""
    ref: str = ""
    """The station's own name of the transaction it is about."""
    attempts: int = 0


@dataclass(slots=True)
class Delivery:
    """The two queues of a station. `transactional` keeps its order and blocks on its head until that is answered."""

    attempts_max: Callable[[], int]
    retry_interval_s: Callable[[], int]
    urgent: deque[OutgoingCall] = field(default_factory=deque[OutgoingCall])
    transactional: deque[OutgoingCall] = field(default_factory=deque[OutgoingCall])
    open_call: OutgoingCall | None = None
    is_head_waiting: bool = False
    """The head of the transactional queue waits out its retry interval."""
    dropped: list[OutgoingCall] = field(default_factory=list[OutgoingCall])

    def put(self, call: OutgoingCall) -> None:
        """Queue a Call that is worth nothing later; the oldest gives way when there are too many."""
        if len(self.urgent) >= URGENT_MAX:
            self.dropped.append(self.urgent.popleft())
        self.urgent.append(call)

    def put_transactional(self, call: OutgoingCall, *, overtakes: bool = False) -> None:
        """Queue a transaction message; `overtakes` puts it before the one queued last, as careless stations do."""
        if len(self.transactional) >= QUEUE_MAX:
            self._make_room()
        waiting = len(self.transactional) - (1 if self.transactional and self.transactional[0] is self.open_call else 0)
        if overtakes and waiting > 0:
            self.transactional.insert(len(self.transactional) - 1, call)
        else:
            self.transactional.append(call)

    def next_call(self, *, is_accepted: bool) -> OutgoingCall | None:
        """Return the Call to make now and remember it as open; None when there is none, or one is open."""
        if self.open_call is not None:
            return None
        if not is_accepted:
            for call in self.urgent:
                if call.is_early:
                    self.urgent.remove(call)
                    self.open_call = call
                    return call
            return None
        if self.urgent:
            self.open_call = self.urgent.popleft()
        elif self.transactional and not self.is_head_waiting:
            self.open_call = self.transactional[0]
        return self.open_call

    def settle(self) -> OutgoingCall | None:
        """Close the open Call for good and return it."""
        call, self.open_call = self.open_call, None
        if call is not None and self.transactional and self.transactional[0] is call:
            self.transactional.popleft()
        return call

    def fail(self) -> tuple[OutgoingCall | None, int | None]:
        """Close the open Call unanswered: return it, and after how many seconds to try again (None: given up)."""
        call = self.open_call
        if call is None or not self.transactional or self.transactional[0] is not call:
            return self.settle(), None
        call.attempts += 1
        if call.attempts >= max(1, self.attempts_max()):
            return self.settle(), None
        self.open_call = None
        self.is_head_waiting = True
        return call, max(0, self.retry_interval_s()) * call.attempts

    def interrupt(self) -> OutgoingCall | None:
        """Note that the connection is gone: an open transaction message stays, another Call is returned as lost."""
        call, self.open_call = self.open_call, None
        if call is None or (self.transactional and self.transactional[0] is call):
            return None
        return call

    def forget_urgent(self) -> list[OutgoingCall]:
        """Empty, for a reboot, the queue of what was not about transactions, and return it."""
        gone = list(self.urgent)
        self.urgent.clear()
        return gone

    def take_dropped(self) -> list[OutgoingCall]:
        """Return, once, what was dropped for want of room."""
        gone, self.dropped = self.dropped, []
        return gone

    def has_transaction(self, ref: str) -> bool:
        """Whether a message about this transaction waits."""
        return any(call.ref == ref for call in self.transactional)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is open."""
        return self.open_call is None and not self.urgent and not self.transactional

    def _make_room(self) -> None:
        """Thin out the meter messages, every other one (E04.FR.07 and .08); failing that, drop the oldest message."""
        kept: deque[OutgoingCall] = deque()
        spare = False
        for call in self.transactional:
            if call.is_droppable and call is not self.open_call:
                spare = not spare
                if spare:
                    self.dropped.append(call)
                    continue
            kept.append(call)
        if len(kept) == len(self.transactional):
            index = 1 if kept[0] is self.open_call else 0
            self.dropped.append(kept[index])
            del kept[index]
        self.transactional = kept
