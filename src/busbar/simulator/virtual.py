"""A virtual station to use: the library's front door, for tests, scenarios and the demonstration."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from busbar.kernel.clock import Clock
from busbar.simulator.agenda import Agenda
from busbar.simulator.behaviour import Behaviour, Vendor, find_vendor
from busbar.simulator.books import Books, FinishedTransaction
from busbar.simulator.chance import seed_chance
from busbar.simulator.evse import ChargingState, Evse, Status, Token, Transaction
from busbar.simulator.flow import EvseSpec
from busbar.simulator.line import Access, WebSocketLine
from busbar.simulator.mishaps import Mishaps
from busbar.simulator.speaker import Speaker
from busbar.simulator.station import Station
from busbar.simulator.talker import Happening, Line
from busbar.simulator.v2 import make_speaker2
from busbar.simulator.v16 import make_speaker16
from busbar.simulator.vehicle import MODELS, Vehicle
from busbar.wire.ocppj import Version

VERSIONS: dict[str, Version] = {"1.6": Version.V16, "2.0.1": Version.V201, "2.1": Version.V21}
POLL_S = 0.05
RECENT_MAX = 1_000
EVSE_MAX_KILOWATTS = 3_000
LIQUID_COOLED_W = 120_000
"""From this power on, cables are cooled and carry 500 A."""
SINGLE_PHASE_MAX_W = 7_400

Condition = str | Callable[["VirtualStation"], bool]


class StationCrashedError(RuntimeError):
    """A virtual station failed by a fault of its own; `__cause__` says which."""


def read_version(text: str) -> Version:
    """Return the version named `1.6`, `2.0.1` or `2.1`; raises ValueError."""
    version = VERSIONS.get(text.lower().removeprefix("ocpp"))
    if version is None:
        raise ValueError(f"there is no protocol {text!r}; there are: {', '.join(VERSIONS)}")
    return version


def make_specs(kinds: Iterable[str] | int) -> tuple[EvseSpec, ...]:
    """Make EVSEs numbered from 1: `ac11`, `ac22`, `ac43`, `dc60` … name kind and kW; a number means so many `ac22`."""
    names = ["ac22"] * kinds if isinstance(kinds, int) else list(kinds)
    return tuple(_make_spec(evse_id, name) for evse_id, name in enumerate(names, start=1))


def _make_spec(evse_id: int, name: str) -> EvseSpec:
    kind, digits = name[:2].lower(), name[2:]
    if kind not in {"ac", "dc"} or not digits.isdigit() or not 1 <= int(digits) <= EVSE_MAX_KILOWATTS:
        raise ValueError(f"{name!r} is no EVSE: write ac or dc and its kilowatts, such as ac22 or dc150")
    power_w = int(digits) * 1000
    if kind == "dc":
        return EvseSpec(evse_id, True, 1, 200_000 if power_w < LIQUID_COOLED_W else 500_000, power_w, ("cCCS2",))
    phases = 1 if power_w <= SINGLE_PHASE_MAX_W else 3
    current_ma = power_w * 1000 // (230 * phases) // 1000 * 1000 + 1000
    return EvseSpec(evse_id, False, phases, current_ma, phases * 230 * current_ma // 1000, ("sType2",))


def make_station(  # noqa: PLR0913  a station is described by these
    identity: str,
    *,
    agenda: Agenda,
    version: Version,
    line: Line,
    specs: tuple[EvseSpec, ...],
    vendor: Vendor,
    behaviour: Behaviour | None = None,
    seed: int = 0,
    supply_power_w: int | None = None,
    call_timeout_s: float = 30.0,
) -> Station:
    """Put a station together with the speaker of its version."""

    def speaker_of(station: Station) -> Speaker:
        return make_speaker16(station) if version is Version.V16 else make_speaker2(station)

    return Station(
        identity,
        agenda=agenda,
        version=version,
        line=line,
        specs=specs,
        vendor=vendor,
        speaker_of=speaker_of,
        behaviour=behaviour,
        seed=seed,
        supply_power_w=supply_power_w,
        call_timeout_s=call_timeout_s,
    )


class VirtualStation:
    """One station connected to a real CSMS.

    `url` is the address before the identity. `evses` are kinds such as `ac22`, `dc60`, or how many AC ones. Give a
    `clock`, or the `agenda` that several stations share. `settings` are configuration keys (1.6) or
    `Component.Variable` names (2.x) set from the beginning, as if on the station's own screen.
    """

    def __init__(  # noqa: PLR0913  a station is described by these
        self,
        identity: str,
        *,
        url: str,
        protocol: str = "1.6",
        clock: Clock | None = None,
        agenda: Agenda | None = None,
        vendor: str | Vendor = "plain",
        behaviour: Behaviour | None = None,
        evses: Iterable[str] | int = 1,
        seed: int = 0,
        speed: float = 1.0,
        password: str | None = None,
        is_deflating: bool = False,
        tls: ssl.SSLContext | None = None,
        settings: Mapping[str, str] | None = None,
        supply_power_w: int | None = None,
        call_timeout_s: float = 30.0,
    ) -> None:
        if agenda is None:
            if clock is None:
                raise ValueError("a virtual station needs a clock or an agenda")
            agenda = Agenda(clock, speed=speed)
            self._owns_agenda = True
        else:
            self._owns_agenda = False
        version = read_version(protocol)
        self.agenda = agenda
        self.chance = seed_chance(seed, identity, "line")
        self.line = WebSocketLine(
            identity,
            Access(url, (version.value,), password=password, is_deflating=is_deflating, tls=tls),
            agenda=agenda,
            chance=self.chance,
        )
        self.station = make_station(
            identity,
            agenda=agenda,
            version=version,
            line=self.line,
            specs=make_specs(evses),
            vendor=find_vendor(vendor) if isinstance(vendor, str) else vendor,
            behaviour=behaviour,
            seed=seed,
            supply_power_w=supply_power_w,
            call_timeout_s=call_timeout_s,
        )
        Mishaps(self.station)
        self.line.listener = self.station
        self.line.on_refused = self._note_refusal
        self.station.on_crash = self._crash
        self.station.on_happening.append(self._wake_waiters)
        self.failure: Exception | None = None
        self.refusal: str | None = None
        self._waiters: list[tuple[Callable[[Happening | None], bool], asyncio.Future[None]]] = []
        self._recent: deque[Happening] = deque(maxlen=RECENT_MAX)
        for name, value in (settings or {}).items():
            self.station.speaker.set_locally(name, value)

    # --- life -------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Connect and wait for the boot to be accepted."""
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        await self.close()

    def power_on(self) -> None:
        """Switch on without waiting for anything."""
        self._recent.clear()
        if self._owns_agenda:
            self.agenda.attach(asyncio.get_running_loop())
        self.station.power_on()

    async def connect(self, *, until: str = "booted", timeout_s: float = 20.0) -> None:
        """Switch on and wait (`booted`: accepted; `connected`: the WebSocket stands; `boot_pending` …)."""
        waiting = asyncio.ensure_future(self.wait_for(until, timeout_s=timeout_s))
        await asyncio.sleep(0)
        try:
            self.power_on()
        except BaseException:
            waiting.cancel()
            raise
        await waiting

    async def close(self) -> None:
        """Switch off for good."""
        if self.station.is_powered:
            self.station.power_off(is_polite=True)
        self.line.close()
        await self.line.wait_closed()
        if self._owns_agenda:
            self.agenda.detach()

    # --- people and fate --------------------------------------------------------------------------------------------

    def plug_in(self, evse_id: int = 1, vehicle: Vehicle | None = None) -> Vehicle:
        """Connect a vehicle (default: a compact one, 30 % full) and return it."""
        self._recent.clear()
        chosen = vehicle or MODELS["compact"].make(soc_permille=300)
        self.station.charging.plug_in(self.evse(evse_id), chosen)
        return chosen

    def unplug(self, evse_id: int = 1) -> Vehicle | None:
        """Disconnect the vehicle."""
        self._recent.clear()
        return self.station.charging.unplug(self.evse(evse_id))

    def present_token(self, token: str, evse_id: int | None = None, *, kind: str = "ISO14443") -> None:
        """Hold a token to the reader: starts, or stops what the same token (or group) started."""
        self._recent.clear()
        self.station.gate.present(Token(token, kind), evse_id)

    def set_fault(self, evse_id: int = 1, code: str = "InternalError") -> None:
        """Break an EVSE; `code` is an error code of 1.6, or `EmergencyStop`."""
        self._recent.clear()
        self.station.charging.set_fault(self.evse(evse_id), code)

    def clear_fault(self, evse_id: int = 1) -> None:
        """Repair it."""
        self._recent.clear()
        self.station.charging.clear_fault(self.evse(evse_id))

    def go_offline(self, duration_s: float | None = None) -> None:
        """Lose the network, for so many simulated seconds or until `go_online`; the station goes on by itself."""
        self._recent.clear()
        self.station.cut_off(duration_s)

    def go_online(self) -> None:
        """Get the network back."""
        self._recent.clear()
        self.station.reconnect()

    def reboot(self, *, ends: str | None = "Reboot") -> None:
        """Reboot; transactions end first with this reason (None: there must be none)."""
        self._recent.clear()
        self.station.reset("LocalReset", ends=ends)

    def lose_power(self, duration_s: float = 60.0) -> None:
        """Cut the mains for so many simulated seconds."""
        self._recent.clear()
        self.station.lose_power(duration_s)

    # --- looking ----------------------------------------------------------------------------------------------------

    @property
    def identity(self) -> str:
        """Its identity."""
        return self.station.identity

    @property
    def books(self) -> Books:
        """What it did."""
        return self.station.books

    @property
    def finished(self) -> list[FinishedTransaction]:
        """Its finished transactions, oldest first."""
        return list(self.station.books.finished)

    @property
    def is_settled(self) -> bool:
        """Whether everything it had to say has been acknowledged."""
        return self.station.delivery.is_empty

    def evse(self, evse_id: int = 1) -> Evse:
        """Return an EVSE; raises KeyError."""
        return self.station.charging.evses[evse_id]

    def status(self, evse_id: int = 1) -> Status:
        """Return the status of an EVSE in the words of 1.6."""
        return self.evse(evse_id).read_status()

    def transaction(self, evse_id: int = 1) -> Transaction | None:
        """Return the running transaction."""
        return self.evse(evse_id).transaction

    def is_charging(self, evse_id: int = 1) -> bool:
        """Whether energy flows."""
        return self.evse(evse_id).read_state() is ChargingState.CHARGING

    def energy_wh(self, evse_id: int = 1) -> int:
        """Return the energy of the running transaction so far, 0 without one."""
        evse = self.evse(evse_id)
        if evse.transaction is None:
            return 0
        evse.advance(self.agenda.now_ms())
        return (evse.meter.register_mws - evse.transaction.meter_start_mws) // 3_600_000

    async def wait_for(self, condition: Condition, *, evse_id: int | None = None, timeout_s: float = 20.0) -> None:
        """Wait for a happening of a kind, or until a condition holds; raises TimeoutError, StationCrashedError.

        A happening counts from the last thing that was done to the station (plug_in, present_token …) or the last
        wait on, so nothing is missed between doing and waiting. `timeout_s` is in real seconds.

        Kinds: connected, disconnected, booted, boot_pending, boot_rejected, status, plugged_in, unplugged, authorized,
        refused, remote_start, transaction_started, transaction_numbered (1.6), transaction_ended,
        transaction_delivered, faulted, fault_cleared, rebooting, powered_on, powered_off, answered_<Action> …
        """
        self._raise_failure()
        if callable(condition) and condition(self):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def is_met(happening: Happening | None) -> bool:
            if callable(condition):
                return condition(self)
            if happening is None:
                return False
            return happening.kind == condition and evse_id in {None, happening.evse_id}

        while self._recent:
            if is_met(self._recent.popleft()):
                return
        entry = (is_met, future)
        self._waiters.append(entry)
        try:
            async with asyncio.timeout(timeout_s):
                while not future.done():
                    # what flows changes without anything happening, so conditions are looked at now and then as well
                    await asyncio.wait([future], timeout=POLL_S)
                    if not future.done() and is_met(None):
                        break
                    self._raise_failure()
        except TimeoutError:
            raise TimeoutError(f"{self.describe()}: waited {timeout_s} s for {condition}") from None
        finally:
            self._waiters.remove(entry)
        self._raise_failure()

    def describe(self) -> str:
        """Return its state in one line, for people who look for a fault."""
        station = self.station
        link = "registered" if station.is_registered_online else "online" if station.is_online else "offline"
        evses = ", ".join(f"{each.evse_id}:{each.read_status()}" for each in station.charging.evses.values())
        waiting = len(station.delivery.transactional)
        fault = f"; last fault: {station.books.faults[-1]}" if station.books.faults else ""
        refusal = f"; refused: {self.refusal}" if self.refusal and not station.is_online else ""
        return f"{self.identity} {link} [{evses}] queue {waiting}{fault}{refusal}"

    def _raise_failure(self) -> None:
        if self.failure is not None:
            raise StationCrashedError(f"{self.identity} crashed") from self.failure

    def _wake_waiters(self, happening: Happening) -> None:
        if not self._waiters:
            self._recent.append(happening)
        for is_met, future in self._waiters:
            if not future.done() and is_met(happening):
                future.set_result(None)

    def _note_refusal(self, why: str) -> None:
        self.refusal = why

    def _crash(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.line.drop()
