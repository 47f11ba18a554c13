"""A station's own books: what it did, to compare with what others say it did."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

FINISHED_MAX = 10_000


@dataclass(slots=True)
class FinishedTransaction:
    """One transaction from beginning to end.

    `ref` is what the CSMS knows it by; in 1.6 the decimal number it assigned, "" until it has. Registers in whole Wh
    as a meter shows them (cut off); `energy_mws` is exact, in milliwatt-seconds. `is_delivered` says that the CSMS
    acknowledged the end; in 1.6 `is_start_delivered` that it answered the start.
    """

    station_id: str
    ref: str
    evse_id: int
    token: str | None
    started_at: datetime
    stopped_at: datetime
    meter_start_wh: int
    meter_stop_wh: int
    energy_mws: int
    reason: str
    remote_start_id: int | None = None
    began_offline: bool = False
    is_start_delivered: bool = False
    is_delivered: bool = False


@dataclass(slots=True)
class Books:
    """Everything that was finished, and counts of the rest."""

    finished: deque[FinishedTransaction] = field(default_factory=lambda: deque(maxlen=FINISHED_MAX))
    calls: Counter[str] = field(default_factory=Counter[str])
    """Calls sent, by action."""
    answers: Counter[str] = field(default_factory=Counter[str])
    """Answers received: by action for results, `Action!Code` for errors, `Action!timeout`."""
    commands: Counter[str] = field(default_factory=Counter[str])
    """Calls of the CSMS, by action."""
    dropped: Counter[str] = field(default_factory=Counter[str])
    """Messages given up, by action."""
    faults: deque[str] = field(default_factory=lambda: deque(maxlen=200))
    """What was wrong with frames received, newest last."""
    boots: int = 0
    connections: int = 0
    energy_mws: int = 0
    """Energy of all finished transactions."""
    answer_s: deque[float] = field(default_factory=lambda: deque(maxlen=2_000))
    """Real seconds from each Call to its answer, newest last."""
