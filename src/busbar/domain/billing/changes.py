"""Has a station that reckons by itself reckon with the tariff that its session is priced with (OCPP 2.1, I11).

The tariff of a session is decided here, at its begin. A station may take another one for it: that of everybody where a
driver started from afar, that of its EVSE where a connector has its own. It says which (I07.FR.32, I08.FR.22), and is
given ours then. That changes what it shows and nothing that is charged.
"""

import msgspec

from busbar.canon.control import Outcome, PriceText, SendStationCommand, ShowPrice, StationCommandAnswered
from busbar.canon.pricing import DescribeProgress
from busbar.domain.billing import showing
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.store import StationTariff, StationTariffStore
from busbar.domain.billing.tariffs import LocalTerms, TariffService
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import CommandId, SessionId
from busbar.ports.work import UnitOfWork
from busbar.rating.phrases import LANGUAGES

CHANGED = "session-tariff-"
"""How the ids of these station commands begin."""
SENDS_MAX = 5
"""Of one session: a station that is never there for an answer is left alone."""
STATUS_MAX_CHARS = 200
_NOT_TOLD = frozenset({Outcome.TIMED_OUT.value, Outcome.UNDELIVERED.value})
OTHER_CURRENCY = "NoCurrencyChange"
"""The station's word for a tariff in another currency than the one that it reckons with (I11.FR.05)."""


class TariffChanges:
    """Which tariffs stations reckon running sessions with."""

    def __init__(
        self, *, store: StationTariffStore, tariffs: TariffService, sessions_max: int, is_allowed: bool = True
    ) -> None:
        self._store = store
        self._tariffs = tariffs
        self._is_allowed = is_allowed
        self._held: BoundedDict[SessionId, StationTariff | None] = BoundedDict(bound=sessions_max)
        """By session; None: its station has told of no tariff."""

    def begin(self, session_id: SessionId, work: UnitOfWork) -> None:
        """Know that of a session which began just now nothing is stored."""
        if session_id not in self._held:
            work.keep(self._held, session_id, None)

    def end(self, session_id: SessionId, work: UnitOfWork) -> None:
        """Let a session go: it has its price."""
        work.forget(self._held, session_id)

    async def hear_word(self, message: DescribeProgress, work: UnitOfWork) -> None:
        """Keep which tariff a station says that it reckons with from now on."""
        if not message.station_tariff:
            return
        before = await self._open(message.session_id, work)
        after = StationTariff(
            session_id=message.session_id,
            operator_id=message.operator_id,
            station_id=message.station_id,
            tariff_ref=message.station_tariff,
            told_at=work.now,
        )
        if before is not None:
            after = msgspec.structs.replace(before, tariff_ref=after.tariff_ref, told_at=after.told_at)
        self._put(work, after)

    async def match(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Give a station the tariff of a running session, if it reckons with another one."""
        held = await self._open(price.session_id, work)
        if held is None or price.transaction_ref is None or price.revision:
            return
        ours = await self._tariffs.localise_as(price.tariff_id, price.version, price.taxes, work)
        is_ours = showing.is_named(held.tariff_ref, ours.name)
        after = held
        if (held.is_ours, held.wanted_ref) != (is_ours, ours.name):
            after = msgspec.structs.replace(held, is_ours=is_ours, wanted_ref=ours.name)
        if held.wanted_ref not in {"", ours.name}:
            # who charges was told meanwhile: what was answered was about another tariff
            after = msgspec.structs.replace(after, command_id=None, outcome=None, status=None)
        is_open = after.command_id is None or after.outcome in _NOT_TOLD
        if not is_ours and self._is_allowed and is_open and after.sends < SENDS_MAX:
            after = await self._send(after, price, ours, work)
        if after is not held:
            self._put(work, after)

    async def _send(
        self, held: StationTariff, price: SessionPrice, ours: LocalTerms, work: UnitOfWork
    ) -> StationTariff:
        command_id = CommandId(f"{CHANGED}{price.session_id}-{held.sends + 1}"[:64])
        request = ShowPrice(
            parts=(),
            currency=price.currency,
            tariff_ref=ours.name,
            texts=tuple(PriceText(language=one, text=showing.write_text(ours.terms, one)) for one in LANGUAGES),
            tariff_json=ours.content_json,
            transaction_ref=price.transaction_ref,
        )
        await work.ask(
            SendStationCommand(
                command_id=command_id,
                operator_id=price.operator_id,
                station_id=price.station_id,
                request=request,
                requested_by="system",
            )
        )
        return msgspec.structs.replace(
            held, sent_at=work.now, command_id=command_id, outcome=None, status=None, sends=held.sends + 1
        )

    async def hear_answer(self, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        """Keep what a station answered. That it took the tariff is known when it says that it reckons with it."""
        if not fact.command_id.startswith(CHANGED):
            return
        session_id = SessionId(fact.command_id[len(CHANGED) :].rpartition("-")[0])
        held = await self._open(session_id, work)
        if held is None or held.command_id != fact.command_id or held.outcome is not None:
            return
        status = None if fact.outcome.status is None else fact.outcome.status[:STATUS_MAX_CHARS]
        self._put(work, msgspec.structs.replace(held, outcome=fact.outcome.outcome.value, status=status))

    async def is_cost_wanted(self, price: SessionPrice, work: UnitOfWork) -> bool:
        """Tell whether a station that reckons by itself is told our cost: it keeps a tariff that is not ours.

        A cost has no currency on the wire (I02): to a station that reckons in another one none is told.
        """
        held = await self._open(price.session_id, work)
        if held is None or held.is_ours or not held.wanted_ref or held.status == OTHER_CURRENCY:
            return False
        if not self._is_allowed:
            return True
        has_refused = held.outcome not in {None, Outcome.ACCEPTED.value, *_NOT_TOLD}
        return has_refused or (held.outcome in _NOT_TOLD and held.sends >= SENDS_MAX)

    async def _open(self, session_id: SessionId, work: UnitOfWork) -> StationTariff | None:
        if session_id not in self._held:
            work.keep(self._held, session_id, await self._store.load_station_tariff(work, session_id))
        return self._held.get(session_id)

    def _put(self, work: UnitOfWork, held: StationTariff) -> None:
        self._store.save_station_tariff(work, held)
        work.keep(self._held, held.session_id, held)
