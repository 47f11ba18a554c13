"""What a gateway has done since its start, in plain numbers.

It is counted for every message, so it costs next to nothing: no lock, no label, no clock of its own. Whoever scrapes
reads it from the event loop.
"""

from collections import Counter, defaultdict
from datetime import timedelta

import msgspec

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.socket import CloseCode
from busbar.gateways.ocpp.translation import VERSIONS
from busbar.kernel.buckets import Buckets, Spread
from busbar.wire.ocppj import ErrorCode, dialect_of

ANSWER_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Buckets of the time from a call's receipt to its answer."""
AGES_MAX = 1024
"""Times that are collected before they are sorted into buckets at once."""
DONE = "done"
UNKNOWN_ACTION = "unknown"
"""Instead of a name that no version knows: a station must not be able to fill our memory with names."""
OTHER = "other"
NO_PROTOCOL = "invalid.protocol"
"""Why a station was turned away that speaks none of our protocols."""


class ProtocolTally:
    """What the connections of one protocol have done."""

    __slots__ = ("_ages", "_answer_times", "_known", "answered", "connected", "failed")

    def __init__(self, protocol: Protocol) -> None:
        self.connected = 0
        """Connections that were taken in."""
        self.answered: defaultdict[str, int] = defaultdict(int)
        """Messages by action that were handled, and answered if they want an answer."""
        self.failed: Counter[tuple[str, str]] = Counter()
        """Messages by action and the code of the CALLERROR that they were answered with."""
        self._known = frozenset(dialect_of(VERSIONS[protocol]).actions)
        self._ages: list[timedelta] = []
        self._answer_times = Buckets(ANSWER_BOUNDS_S)

    def note_answer(self, action: str, age: timedelta) -> None:
        """Count a call that was answered, `age` after it was received."""
        self.answered[action] += 1
        ages = self._ages
        ages.append(age)
        if len(ages) >= AGES_MAX:
            self._sort_ages()

    def note_failure(self, action: str | None, code: ErrorCode) -> None:
        """Count a message that was answered with a CALLERROR, or would have been."""
        name = action if action in self._known else UNKNOWN_ACTION
        self.failed[name or UNKNOWN_ACTION, code.value] += 1

    def read_answer_times(self) -> Spread:
        """Return how long answers took."""
        self._sort_ages()
        return self._answer_times.read()

    def _sort_ages(self) -> None:
        """Sort what was collected into its buckets. A clock that was set back between has told nothing."""
        ages, self._ages = self._ages, []
        self._answer_times.add_all([age.total_seconds() for age in ages if age.days >= 0])


class Tally:
    """What a gateway has done."""

    __slots__ = ("_protocols", "disconnected", "frames_in", "frames_out", "refused", "replaced")

    def __init__(self) -> None:
        self.frames_in = 0
        self.frames_out = 0
        self.replaced = 0
        """Connections that gave way to a newer one of their station."""
        self.refused: Counter[str] = Counter()
        """Upgrades that were turned away, by the code of the error."""
        self.disconnected: Counter[str] = Counter()
        """Connections that ended, by the name of the close code."""
        self._protocols: dict[Protocol, ProtocolTally] = {}

    def of(self, protocol: Protocol) -> ProtocolTally:
        """Return the numbers of one protocol."""
        if protocol not in self._protocols:
            self._protocols[protocol] = ProtocolTally(protocol)
        return self._protocols[protocol]

    def note_end(self, code: int) -> None:
        """Count a connection that ended."""
        self.disconnected[name_close_code(code)] += 1

    def read_messages(self) -> "list[MessageCount]":
        """Return how many messages of each protocol and action came to what."""
        return [
            MessageCount(protocol=protocol.value, action=action, outcome=outcome, count=count)
            for protocol, tally in self._protocols.items()
            for (action, outcome), count in [
                *(((action, DONE), count) for action, count in tally.answered.items()),
                *tally.failed.items(),
            ]
        ]

    def read_protocols(self) -> "dict[str, ProtocolTally]":
        """Return the numbers by protocol."""
        return {protocol.value: tally for protocol, tally in self._protocols.items()}


class MessageCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages of one action came to one outcome: `done`, or the code of a CALLERROR."""

    protocol: str
    action: str
    outcome: str
    count: int


def name_close_code(code: int) -> str:
    """Return a close code's name; stations may send any number."""
    try:
        return CloseCode(code).name.lower()
    except ValueError:
        return OTHER
