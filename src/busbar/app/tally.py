"""What core, deliveries and relay have done since the start, in plain numbers. Counted a batch at a time."""

from collections import Counter
from datetime import datetime

from busbar.kernel.buckets import Buckets
from busbar.kernel.ids import FactId

BATCH_BOUNDS_MESSAGES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
WRITE_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

COMMAND_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class CoreTally:
    """What a core has applied and written."""

    __slots__ = ("apply_times", "batch_sizes", "batches_failed", "commit_times", "messages_refused", "outages")

    def __init__(self) -> None:
        self.batch_sizes = Buckets(BATCH_BOUNDS_MESSAGES)
        """Messages of each batch that was committed."""
        self.apply_times = Buckets(WRITE_BOUNDS_S)
        """Seconds that handlers took for a batch."""
        self.commit_times = Buckets(WRITE_BOUNDS_S)
        """Seconds that the database took to write a batch and to commit it."""
        self.batches_failed = 0
        """Batches that could not be written and were undone."""
        self.outages = 0
        """How often the database stopped taking anything."""
        self.messages_refused: Counter[str] = Counter()
        """Messages that were refused or could not be written, by the code of the error."""

    def note_batch(self, *, messages: int, apply_s: float, commit_s: float) -> None:
        """Count a batch that was committed."""
        self.batch_sizes.add(messages)
        self.apply_times.add(apply_s)
        self.commit_times.add(commit_s)


class RelayTally:
    """What became of the requests that went to stations."""

    __slots__ = ("outcomes", "times")

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """By the kind of request and its outcome."""
        self.times = Buckets(COMMAND_BOUNDS_S)

    def note_outcome(self, kind: str, outcome: str, *, elapsed_s: float | None = None) -> None:
        """Count a request that has its outcome; one that never left took no time."""
        self.outcomes[kind, outcome] += 1
        if elapsed_s is not None:
            self.times.add(elapsed_s)


class DeliveryTally:
    """What became of the deliveries of facts to their listeners."""

    __slots__ = ("_waiting", "delivered", "failed", "parked", "retried")

    def __init__(self) -> None:
        self.delivered: Counter[str] = Counter()
        """Deliveries that had their effect, by consumer."""
        self.failed: Counter[str] = Counter()
        """Attempts that failed, by consumer."""
        self.parked: Counter[str] = Counter()
        """Deliveries that were given up and await a person, by consumer."""
        self.retried = 0
        """Attempts that were made again."""
        self._waiting: dict[tuple[FactId, str], datetime] = {}
        """Facts that their listener has not had yet, by their time, the longest waiting first."""

    def note_planned(self, fact_id: FactId, consumer: str, at: datetime) -> None:
        """Count a delivery that is to be made."""
        self._waiting.setdefault((fact_id, consumer), at)

    def note_settled(self, fact_id: FactId, consumer: str) -> None:
        """Count a delivery that needs no further attempt."""
        self._waiting.pop((fact_id, consumer), None)

    @property
    def waiting(self) -> int:
        """How many deliveries are still to be made."""
        return len(self._waiting)

    @property
    def oldest_at(self) -> datetime | None:
        """When the fact was told that waits longest."""
        return next(iter(self._waiting.values()), None)
