"""The companion room: what is kept for drivers, and what they are told on their phones."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from busbar.canon.companion import (
    AwaitStation,
    KeepFavourite,
    Notice,
    NoticeTopic,
    PutPushDevice,
    PutVehicle,
    RemovePushDevice,
    RemoveVehicle,
    StationFreed,
    Vehicle,
)
from busbar.canon.complaints import ComplaintAnswered
from busbar.canon.debts import ReceivableOpened, ReceivableReminded
from busbar.canon.drivers import DriverErased
from busbar.canon.ledger import FundsExhausted, LedgerFact, WalletLow, name_driver
from busbar.canon.message import Fact, Message
from busbar.canon.payments import PaymentDisputed, PaymentFact, PaymentFailed
from busbar.canon.pricing import IdleCostNear
from busbar.canon.reservations import ReservationEnded, ReservationState
from busbar.canon.sessions import (
    BatteryHigh,
    ChargingState,
    SessionEnded,
    SessionFact,
    SessionFailed,
    SessionFaulted,
    SessionStarted,
    SessionStateChanged,
    StopTargetReached,
)
from busbar.canon.stations import ConnectorStatus, ConnectorStatusChanged
from busbar.domain.companion import model
from busbar.domain.companion.model import PushDevice, Wait
from busbar.domain.companion.store import CompanionStore
from busbar.kernel.ids import DriverId, IdSource, StationId, VehicleId
from busbar.kernel.person import read_language, read_name
from busbar.ports.jobs import JobQueue, NewJob
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

PUSH_JOB = "push.send"
PUSH_ATTEMPTS = 5
LISTED_EVERY = timedelta(seconds=60)
AWAITED_MAX = 10_000
_AWAITED = "awaited"


class CompanionService:
    """Keeps vehicles, favourites and devices, and tells drivers what happens."""

    def __init__(self, *, store: CompanionStore, ids: IdSource, jobs: JobQueue) -> None:
        self._store = store
        self._ids = ids
        self._jobs = jobs
        self._awaited: dict[str, tuple[datetime, frozenset[StationId]]] = {}
        """Which stations somebody waits for: connectors change far more often than that."""

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            PutVehicle: self.put_vehicle,
            RemoveVehicle: self.remove_vehicle,
            KeepFavourite: self.keep_favourite,
            AwaitStation: self.await_station,
            PutPushDevice: self.put_device,
            RemovePushDevice: self.remove_device,
        }

    def concerns(self) -> dict[str, Callable[[Any], bool]]:
        """Say which of the facts that come often are anything to anybody here."""
        return {
            "companion.connector_status": lambda fact: fact.status is ConnectorStatus.AVAILABLE,
            "companion.session_started": is_of_driver,
            "companion.session_state": is_of_driver,
            "companion.session_ended": is_of_driver,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (DriverErased, "companion.driver_erased", self.hear_erased),
            (ConnectorStatusChanged, "companion.connector_status", self.hear_status),
            (SessionStarted, "companion.session_started", self.hear_started),
            (SessionStateChanged, "companion.session_state", self.hear_state),
            (BatteryHigh, "companion.battery_high", self.hear_battery),
            (SessionFaulted, "companion.session_faulted", self.hear_faulted),
            (StopTargetReached, "companion.target_reached", self.hear_target),
            (IdleCostNear, "companion.idle_cost_near", self.hear_idle),
            (SessionEnded, "companion.session_ended", self.hear_ended),
            (SessionFailed, "companion.session_failed", self.hear_failed),
            (ReservationEnded, "companion.reservation_ended", self.hear_reservation),
            (ComplaintAnswered, "companion.complaint_answered", self.hear_complaint),
            (ReceivableOpened, "companion.receivable_opened", self.hear_debt),
            (ReceivableReminded, "companion.receivable_reminded", self.hear_reminder),
            (WalletLow, "companion.wallet_low", self.hear_low),
            (FundsExhausted, "companion.funds_exhausted", self.hear_exhausted),
            (PaymentFailed, "companion.payment_failed", self.hear_unpaid),
            (PaymentDisputed, "companion.payment_disputed", self.hear_disputed),
        ]

    # ---- vehicles and favourites -------------------------------------------------------------------------------------

    async def put_vehicle(self, command: PutVehicle, work: UnitOfWork) -> Vehicle:
        """Add a vehicle, or write its new state."""
        held = await self._store.list_vehicles(work, command.driver_id)
        before = next((each for each in held if each.vehicle_id == command.vehicle_id), None)
        if before is None and command.vehicle_id is not None:
            raise model.VehicleNotFoundError("there is no such vehicle")
        if before is None and len(held) >= model.VEHICLES_MAX:
            raise model.VehicleLimitError(f"a driver has {model.VEHICLES_MAX} vehicles at most")
        vehicle = Vehicle(
            vehicle_id=VehicleId(self._ids.new()) if before is None else before.vehicle_id,
            operator_id=command.operator_id,
            driver_id=command.driver_id,
            name=read_name(command.name, field="name"),
            plate=model.read_plate(command.plate),
            vin=model.read_vin(command.vin),
            connector_kind=command.connector_kind,
            battery_wh=command.battery_wh,
            created_at=work.now if before is None else before.created_at,
        )
        await self._store.save_vehicle(work, vehicle)
        return vehicle

    async def remove_vehicle(self, command: RemoveVehicle, work: UnitOfWork) -> None:
        """Forget a vehicle."""
        held = await self._store.list_vehicles(work, command.driver_id)
        if not any(each.vehicle_id == command.vehicle_id for each in held):
            raise model.VehicleNotFoundError("there is no such vehicle")
        await self._store.remove_vehicle(work, command.vehicle_id)

    async def keep_favourite(self, command: KeepFavourite, work: UnitOfWork) -> None:
        """Keep a favourite, or no longer."""
        if not command.is_kept:
            await self._store.remove_favourite(work, command.driver_id, command.station_id)
            return
        held = await self._store.list_favourites(work, command.driver_id)
        if command.station_id in held:
            return
        if len(held) >= model.FAVOURITES_MAX:
            raise model.FavouriteLimitError(f"a driver has {model.FAVOURITES_MAX} favourites at most")
        await self._store.add_favourite(work, _name_wait(command))

    # ---- waiting for a station ---------------------------------------------------------------------------------------

    async def await_station(self, command: AwaitStation, work: UnitOfWork) -> None:
        """Let a driver wait for a station, or no longer."""
        if not command.is_awaited:
            await self._store.remove_waits(work, command.station_id, command.driver_id)
            return
        held = await self._store.list_waits(work, command.driver_id, since=work.now - model.AWAITED_FOR)
        if command.station_id not in held and len(held) >= model.AWAITED_MAX:
            raise model.AwaitedLimitError(f"a driver waits for {model.AWAITED_MAX} stations at most")
        await self._store.save_wait(work, _name_wait(command))
        listed_at, awaited = await self._list_awaited(work)
        work.keep(self._awaited, _AWAITED, (listed_at, awaited | {command.station_id}))

    async def _list_awaited(self, work: UnitOfWork) -> tuple[datetime, frozenset[StationId]]:
        held = self._awaited.get(_AWAITED)
        if held is None or work.now - held[0] >= LISTED_EVERY:
            since = work.now - model.AWAITED_FOR
            held = (work.now, frozenset(await self._store.list_awaited(work, since=since, limit=AWAITED_MAX)))
            work.keep(self._awaited, _AWAITED, held)
        return held

    async def hear_status(self, fact: ConnectorStatusChanged, work: UnitOfWork) -> None:
        """Tell those who wait for a station that one of its connectors is free."""
        if fact.status is not ConnectorStatus.AVAILABLE:
            return
        _, awaited = await self._list_awaited(work)
        if fact.station_id not in awaited:
            return
        waiting = await self._store.list_waiting(work, fact.station_id, since=work.now - model.AWAITED_FOR)
        for wait in waiting:
            work.tell(
                StationFreed(
                    operator_id=wait.operator_id, at=work.now, driver_id=wait.driver_id, station_id=fact.station_id
                )
            )
            await self._notify(work, wait.driver_id, NoticeTopic.STATION_FREE, station_id=fact.station_id)
        await self._store.remove_waits(work, fact.station_id)

    # ---- devices and what they are told ------------------------------------------------------------------------------

    async def put_device(self, command: PutPushDevice, work: UnitOfWork) -> None:
        """Keep a device; whoever signed in on it last is told."""
        model.check_keys(command.public_key, command.auth)
        known = await self._store.find_device(work, model.check_endpoint(command.endpoint))
        device = PushDevice(
            device_id=self._ids.new() if known is None else known.device_id,
            operator_id=command.operator_id,
            driver_id=command.driver_id,
            endpoint=command.endpoint,
            public_key=command.public_key,
            auth=command.auth,
            language=read_language(command.language),
        )
        if device == known:
            return
        held = await self._store.list_devices(work, command.driver_id)
        for old in held[: max(0, len(held) + 1 - model.DEVICES_MAX)]:
            await self._store.remove_device(work, old.device_id)
        await self._store.save_device(work, device)

    async def remove_device(self, command: RemovePushDevice, work: UnitOfWork) -> None:
        """Forget a device."""
        known = await self._store.find_device(work, command.endpoint)
        if known is not None and command.driver_id in {None, known.driver_id}:
            await self._store.remove_device(work, known.device_id)

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Forget a person."""
        await self._store.forget_driver(work, fact.driver_id)

    async def hear_started(self, fact: SessionStarted, work: UnitOfWork) -> None:
        """Tell that a charge began."""
        await self._tell_of_session(fact, NoticeTopic.STARTED, work)

    async def hear_state(self, fact: SessionStateChanged, work: UnitOfWork) -> None:
        """Tell that the station holds a charge back."""
        if fact.charging_state is ChargingState.SUSPENDED_EVSE:
            await self._tell_of_session(fact, NoticeTopic.PAUSED, work)

    async def hear_battery(self, fact: BatteryHigh, work: UnitOfWork) -> None:
        """Tell that the battery is nearly full."""
        await self._tell_of_session(fact, NoticeTopic.BATTERY_HIGH, work)

    async def hear_faulted(self, fact: SessionFaulted, work: UnitOfWork) -> None:
        """Tell that the station reports a fault where the driver charges."""
        await self._tell_of_session(fact, NoticeTopic.FAULTED, work)

    async def hear_target(self, fact: StopTargetReached, work: UnitOfWork) -> None:
        """Tell that a charge is where it shall end."""
        await self._tell_of_session(fact, NoticeTopic.TARGET_REACHED, work, energy_wh=fact.energy_wh)

    async def hear_idle(self, fact: IdleCostNear, work: UnitOfWork) -> None:
        """Tell that occupying the place will soon cost something."""
        if fact.driver_id is not None:
            topic = NoticeTopic.IDLE_NEAR
            place = {"station_id": fact.station_id, "session_id": fact.session_id}
            await self._notify(work, fact.driver_id, topic, **place)

    async def hear_ended(self, fact: SessionEnded, work: UnitOfWork) -> None:
        """Tell that a charge is over; what is corrected later is not told again."""
        if not fact.is_correction:
            topic = model.name_end(fact.stop_reason)
            await self._tell_of_session(fact, topic, work, energy_wh=fact.record.energy_wh)

    async def hear_failed(self, fact: SessionFailed, work: UnitOfWork) -> None:
        """Tell that a charge did not begin, unless the driver took it back."""
        if fact.reason != "cancelled":
            await self._tell_of_session(fact, NoticeTopic.FAILED, work)

    async def hear_complaint(self, fact: ComplaintAnswered, work: UnitOfWork) -> None:
        """Tell that somebody answered."""
        if fact.driver_id is not None:
            await self._notify(
                work,
                fact.driver_id,
                NoticeTopic.COMPLAINT_ANSWERED,
                station_id=fact.station_id,
                complaint_id=fact.complaint_id,
            )

    async def hear_reservation(self, fact: ReservationEnded, work: UnitOfWork) -> None:
        """Tell that a place is no longer kept, unless the driver came or gave it free."""
        is_lost = fact.state in {ReservationState.EXPIRED, ReservationState.REMOVED}
        if fact.driver_id is not None and is_lost:
            await self._notify(work, fact.driver_id, NoticeTopic.RESERVATION_OVER, station_id=fact.station_id)

    # ---- money -------------------------------------------------------------------------------------------------------

    async def hear_debt(self, fact: ReceivableOpened, work: UnitOfWork) -> None:
        """Tell that something is to be paid; what a company owes is not its drivers' matter."""
        if fact.driver_id is not None and fact.debtor == name_driver(fact.driver_id):
            await self._tell_of_money(fact, NoticeTopic.DEBT_OPENED, work)

    async def hear_reminder(self, fact: ReceivableReminded, work: UnitOfWork) -> None:
        """Tell what is overdue, in plainer words from the second time on."""
        if fact.driver_id is not None and fact.debtor == name_driver(fact.driver_id):
            topic = NoticeTopic.DEBT_REMINDED if fact.reminders <= 1 else NoticeTopic.DEBT_OVERDUE
            await self._tell_of_money(fact, topic, work)

    async def hear_low(self, fact: WalletLow, work: UnitOfWork) -> None:
        """Tell that a wallet holds less than a charge needs."""
        await self._tell_of_money(fact, NoticeTopic.WALLET_LOW, work)

    async def hear_exhausted(self, fact: FundsExhausted, work: UnitOfWork) -> None:
        """Tell that a charge ends because its money is used up."""
        await self._tell_of_money(fact, NoticeTopic.FUNDS_EXHAUSTED, work)

    async def hear_unpaid(self, fact: PaymentFailed, work: UnitOfWork) -> None:
        """Tell that a payment did not go through."""
        await self._tell_of_money(fact, NoticeTopic.PAYMENT_FAILED, work)

    async def hear_disputed(self, fact: PaymentDisputed, work: UnitOfWork) -> None:
        """Tell that a bank took money back."""
        await self._tell_of_money(fact, NoticeTopic.PAYMENT_DISPUTED, work)

    async def _tell_of_money(self, fact: LedgerFact | PaymentFact, topic: NoticeTopic, work: UnitOfWork) -> None:
        if fact.driver_id is not None:
            about = {"session_id": fact.session_id, "amount": fact.amount, "currency": fact.currency}
            await self._notify(work, fact.driver_id, topic, **about)

    async def _tell_of_session(
        self, fact: SessionFact, topic: NoticeTopic, work: UnitOfWork, *, energy_wh: int | None = None
    ) -> None:
        if fact.driver_id is not None:
            await self._notify(
                work,
                fact.driver_id,
                topic,
                station_id=fact.station_id,
                session_id=fact.session_id,
                energy_wh=energy_wh,
            )

    async def _notify(self, work: UnitOfWork, driver_id: DriverId, topic: NoticeTopic, **facts: Any) -> None:
        for device in await self._store.list_devices(work, driver_id):
            notice = Notice(device_id=device.device_id, topic=topic, at=work.now, **facts)
            payload = msgspec.json.encode(notice).decode()
            await self._jobs.enqueue(NewJob(kind=PUSH_JOB, payload_json=payload, max_attempts=PUSH_ATTEMPTS), work)


def is_of_driver(fact: SessionFact) -> bool:
    """Tell whether a session is that of a driver whom we know."""
    return fact.driver_id is not None


def _name_wait(command: KeepFavourite | AwaitStation) -> Wait:
    return Wait(operator_id=command.operator_id, driver_id=command.driver_id, station_id=command.station_id)
