"""Charging profiles as a station keeps and obeys them, in one form for all versions.

Limits are in thousandths of their unit (mA per phase, or mW), so that `16.5 A` is exact.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from busbar.kernel.quantity import LARGEST, read_decimal, round_whole
from busbar.simulator.flow import Cap, EvseSpec

PROFILES_MAX = 64
BOUNDARIES_MAX = 2_000
RECURRENCE = {"Daily": timedelta(days=1), "Weekly": timedelta(days=7)}


class Purpose(StrEnum):
    """What a profile limits; values are the names of OCPP 2.x."""

    STATION_MAX = "ChargingStationMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"
    EXTERNAL = "ChargingStationExternalConstraints"
    PRIORITY = "PriorityCharging"
    LOCAL = "LocalGeneration"


@dataclass(frozen=True, slots=True)
class Step:
    """From `start_s` after the schedule's beginning on: this limit (None: free) over so many phases."""

    start_s: int
    limit_milli: int | None
    phases: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One installed profile. `evse_id` 0 is the whole station; `source` is the profile as it was sent."""

    profile_id: int
    stack_level: int
    purpose: Purpose
    kind: str
    is_power: bool
    steps: tuple[Step, ...]
    evse_id: int = 0
    transaction_ref: str | None = None
    recurrence: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    start_at: datetime | None = None
    duration_s: int | None = None
    source: dict[str, Any] = field(default_factory=dict[str, Any], compare=False)

    def is_valid_at(self, now: datetime) -> bool:
        """Whether `now` lies within its validity (K01.FR.10, K01.FR.36, K01.FR.37)."""
        return (self.valid_from is None or now >= self.valid_from) and (self.valid_to is None or now < self.valid_to)

    def begins_at(self, now: datetime, ready_at: datetime) -> datetime:
        """Return when the schedule that covers `now` began; a relative one begins when energy could first flow."""
        if self.kind == "Recurring" and self.start_at is not None:
            every = RECURRENCE.get(self.recurrence or "Daily", RECURRENCE["Daily"])
            return self.start_at + every * ((now - self.start_at) // every)
        return self.start_at or ready_at

    def step_at(self, now: datetime, ready_at: datetime) -> Step | None:
        """Return the step in force, None where the profile says nothing about `now`."""
        if not self.is_valid_at(now):
            return None
        offset_s = (now - self.begins_at(now, ready_at)).total_seconds()
        if offset_s < 0 or (self.duration_s is not None and offset_s >= self.duration_s):
            return None
        found: Step | None = None
        for step in self.steps:
            if step.start_s > offset_s:
                break
            found = step
        return found

    def cap_at(self, now: datetime, ready_at: datetime) -> Cap | None:
        """Return the limit in force as a cap."""
        step = self.step_at(now, ready_at)
        if step is None:
            return None
        if step.limit_milli is None:
            return Cap(phases=step.phases)
        if self.is_power:
            return Cap(power_w=step.limit_milli // 1000, phases=step.phases)
        return Cap(current_ma=step.limit_milli, phases=step.phases)

    def boundaries(self, begin: datetime, end: datetime, ready_at: datetime) -> Iterable[datetime]:
        """Yield the instants in [begin, end) at which what it says may change."""
        edges = [edge for edge in (self.valid_from, self.valid_to) if edge is not None]
        offsets = [step.start_s for step in self.steps]
        if self.duration_s is not None:
            offsets.append(self.duration_s)
        start = self.begins_at(begin, ready_at)
        repeats = self.kind == "Recurring" and self.start_at is not None
        every = RECURRENCE.get(self.recurrence or "Daily", RECURRENCE["Daily"])
        while start < end:
            edges.extend(start + timedelta(seconds=offset) for offset in offsets)
            if not repeats or len(edges) > BOUNDARIES_MAX:
                break
            start += every
        return (edge for edge in edges if begin < edge < end)


def least(caps: Iterable[Cap | None]) -> Cap:
    """Return the strictest of several caps, each quantity by itself."""
    current_ma: int | None = None
    power_w: int | None = None
    phases: int | None = None
    for cap in caps:
        if cap is None:
            continue
        current_ma = _lesser(current_ma, cap.current_ma)
        power_w = _lesser(power_w, cap.power_w)
        phases = _lesser(phases, cap.phases)
    return Cap(current_ma, power_w, phases)


def _lesser(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)


class ProfileBook:
    """All profiles of one station; they survive reboots (K01.FR.27)."""

    def __init__(self) -> None:
        self.profiles: list[Profile] = []

    def install(self, profile: Profile) -> bool:
        """Keep a profile, replacing the one it supersedes; False when the book is full.

        It supersedes the same id, and the same purpose, stack level, EVSE and transaction (1.6 section 3.13.2).
        """
        kept = [old for old in self.profiles if old.profile_id != profile.profile_id and not _same_place(old, profile)]
        if len(kept) >= PROFILES_MAX:
            return False
        self.profiles = [*kept, profile]
        return True

    def change(self, profile_id: int, steps: tuple[Step, ...]) -> bool:
        """Give a profile new steps (2.1 dynamic schedules); False when there is none of that id."""
        found = False
        for index, profile in enumerate(self.profiles):
            if profile.profile_id == profile_id:
                self.profiles[index] = replace(profile, steps=steps)
                found = True
        return found

    def remove(self, is_meant: Callable[[Profile], bool]) -> list[Profile]:
        """Remove what is meant and return it."""
        gone = [profile for profile in self.profiles if is_meant(profile)]
        self.profiles = [profile for profile in self.profiles if profile not in gone]
        return gone

    def end_transaction(self, evse_id: int, transaction_ref: str | None) -> None:
        """Forget the profiles of a transaction that has ended."""
        self.remove(
            lambda profile: (
                profile.purpose is Purpose.TX
                and profile.evse_id == evse_id
                and profile.transaction_ref in {None, transaction_ref}
            )
        )

    def prevailing(
        self, purpose: Purpose, evse_id: int, now: datetime, ready_at: datetime, transaction_ref: str | None = None
    ) -> tuple[Profile, Cap] | None:
        """Return the profile of a purpose that holds now: the EVSE's own before the station's, the highest stack."""
        best: tuple[tuple[int, int], Profile, Cap] | None = None
        for profile in self.profiles:
            if profile.purpose is not purpose or profile.evse_id not in {0, evse_id}:
                continue
            if profile.transaction_ref is not None and profile.transaction_ref != transaction_ref:
                continue
            cap = profile.cap_at(now, ready_at)
            rank = (profile.stack_level, 1 if profile.evse_id == evse_id else 0)
            if cap is not None and (best is None or rank > best[0]):
                best = (rank, profile, cap)
        return None if best is None else (best[1], best[2])

    def cap_evse(
        self,
        evse_id: int,
        now: datetime,
        *,
        ready_at: datetime,
        transaction_ref: str | None,
        has_transaction: bool,
        has_priority: bool = False,
    ) -> Cap:
        """Return what the profiles let one EVSE give now, before the station's own maximum."""
        if not self.profiles:
            return least(())

        def cap_of(purpose: Purpose) -> Cap | None:
            held = self.prevailing(purpose, evse_id, now, ready_at, transaction_ref)
            return None if held is None else held[1]

        # 2.1 K21: priority charging overrules the profiles of the transaction
        own = cap_of(Purpose.PRIORITY) if has_priority else None
        own = own or (cap_of(Purpose.TX) if has_transaction else None) or cap_of(Purpose.TX_DEFAULT)
        return least((own, cap_of(Purpose.EXTERNAL)))

    def cap_station(self, now: datetime) -> Cap:
        """Return what the profiles let all EVSEs together give now."""
        if not self.profiles:
            return least(())
        held = [self.prevailing(purpose, 0, now, now) for purpose in (Purpose.STATION_MAX, Purpose.EXTERNAL)]
        return least(None if each is None else each[1] for each in held)

    def compose(
        self,
        spec: EvseSpec | None,
        now: datetime,
        duration_s: int,
        *,
        ready_at: datetime,
        transaction_ref: str | None,
        has_transaction: bool,
    ) -> list[tuple[int, Cap]]:
        """Return the composite schedule of an EVSE (None: the station): (second from now, cap), first at 0."""
        end = now + timedelta(seconds=duration_s)
        evse_id = 0 if spec is None else spec.evse_id
        concerned = [profile for profile in self.profiles if profile.evse_id in {0, evse_id}]
        instants = {now}
        for profile in concerned:
            instants.update(profile.boundaries(now, end, ready_at))
        schedule: list[tuple[int, Cap]] = []
        for instant in sorted(instants)[:BOUNDARIES_MAX]:
            caps: list[Cap | None] = [self.cap_station(instant)]
            if spec is not None:
                caps.append(
                    self.cap_evse(
                        evse_id,
                        instant,
                        ready_at=ready_at,
                        transaction_ref=transaction_ref,
                        has_transaction=has_transaction,
                    )
                )
            cap = least(caps)
            if not schedule or schedule[-1][1] != cap:
                schedule.append((int((instant - now).total_seconds()), cap))
        return schedule


def _same_place(old: Profile, new: Profile) -> bool:
    if old.purpose is Purpose.EXTERNAL:
        return False
    return (old.purpose, old.stack_level, old.evse_id, old.transaction_ref) == (
        new.purpose, new.stack_level, new.evse_id, new.transaction_ref,
    )  # fmt: skip


def read_limit(value: float) -> int:
    """Read the A or W of a profile in thousandths. A number that no meter can show is allowed, and limits nothing."""
    return round_whole(max(Decimal(-LARGEST), min(Decimal(LARGEST), read_decimal(value) * 1000)))


def express_limit(cap: Cap, spec_list: tuple[EvseSpec, ...], *, is_power: bool) -> int:
    """Return a cap in mW, or in mA per phase, for one EVSE or for several together; the hardware bounds it."""
    phases = max(min(spec.supply_phases, cap.phases or 3) for spec in spec_list)
    nominal_mv = spec_list[0].nominal_mv
    current_ma = sum(spec.current_max_ma for spec in spec_list)
    power_w = sum(spec.power_max_w for spec in spec_list)
    per_ampere_mw = phases * nominal_mv
    bounds = [power_w * 1000, current_ma * per_ampere_mw // 1000]
    if cap.power_w is not None:
        bounds.append(cap.power_w * 1000)
    if cap.current_ma is not None:
        bounds.append(cap.current_ma * per_ampere_mw // 1000)
    power_mw = min(bounds)
    return power_mw if is_power else power_mw * 1000 // per_ampere_mw
