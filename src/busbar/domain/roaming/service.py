"""The roaming room: partners whose drivers charge at our stations, and the records that they pay by."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.access import FindTokenPartner
from busbar.canon.message import Fact, Message
from busbar.canon.pricing import SessionPriced, TracePrice
from busbar.canon.roaming import (
    Cdr,
    CdrMade,
    FindPartner,
    OwnParty,
    Partner,
    PartnerChanged,
    SavePartner,
    SetOwnParty,
)
from busbar.canon.stations import DescribePlace
from busbar.canon.tenants import RecordAudit
from busbar.domain.roaming import model, records
from busbar.domain.roaming.store import RoamingStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.edits import list_edits
from busbar.kernel.ids import CdrId, IdSource, OperatorId, PartnerId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
OPERATORS_MAX = 1_000
"""Whose partners are held in memory."""
_TOLD = ("name", "country_code", "party_id", "is_active")


class RoamingService:
    """Keeps partners, in memory too: tokens are decided about by them. Makes records of their sessions."""

    def __init__(self, *, store: RoamingStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids
        self._partners: BoundedDict[OperatorId, dict[PartnerId, Partner]] = BoundedDict(bound=OPERATORS_MAX)

    def forget_all(self) -> None:
        """Look all partners up again: another process changed some."""
        self._partners.clear()

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {SavePartner: self.save_partner, FindPartner: self.find_partner, SetOwnParty: self.set_own_party}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [(SessionPriced, "roaming.session_priced", self.hear_priced)]

    async def save_partner(self, message: SavePartner, work: UnitOfWork) -> Partner:
        """Add a partner, or change one."""
        known = await self._list(work, message.operator_id)
        before = None if message.partner_id is None else self._pick(known, message.partner_id)
        if before is None and len(known) >= model.PARTNERS_MAX:
            raise model.TooManyPartnersError(f"an operator has at most {model.PARTNERS_MAX} partners")
        after = model.shape_partner(message, before=before, partner_id=PartnerId(self._ids.new()), now=work.now)
        if after == before:
            return after
        party = (after.country_code, after.party_id)
        for other in known.values():
            if (other.country_code, other.party_id) == party and other.partner_id != after.partner_id:
                raise model.PartyTakenError("another partner has this party id", partner_id=other.partner_id)
        await self._store.save_partner(work, after)
        work.forget(self._partners, after.operator_id)
        work.tell(
            PartnerChanged(
                operator_id=after.operator_id,
                at=work.now,
                partner_id=after.partner_id,
                is_active=after.is_active,
                is_new=before is None,
            )
        )
        edits = {} if before is None else list_edits(before, after, _TOLD)
        action = "partner.create" if before is None else "partner.change"
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action=action,
                subject=f"partner:{after.partner_id}",
                detail=edits,
            )
        )
        return after

    async def find_partner(self, message: FindPartner, work: UnitOfWork) -> Partner:
        """Look a partner up."""
        return self._pick(await self._list(work, message.operator_id), message.partner_id)

    async def set_own_party(self, message: SetOwnParty, work: UnitOfWork) -> OwnParty:
        """Say what an operator is called by its partners."""
        party = model.shape_own_party(message)
        before = await self._store.load_own_party(work, message.operator_id)
        if party == before:
            return party
        await self._store.save_own_party(work, party)
        edits = {} if before is None else list_edits(before, party, ("country_code", "party_id"))
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action="own_party.change",
                subject="own_party",
                detail=edits,
            )
        )
        return party

    # ---- records -----------------------------------------------------------------------------------------------------

    async def hear_priced(self, fact: SessionPriced, work: UnitOfWork) -> None:
        """Make the record of a partner's session that has its last price; a corrected one takes back that before."""
        if not fact.is_final or fact.token_id is None:
            return
        known = await self._list(work, fact.operator_id)
        if not known:
            return
        holder = await work.ask(FindTokenPartner(operator_id=fact.operator_id, token_id=fact.token_id))
        if holder is None and fact.revision <= 1:
            return
        held = await self._store.list_cdrs(work, fact.session_id)
        if any(each.revision >= fact.revision for each in held):
            return
        standing = records.find_standing(held)
        if standing is not None:
            await self._add(records.write_credit(standing, revision=fact.revision, now=work.now), work)
        token = holder if standing is None else standing.token
        if token is None or not fact.lines:
            return  # without lines it became part of another session, which has a record of its own
        trace = await work.ask(
            TracePrice(operator_id=fact.operator_id, session_id=fact.session_id, extent=records.find_extent(fact))
        )
        place = await work.ask(
            DescribePlace(
                operator_id=fact.operator_id,
                station_id=fact.station_id,
                site_id=fact.site_id,
                evse_id=fact.evse_id,
                connector_id=trace.connector_id,
            )
        )
        cdr = records.write_cdr(
            fact,
            trace,
            cdr_id=CdrId(self._ids.new()),
            parties=records.Parties(
                self._pick(known, token.partner_id), await self._store.load_own_party(work, fact.operator_id), token
            ),
            place=place,
            now=work.now,
        )
        await self._add(cdr, work)

    async def _add(self, cdr: Cdr, work: UnitOfWork) -> None:
        await self._store.insert_cdr(work, cdr)
        work.tell(
            CdrMade(
                operator_id=cdr.operator_id,
                at=work.now,
                cdr_id=cdr.cdr_id,
                partner_id=cdr.partner.partner_id,
                session_id=cdr.session_id,
                is_credit=cdr.credited_id is not None,
                currency=cdr.currency,
                totals=cdr.totals,
            )
        )

    async def _list(self, work: UnitOfWork, operator_id: OperatorId) -> dict[PartnerId, Partner]:
        known = self._partners.get(operator_id)
        if known is None:
            known = {each.partner_id: each for each in await self._store.list_partners(work, operator_id)}
            work.keep(self._partners, operator_id, known)
        return known

    @staticmethod
    def _pick(known: Mapping[PartnerId, Partner], partner_id: PartnerId) -> Partner:
        found = known.get(partner_id)
        if found is None:
            raise model.PartnerNotFoundError("no such partner", partner_id=partner_id[:64])
        return found
