"""Shows prices on stations: the price to everybody, the one of a driver, and what a charge costs so far.

A station is asked once after a boot what it can show, and is told nothing that it cannot. Nothing waits for its
answers: a charge goes on whatever a display does.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from busbar.canon.access import IdToken, TokenKind
from busbar.canon.control import (
    AnyStationRequest,
    CommandOutcome,
    Outcome,
    PriceText,
    SendStationCommand,
    ShowCost,
    ShowPart,
    ShowPrice,
    StationCommandAnswered,
)
from busbar.canon.invoicing import TaxRulesChanged
from busbar.canon.offers import OfferChanged, ResolveOffers
from busbar.canon.pricing import DescribeStart, PriceNote, TendDisplays, Totals
from busbar.canon.stations import (
    FindStation,
    Protocol,
    Registration,
    StationBootAccepted,
    StationOnline,
    StationStanding,
)
from busbar.canon.tariffs import TariffChanged
from busbar.canon.tenants import FindOperator
from busbar.domain.billing import showing
from busbar.domain.billing.changes import TariffChanges
from busbar.domain.billing.model import Choice, Circumstances
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.showing import ASKED, COSTED, SHOWN, TOLD, Display, Spot
from busbar.domain.billing.store import DisplayStore
from busbar.domain.billing.tariffs import LocalTerms, TariffService
from busbar.kernel.bounded import BATCH_MAX, BoundedDict, LatestDict
from busbar.kernel.errors import BusbarError, NotFoundError
from busbar.kernel.ids import CommandId, IdSource, OperatorId, StationId
from busbar.ports.work import UnitOfWork
from busbar.rating.offers import Offer

SYSTEM = "system"
LISTED_MAX = 100_000
LOOKS_MAX = 1_000
"""Stations that one beat looks at; telling some of them something is bounded by the policy."""
BACK_AFTER = timedelta(seconds=10)
"""A station that connects is left alone so long: mostly it boots first."""
ANSWER_WITHIN = timedelta(seconds=60)
"""A cost whose answer is not there is not told again before."""
_NOT_TOLD = frozenset({Outcome.TIMED_OUT, Outcome.UNDELIVERED})


class DisplayPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of prices on stations."""

    cost_interval: timedelta = timedelta(seconds=60)
    """A station is told of a running charge's cost no oftener."""
    may_change_tariffs: bool = True
    """A station that reckons a running charge with another tariff than ours is given ours (2.1)."""
    max_per_pulse: int = 20
    """Stations that are asked or told a price a second."""
    stations_max: int = 50_000


class DisplayService:
    """Tells stations what to show."""

    def __init__(
        self,
        *,
        store: DisplayStore,
        tariffs: TariffService,
        offers: OfferService,
        changes: TariffChanges,
        ids: IdSource,
        policy: DisplayPolicy | None = None,
    ) -> None:
        self._store = store
        self.tariff_changes = changes
        self._tariffs = tariffs
        self._offers = offers
        self._ids = ids
        self._policy = policy or DisplayPolicy()
        self._displays: LatestDict[StationId, Display] = LatestDict(bound=max(self._policy.stations_max, BATCH_MAX + 1))
        self._due: BoundedDict[StationId, datetime] = BoundedDict(bound=self._policy.stations_max)
        """When to look at a station again."""
        self._changes: BoundedDict[OperatorId, datetime] = BoundedDict(bound=self._policy.stations_max)
        """When another price may hold by itself."""
        self._stale: BoundedDict[OperatorId, None] = BoundedDict(bound=self._policy.stations_max)
        self._is_all_stale = True
        self._is_elsewhere: Callable[[StationId], bool] = lambda _station_id: False

    def share_with_others(self, is_elsewhere: Callable[[StationId], bool]) -> None:
        """Learn which stations are another process's."""
        self._is_elsewhere = is_elsewhere

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Leave to others what is theirs from now on; what came to us is listed at the next beat."""
        for station_id in [each for each in self._displays if is_gone(each)]:
            del self._displays[station_id]
        for station_id in [each for each in self._due if is_gone(each)]:
            del self._due[station_id]
        self._is_all_stale = True

    def look_again(self) -> None:
        """Look at all stations again: another process changed tariffs."""
        self._is_all_stale = True

    # ---- when to look ------------------------------------------------------------------------------------------------

    async def hear_boot(self, fact: StationBootAccepted, work: UnitOfWork) -> None:
        """Ask a station that booted anew what it can show."""
        before = await self._open(work, fact.station_id, fact.operator_id)
        after = msgspec.structs.replace(before, operator_id=fact.operator_id, asked_at=None, known_at=None)
        self._put(work, after)
        work.keep(self._due, fact.station_id, work.now)

    async def hear_online(self, fact: StationOnline, work: UnitOfWork) -> None:
        """Tell a station that is back what it missed."""
        before = await self._open(work, fact.station_id, fact.operator_id)
        if before.protocol is not fact.protocol or before.operator_id != fact.operator_id:
            fresh = Display(station_id=fact.station_id, operator_id=fact.operator_id, protocol=fact.protocol)
            self._put(work, fresh)
        elif before.known_at is not None:
            work.keep(self._due, fact.station_id, work.now + BACK_AFTER)

    async def hear_tariff(self, fact: TariffChanged | TaxRulesChanged | OfferChanged, work: UnitOfWork) -> None:
        """Look at the stations of an operator whose tariffs, taxes or offers changed."""
        work.keep(self._stale, fact.operator_id, None)

    async def tend(self, _command: TendDisplays, work: UnitOfWork) -> int:
        """Look at stations that are due, and tell some of them what is new."""
        for operator_id in [each for each, at in self._changes.items() if at <= work.now]:
            work.forget(self._changes, operator_id)
            work.keep(self._stale, operator_id, None)
        if self._is_all_stale or self._stale:
            await self._list_stale(work)
        due = [station_id for station_id, at in self._due.items() if at <= work.now]
        told = 0
        for station_id in due[:LOOKS_MAX]:
            if told >= self._policy.max_per_pulse:
                break
            work.forget(self._due, station_id)
            told += await self._look_at(station_id, work)
        return told

    async def _list_stale(self, work: UnitOfWork) -> None:
        wanted = None if self._is_all_stale else set(self._stale)
        self._is_all_stale = False
        for operator_id in list(self._stale):
            work.forget(self._stale, operator_id)
        for display in await self._store.list_displays(work, wanted, limit=LISTED_MAX):
            station_id = display.station_id
            if not self._is_elsewhere(station_id) and station_id not in self._due:
                work.keep(self._due, station_id, work.now)

    async def _look_at(self, station_id: StationId, work: UnitOfWork) -> bool:
        """Ask or tell a station, if there is something to; answers whether there was."""
        standing = await _find_station(work, station_id)
        if standing is None or not standing.is_online or standing.registration is not Registration.ACCEPTED:
            return False
        display = await self._open(work, station_id, standing.operator_id)
        choice = await self._choose_default(standing, work)
        spots = await self._list_spots(standing, choice, work)
        await self._note_next_change(standing.operator_id, work)
        if choice is None and not spots and not display.price_digest:
            return False
        if display.known_at is None:
            if display.asked_at is None:
                request = showing.list_settings(standing.protocol)
                await self._send(work, display, request, prefix=ASKED)
                self._put(work, msgspec.structs.replace(display, protocol=standing.protocol, asked_at=work.now))
            return display.asked_at is None
        if not display.can(ShowPart.PRICE) and not display.can(ShowPart.TARIFF):
            return False
        local = None if choice is None else await self._tariffs.localise(choice.version, standing.site_id, work)
        where = Circumstances(
            operator_id=standing.operator_id, at=work.now, site_id=standing.site_id, station_id=standing.station_id
        )
        offers = () if local is None else await self._list_offers(where, local, work)
        return await self._tell_price(display, local, work, offers=offers, spots=spots)

    async def _list_spots(self, standing: StationStanding, default: Choice | None, work: UnitOfWork) -> list[Spot]:
        """Return the EVSEs that have another tariff than their station, and the connectors with one beside those."""
        spots: list[Spot] = []
        of_station = _name_choice(default)
        of_evses: dict[int, tuple[str, int] | None] = {}
        for evse_id, connector_id in await self._tariffs.list_special_places(
            standing.operator_id, standing.station_id, work
        ):
            choice = await self._choose_default(standing, work, evse_id=evse_id, connector_id=connector_id)
            found = _name_choice(choice)
            known = of_station if connector_id is None else of_evses.get(evse_id, of_station)
            if connector_id is None:
                of_evses[evse_id] = found
            if found == known:
                continue
            if choice is None:
                spots.append(Spot(evse_id, connector_id, None))
                continue
            local = await self._tariffs.localise(choice.version, standing.site_id, work)
            spots.append(Spot(evse_id, connector_id, local.terms, local.name, local.content_json))
        return spots

    async def _list_offers(self, who: Circumstances, local: LocalTerms, work: UnitOfWork) -> Sequence[Offer]:
        """Return the offers that a session would have which began now."""
        wish = ResolveOffers(
            operator_id=who.operator_id,
            at=work.now,
            station_id=who.station_id or StationId(""),
            site_id=who.site_id,
            currency=local.terms.currency,
            driver_id=who.driver_id,
            group=who.group,
        )
        return await self._offers.list_offers(wish, work)

    async def _tell_price(
        self,
        display: Display,
        local: LocalTerms | None,
        work: UnitOfWork,
        *,
        offers: Sequence[Offer],
        spots: Sequence[Spot],
    ) -> bool:
        home = await self._find_language(display.operator_id, work)
        languages = (home, *(each for each in ("en", "it", "zh") if each != home))
        request = showing.make_price(
            display,
            None if local is None else local.terms,
            tariff_ref=display.tariff_ref if local is None else local.name,
            tariff_json=None if local is None else local.content_json,
            languages=languages,
            offers=offers,
            spots=spots,
        )
        digest = showing.digest_price(request)
        if digest == display.price_digest:
            return False
        command_id = await self._send(work, display, request, prefix=SHOWN)
        self._put(
            work,
            msgspec.structs.replace(
                display,
                tariff_ref=request.tariff_ref,
                price_text=request.texts[0].text if request.texts else "",
                price_digest=digest if request.texts else "",
                price_sent_at=work.now,
                price_command_id=command_id,
                price_outcome=None,
                price_status=None,
            ),
        )
        return True

    async def _choose_default(
        self,
        standing: StationStanding,
        work: UnitOfWork,
        *,
        evse_id: int | None = None,
        connector_id: int | None = None,
    ) -> Choice | None:
        where = Circumstances(
            operator_id=standing.operator_id,
            at=work.now,
            site_id=standing.site_id,
            station_id=standing.station_id,
            evse_id=evse_id,
            connector_id=connector_id,
        )
        return await self._tariffs.choose(where, work)

    async def _note_next_change(self, operator_id: OperatorId, work: UnitOfWork) -> None:
        if operator_id not in self._changes:
            edges = (
                await self._tariffs.find_next_change(operator_id, work),
                await self._offers.find_next_change(operator_id, work),
            )
            change_at = min((edge for edge in edges if edge is not None), default=None)
            if change_at is not None:
                work.keep(self._changes, operator_id, change_at)

    async def _find_language(self, operator_id: OperatorId, work: UnitOfWork) -> str:
        try:
            operator = await work.ask(FindOperator(operator_id=operator_id))
        except NotFoundError:
            return "en"
        return showing.choose_language(None, home=operator.language)

    # ---- what stations answer ----------------------------------------------------------------------------------------

    async def hear_answer(self, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        """Learn what a station can show, and whether it shows what it was told."""
        if not fact.command_id.startswith("display-"):
            return
        display = await self._open(work, fact.station_id, fact.operator_id)
        outcome = fact.outcome
        if fact.command_id.startswith(ASKED):
            self._learn(work, display, outcome)
        elif fact.command_id == display.price_command_id:
            self._note_price(work, display, outcome)
        elif fact.command_id == display.cost_command_id:
            parts = display.parts
            if outcome.outcome is Outcome.UNSUPPORTED or outcome.status in {"UnknownVendorId", "UnknownMessageId"}:
                parts = tuple(each for each in parts if each is not ShowPart.COST)
            noted = {"cost_outcome": outcome.outcome.value, "cost_status": _word(outcome), "parts": parts}
            self._put(work, msgspec.structs.replace(display, **noted))

    def _learn(self, work: UnitOfWork, display: Display, outcome: CommandOutcome) -> None:
        if outcome.outcome in _NOT_TOLD:
            self._put(work, msgspec.structs.replace(display, asked_at=None))
            return  # asked again when it is back
        parts = showing.read_parts(display.protocol, outcome.values)
        self._put(work, msgspec.structs.replace(display, parts=parts, known_at=work.now, price_digest=""))
        work.keep(self._due, display.station_id, work.now)

    def _note_price(self, work: UnitOfWork, display: Display, outcome: CommandOutcome) -> None:
        parts, digest = display.parts, display.price_digest
        if outcome.outcome in _NOT_TOLD:
            digest = ""
        elif outcome.outcome is not Outcome.ACCEPTED and display.can(ShowPart.TARIFF):
            # it will not reckon with this tariff: it is told what a charge costs (I02)
            reckoning = {ShowPart.TARIFF, ShowPart.LOCAL_COST, ShowPart.COST}
            parts = (*(each for each in parts if each not in reckoning), ShowPart.COST)
        noted = {"price_outcome": outcome.outcome.value, "price_status": _word(outcome)}
        self._put(work, msgspec.structs.replace(display, parts=parts, price_digest=digest, **noted))

    # ---- a driver's price --------------------------------------------------------------------------------------------

    async def describe_start(self, message: DescribeStart, work: UnitOfWork) -> PriceNote | None:
        """Say what a driver who presented a token is shown (I01); a 1.6 station is told by a message of its own."""
        display = await self._open(work, message.station_id, message.operator_id)
        if not display.can(ShowPart.PERSONAL):
            return None
        standing = await _find_station(work, message.station_id)
        if standing is None:
            return None
        where = Circumstances(
            operator_id=message.operator_id, at=work.now, site_id=standing.site_id, station_id=message.station_id
        )
        who = msgspec.structs.replace(
            where, driver_id=message.driver_id, group=message.group, token_id=message.token_id
        )
        choice = await self._tariffs.choose(who, work)
        if choice is None:
            return None
        home = await self._find_language(message.operator_id, work)
        local = await self._tariffs.localise(choice.version, standing.site_id, work)
        offers = await self._list_offers(who, local, work)
        note = _write_note(local, language=showing.choose_language(message.language, home=home), offers=offers)
        if display.protocol is Protocol.OCPP16:
            token = IdToken(value=message.token_value, kind=TokenKind(message.token_kind))
            texts = (PriceText(language=note.language, text=note.text),)
            request = ShowPrice(
                parts=display.parts, currency=note.currency, tariff_ref=note.tariff_ref, texts=texts, id_token=token
            )
            await self._send(work, display, request, prefix=TOLD)
            return None
        is_own = display.can(ShowPart.TARIFF) and note.tariff_ref != display.tariff_ref
        return note if is_own else msgspec.structs.replace(note, tariff_json=None)

    # ---- what a charge costs -----------------------------------------------------------------------------------------

    async def find(self, work: UnitOfWork, station_id: StationId, operator_id: OperatorId) -> Display:
        """Return what a station can show."""
        return await self._open(work, station_id, operator_id)

    async def show_cost(
        self, price: SessionPrice, totals: Totals, work: UnitOfWork, *, energy_wh: int, is_final: bool = False
    ) -> None:
        """Tell a station what a charge costs so far, a 1.6 station also what it cost; seldom, and one at a time."""
        if price.transaction_ref is None:
            return
        display = await self._open(work, price.station_id, price.operator_id)
        if is_final and display.protocol is not Protocol.OCPP16:
            return
        if not display.can(ShowPart.COST) and not (
            display.can(ShowPart.LOCAL_COST) and await self.tariff_changes.is_cost_wanted(price, work)
        ):
            return
        is_open = display.cost_command_id is not None and display.cost_outcome is None
        is_waiting = is_open and display.cost_sent_at is not None and work.now - display.cost_sent_at < ANSWER_WITHIN
        is_due = showing.is_cost_due(
            display,
            session_id=price.session_id,
            cost=totals.gross,
            now=work.now,
            interval=self._policy.cost_interval,
            is_final=is_final,
        )
        if not is_due or (is_waiting and not is_final):
            return
        request = ShowCost(
            transaction_ref=price.transaction_ref,
            currency=price.currency,
            digits=showing.count_currency_digits(price.currency),
            cost=totals.gross,
            energy_wh=energy_wh,
            register_wh=None if price.register_wh is None else price.register_wh + energy_wh,
            at=work.now,
            is_final=is_final,
        )
        command_id = await self._send(work, display, request, prefix=COSTED)
        self._put(
            work,
            msgspec.structs.replace(
                display,
                cost_session_id=price.session_id,
                cost=totals.gross,
                cost_currency=price.currency,
                cost_sent_at=work.now,
                cost_command_id=command_id,
                cost_outcome=None,
                cost_status=None,
            ),
        )

    # ---- within ------------------------------------------------------------------------------------------------------

    async def _open(self, work: UnitOfWork, station_id: StationId, operator_id: OperatorId) -> Display:
        display = self._displays.get(station_id)
        if display is None:
            stored = await self._store.load_display(work, station_id)
            display = stored or Display(station_id=station_id, operator_id=operator_id)
        if display.operator_id != operator_id:
            display = Display(station_id=station_id, operator_id=operator_id, protocol=display.protocol)
        if self._displays.get(station_id) is not display:
            work.keep(self._displays, station_id, display)
        return display

    def _put(self, work: UnitOfWork, display: Display) -> None:
        self._store.save_display(work, display)
        work.keep(self._displays, display.station_id, display)

    async def _send(self, work: UnitOfWork, display: Display, request: AnyStationRequest, *, prefix: str) -> CommandId:
        command_id = CommandId(f"{prefix}{self._ids.new()}"[:64])
        await work.ask(
            SendStationCommand(
                command_id=command_id,
                operator_id=display.operator_id,
                station_id=display.station_id,
                request=request,
                requested_by=SYSTEM,
            )
        )
        return command_id


async def _find_station(work: UnitOfWork, station_id: StationId) -> StationStanding | None:
    try:
        return await work.ask(FindStation(station_id=station_id))
    except BusbarError:
        return None


def _write_note(local: LocalTerms, *, language: str, offers: Sequence[Offer]) -> PriceNote:
    return PriceNote(
        currency=local.terms.currency,
        digits=showing.count_currency_digits(local.terms.currency),
        text=showing.write_text(local.terms, language, offers),
        language=language,
        tariff_ref=local.name,
        tariff_json=local.content_json,
    )


def _name_choice(choice: Choice | None) -> tuple[str, int] | None:
    return None if choice is None else (choice.version.tariff_id, choice.version.version)


def _word(outcome: CommandOutcome) -> str | None:
    return None if outcome.status is None else outcome.status[:200]
