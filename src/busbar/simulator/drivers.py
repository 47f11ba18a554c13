"""Virtual drivers: they arrive, plug in, present a token, wait, and leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from busbar.simulator.agenda import Agenda
from busbar.simulator.evse import Evse, Status, Token
from busbar.simulator.scenario import SitePlan
from busbar.simulator.talker import Happening
from busbar.simulator.vehicle import MODELS, Vehicle, draw_vehicle
from busbar.simulator.virtual import VirtualStation

PATIENCE_S = 90
"""How long a driver waits for the charge to begin before leaving."""
NEXT_LOOK_S = 10
REMOTE_PLUG_IN_S = (3.0, 8.0)
REMOTE_STAY_S = 3600
STEADY_MODEL = "truck"
RETRY_S = 30


@dataclass(slots=True)
class Visit:
    """One driver at one EVSE, from arrival to departure."""

    station: VirtualStation
    evse: Evse
    token: Token | None
    vehicle: Vehicle
    stay_s: float
    waited_s: float = 0
    passed_s: float = 0
    has_begun: bool = False


class Visitors:
    """The drivers of one site."""

    def __init__(self, plan: SitePlan, stations: Sequence[VirtualStation], *, agenda: Agenda, chance: Random) -> None:
        self.plan = plan
        self.agenda = agenda
        self.chance = chance
        free = {station.identity for station in plan.stations if station.is_free}
        self.visited = [station for station in stations if station.identity not in free]
        self.tokens = list(plan.tokens)
        self.busy_tokens: set[str] = set()
        self.busy_evses: set[tuple[str, int]] = set()
        self.visits = 0
        self.turned_away = 0
        self.is_over = False
        self._next_steady = 0
        for station in stations:
            station.station.on_happening.append(lambda happening, station=station: self._watch(station, happening))

    def begin(self) -> None:
        """Let the first drivers come."""
        if self.plan.is_steady:
            return  # each EVSE gets its vehicle when its station has booted
        evses = sum(len(station.station.charging.evses) for station in self.visited)
        for _ in range(evses * self.plan.occupied_permille // 1000):
            self.agenda.after(self.chance.uniform(2, 60), self.arrive)
        self._plan_arrival()

    def end(self) -> None:
        """Nobody comes any more."""
        self.is_over = True

    # --- arrivals ---------------------------------------------------------------------------------------------------

    def _plan_arrival(self) -> None:
        hour = (self.agenda.now().hour + self.plan.utc_offset_h) % 24
        rate_per_h = self.plan.rate_per_h(hour)
        if rate_per_h <= 0:
            # nobody comes at this hour: look again within the next
            self.agenda.after(600, self._look_again)
            return
        wait_s = self.chance.expovariate(rate_per_h / 3600)
        if wait_s > 3600:  # noqa: PLR2004 - an hour, in which the rate may change
            self.agenda.after(1800, self._look_again)
        else:
            self.agenda.after(wait_s, self._arrive_and_plan)

    def _look_again(self) -> None:
        if not self.is_over:
            self._plan_arrival()

    def _arrive_and_plan(self) -> None:
        if not self.is_over:
            self.arrive()
            self._plan_arrival()

    def arrive(self) -> None:
        """Let a driver drive up and take a free EVSE, or leave when there is none."""
        free = [
            (station, evse)
            for station in self.visited
            if station.station.is_registered_online
            for evse in station.station.charging.evses.values()
            if evse.read_status() is Status.AVAILABLE and (station.identity, evse.evse_id) not in self.busy_evses
        ]
        tokens = [token for token in self.tokens if token not in self.busy_tokens]
        if not free or not tokens or self.is_over:
            self.turned_away += 1
            return
        station, evse = self.chance.choice(free)
        token = Token(self.chance.choice(tokens))
        vehicle = draw_vehicle(
            self.chance, dict(self.plan.vehicles), needs_dc=evse.spec.is_dc, ambient_c=self.plan.ambient_c
        )
        visit = Visit(station, evse, token, vehicle, self.chance.uniform(*self.plan.stay_min) * 60)
        self._hold(visit)
        if self.chance.random() < 0.6:  # noqa: PLR2004 - most people plug in first
            self._plug_in(visit)
            self.agenda.after(self.chance.uniform(4, 15), lambda: self._present(visit))
        else:
            self._present(visit)
            self.agenda.after(self.chance.uniform(4, 15), lambda: self._plug_in(visit))
        self.agenda.after(NEXT_LOOK_S, lambda: self._look(visit))

    def _hold(self, visit: Visit) -> None:
        self.visits += 1
        self.busy_evses.add((visit.station.identity, visit.evse.evse_id))
        if visit.token is not None:
            self.busy_tokens.add(visit.token.value)

    def _plug_in(self, visit: Visit) -> None:
        visit.station.station.guard(lambda: visit.station.station.charging.plug_in(visit.evse, visit.vehicle))

    def _present(self, visit: Visit) -> None:
        token = visit.token
        if token is not None:
            visit.station.station.guard(lambda: visit.station.station.gate.present(token, visit.evse.evse_id))

    # --- the stay ---------------------------------------------------------------------------------------------------

    def _look(self, visit: Visit) -> None:
        """Look after the vehicle every few seconds, as an app on the driver's phone does."""
        transaction = visit.evse.transaction
        if visit.evse.vehicle is not visit.vehicle and visit.passed_s > PATIENCE_S:
            self._leave(visit)
            return
        visit.passed_s += NEXT_LOOK_S
        if transaction is not None:
            visit.has_begun = True
            if visit.passed_s >= visit.stay_s:
                self._stop(visit)
                return
        elif visit.has_begun:
            # somebody else ended it: the driver comes back for the vehicle
            self.agenda.after(self.chance.uniform(10, 90), lambda: self._leave(visit))
            return
        else:
            visit.waited_s += NEXT_LOOK_S
            if visit.waited_s >= PATIENCE_S:
                self._leave(visit)
                return
        self.agenda.after(NEXT_LOOK_S, lambda: self._look(visit))

    def _stop(self, visit: Visit) -> None:
        """End the charge with the token, or on AC simply by pulling the cable."""
        if visit.token is not None and (visit.evse.spec.is_dc or self.chance.random() < 0.7):  # noqa: PLR2004 - most do
            self._present(visit)
        self.agenda.after(self.chance.uniform(5, 20), lambda: self._leave(visit))

    def _leave(self, visit: Visit) -> None:
        if visit.evse.vehicle is visit.vehicle:
            visit.station.station.guard(lambda: self._unplug(visit))
        self.busy_evses.discard((visit.station.identity, visit.evse.evse_id))
        if visit.token is not None:
            self.busy_tokens.discard(visit.token.value)

    def _unplug(self, visit: Visit) -> None:
        visit.station.station.charging.unplug(visit.evse)

    # --- remote starts and steady load ------------------------------------------------------------------------------

    def _watch(self, station: VirtualStation, happening: Happening) -> None:
        if self.is_over:
            return
        if happening.kind == "remote_start" and happening.evse_id is not None:
            evse = station.evse(happening.evse_id)
            if evse.vehicle is None:
                self.agenda.after(self.chance.uniform(*REMOTE_PLUG_IN_S), lambda: self._plug_in_remote(station, evse))
        elif happening.kind == "booted" and self.plan.is_steady:
            for evse in station.station.charging.evses.values():
                self._charge_steadily(station, evse)
        elif happening.kind == "transaction_ended" and self.plan.is_steady and happening.evse_id is not None:
            evse = station.evse(happening.evse_id)
            self.agenda.after(RETRY_S, lambda: self._charge_steadily(station, evse))

    def _plug_in_remote(self, station: VirtualStation, evse: Evse) -> None:
        """Plug a vehicle in, as the person does who tapped Start in the app."""
        if evse.vehicle is not None or evse.permit is None:
            return
        vehicle = draw_vehicle(
            self.chance, dict(self.plan.vehicles), needs_dc=evse.spec.is_dc, ambient_c=self.plan.ambient_c
        )
        visit = Visit(station, evse, None, vehicle, REMOTE_STAY_S)
        self._hold(visit)
        self._plug_in(visit)
        self.agenda.after(NEXT_LOOK_S, lambda: self._look(visit))

    def _charge_steadily(self, station: VirtualStation, evse: Evse) -> None:
        if self.is_over or evse.transaction is not None or not station.station.is_powered:
            return
        station.station.charging.unplug(evse)
        token = self.tokens[self._next_steady % len(self.tokens)]
        self._next_steady += 1
        station.station.charging.plug_in(evse, MODELS[STEADY_MODEL].make(soc_permille=50))
        station.station.gate.present(Token(token), evse.evse_id)
