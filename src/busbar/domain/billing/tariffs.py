"""What people do with tariffs, and which one applies."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from busbar.canon.access import FindDriverGroup, FindTokenPartner
from busbar.canon.debts import FindDriverCompany
from busbar.canon.invoicing import FindTaxRates
from busbar.canon.pricing import TaxRate
from busbar.canon.stations import NO_OWN_DAYS, FindSite, OwnDays
from busbar.canon.tariffs import (
    Assignment,
    AssignTariff,
    CreateTariff,
    EditTariff,
    FindTariff,
    PublishTariff,
    ResolvedTariffs,
    ResolveTariff,
    ResolveTariffs,
    RetireTariff,
    Scope,
    Tariff,
    TariffChanged,
    TariffVersion,
    UnassignTariff,
)
from busbar.canon.tenants import FindOperator, RecordAudit
from busbar.domain.billing import model
from busbar.domain.billing.model import Choice, Circumstances, TariffBook
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.showing import find_next_change, list_special_places, name_version
from busbar.domain.billing.store import TariffStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.edits import list_document_edits, list_edits
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import AssignmentId, IdSource, OperatorId, SiteId, StationId, TariffId, is_key
from busbar.kernel.person import read_name
from busbar.ports.work import UnitOfWork
from busbar.rating import coding
from busbar.rating.tariff import Tariff as Terms
from busbar.rating.taxes import fill_taxes

BOOKS_MAX = 1_000
"""Operators whose tariffs are held in memory."""
TERMS_MAX = 2_000
"""Versions that are held in memory ready to rate with."""
NAME_DIGEST_CHARS = 8


class LocalTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a version says at a place."""

    terms: Terms
    name: str
    """For stations: no two contents have one name (I08.FR.08)."""
    content_json: str


class TariffService:
    """Keeps tariffs, and finds the one that applies from memory; every write drops what it changes."""

    def __init__(self, *, store: TariffStore, ids: IdSource, offers: OfferService) -> None:
        self._store = store
        self._ids = ids
        self._offers = offers
        self._books: BoundedDict[OperatorId, TariffBook] = BoundedDict(bound=BOOKS_MAX)
        self._terms: BoundedDict[tuple[TariffId, int], Terms] = BoundedDict(bound=TERMS_MAX)

    # ---- finding -----------------------------------------------------------------------------------------------------

    async def choose(self, who: Circumstances, work: UnitOfWork) -> Choice | None:
        """Return the tariff of a session that begins in these circumstances."""
        book = await self._open_book(work, who.operator_id)
        return model.choose(book, await self._describe_holder(who, book, work))

    async def _describe_holder(self, who: Circumstances, book: TariffBook, work: UnitOfWork) -> Circumstances:
        """Add the token's partner, or company and plans of the driver, where tariffs are assigned to such."""
        if Scope.PARTNER in book.scopes and who.partner is None and who.token_id is not None:
            holder = await work.ask(FindTokenPartner(operator_id=who.operator_id, token_id=who.token_id))
            who = who if holder is None else msgspec.structs.replace(who, partner=holder.partner_id)
        if who.driver_id is None:
            return who
        if Scope.COMPANY in book.scopes:
            wish = FindDriverCompany(operator_id=who.operator_id, driver_id=who.driver_id)
            who = msgspec.structs.replace(who, company_id=await work.ask(wish))
        if Scope.PLAN in book.scopes and who.driver_id is not None:
            plan_ids = await self._offers.list_plan_ids(who.operator_id, who.driver_id, work, at=who.at)
            who = msgspec.structs.replace(who, plan_ids=plan_ids)
        return who

    async def _add_group(self, who: Circumstances, book: TariffBook, work: UnitOfWork) -> Circumstances:
        """Add the group with which a driver would charge who presents no token yet."""
        if who.group is not None or who.driver_id is None or Scope.GROUP not in book.scopes:
            return who
        wish = FindDriverGroup(operator_id=who.operator_id, driver_id=who.driver_id)
        return msgspec.structs.replace(who, group=await work.ask(wish))

    async def resolve(self, message: ResolveTariff, work: UnitOfWork) -> TariffVersion:
        """Say which version a session would have."""
        who = Circumstances(**{name: getattr(message, name) for name in message.__struct_fields__})
        who = await self._add_group(who, await self._open_book(work, who.operator_id), work)
        choice = await self.choose(who, work)
        if choice is None:
            raise model.NoTariffError("no tariff is assigned there", station_id=message.station_id[:48])
        return choice.version

    async def resolve_many(self, message: ResolveTariffs, work: UnitOfWork) -> ResolvedTariffs:
        """Say which versions sessions would have at many places."""
        if len(message.places) > model.PLACES_MAX:
            raise model.TooManyPlacesError(f"at most {model.PLACES_MAX} places at once", places=len(message.places))
        versions: dict[tuple[TariffId, int], tuple[int, TariffVersion]] = {}
        chosen: list[int] = []
        book = await self._open_book(work, message.operator_id)
        who = Circumstances(operator_id=message.operator_id, at=message.at, driver_id=message.driver_id)
        who = await self._describe_holder(await self._add_group(who, book, work), book, work)
        for place in message.places:
            choice = model.choose(book, msgspec.structs.replace(who, **msgspec.structs.asdict(place)))
            if choice is None:
                chosen.append(-1)
                continue
            key = (choice.version.tariff_id, choice.version.version)
            chosen.append(versions.setdefault(key, (len(versions), choice.version))[0])
        return ResolvedTariffs(versions=tuple(version for _, version in versions.values()), chosen=tuple(chosen))

    async def get_terms(self, work: UnitOfWork, tariff_id: TariffId, version: int) -> Terms:
        """Return what a version says, ready to rate with. Errors: `not_found.tariff`."""
        terms = self._terms.get((tariff_id, version))
        if terms is None:
            terms = coding.decode((await self.read_version(work, tariff_id, version)).content_json)
            work.keep(self._terms, (tariff_id, version), terms)
        return terms

    async def read_version(self, work: UnitOfWork, tariff_id: TariffId, version: int) -> TariffVersion:
        """Return a version as it was published. Errors: `not_found.tariff`."""
        stored = await self._store.load_version(work, tariff_id, version)
        if stored is None:
            raise model.TariffNotFoundError("no such version", tariff_id=tariff_id[:64], version=version)
        return stored

    async def localise(self, version: TariffVersion, site_id: SiteId | None, work: UnitOfWork) -> LocalTerms:
        """Return what a version says at a site: with the taxes there of what it names none for."""
        taxes = await work.ask(FindTaxRates(operator_id=version.operator_id, site_id=site_id))
        return await self.localise_as(version.tariff_id, version.version, taxes, work)

    async def localise_as(
        self, tariff_id: TariffId, version: int, taxes: Sequence[TaxRate], work: UnitOfWork
    ) -> LocalTerms:
        """Return what a version says with the taxes of what it names none for."""
        terms = await self.get_terms(work, tariff_id, version)
        local, name = fill_taxes(terms, taxes), name_version(tariff_id, version)
        content = coding.encode(local)
        if local is terms:
            return LocalTerms(terms=terms, name=name, content_json=content.decode())
        digest = hashlib.sha256(content).hexdigest()[:NAME_DIGEST_CHARS]
        return LocalTerms(terms=local, name=f"{name}-{digest}", content_json=content.decode())

    async def find_next_change(self, operator_id: OperatorId, work: UnitOfWork) -> datetime | None:
        """Return when another tariff may hold somewhere by itself."""
        return find_next_change(await self._open_book(work, operator_id), now=work.now)

    async def list_special_places(
        self, operator_id: OperatorId, station_id: StationId, work: UnitOfWork
    ) -> list[tuple[int, int | None]]:
        """Return the EVSEs of a station, and their connectors, that may have another tariff than it."""
        return list_special_places(await self._open_book(work, operator_id), station_id)

    def forget_all(self) -> None:
        """Look every tariff up again: another process changed some."""
        self._books.clear()

    async def _open_book(self, work: UnitOfWork, operator_id: OperatorId) -> TariffBook:
        book = self._books.get(operator_id)
        if book is None:
            book = await self._store.load_book(work, operator_id)
            work.keep(self._books, operator_id, book)
        return book

    async def find(self, message: FindTariff, work: UnitOfWork) -> Tariff:
        """Look a tariff up."""
        return await self._get(work, message.operator_id, message.tariff_id)

    async def _get(self, work: UnitOfWork, operator_id: OperatorId, tariff_id: TariffId) -> Tariff:
        tariff = await self._store.load_tariff(work, operator_id, tariff_id) if is_key(tariff_id) else None
        if tariff is None:
            raise model.TariffNotFoundError("no such tariff", tariff_id=tariff_id[:64])
        return tariff

    # ---- writing -----------------------------------------------------------------------------------------------------

    async def create(self, message: CreateTariff, work: UnitOfWork) -> Tariff:
        """Write a new draft."""
        terms = coding.decode(message.content_json)
        model.check_kind(terms)
        tariff = Tariff(
            tariff_id=TariffId(self._ids.new()),
            operator_id=message.operator_id,
            name=read_name(message.name),
            currency=terms.currency,
            draft_json=coding.encode(terms).decode(),
            created_at=work.now,
            changed_at=work.now,
        )
        await self._check_name(work, tariff)
        if await self._store.count_tariffs(work, message.operator_id) >= model.TARIFFS_MAX:
            raise model.TooManyTariffsError(f"an operator has at most {model.TARIFFS_MAX} tariffs")
        await self._store.insert_tariff(work, tariff)
        await self._note(work, message.actor, "tariff.create", tariff)
        return tariff

    async def edit(self, message: EditTariff, work: UnitOfWork) -> Tariff:
        """Change a draft."""
        before = await self._get(work, message.operator_id, message.tariff_id)
        terms = coding.decode(message.content_json)
        model.check_kind(terms)
        after = msgspec.structs.replace(
            before,
            name=read_name(message.name),
            currency=terms.currency,
            draft_json=coding.encode(terms).decode(),
        )
        if after == before:
            return before
        if before.retired_at is not None:
            raise model.TariffRetiredError("the tariff is retired", tariff_id=before.tariff_id)
        if before.version and after.currency != before.currency:
            raise model.TariffCurrencyError("a tariff keeps its currency: make another", currency=before.currency)
        await self._check_name(work, after)
        after = msgspec.structs.replace(after, changed_at=work.now)
        await self._store.update_tariff(work, after)
        edits: dict[str, object] = {**list_edits(before, after, ("name", "currency"))}
        documents = [msgspec.json.decode(each.draft_json) for each in (before, after)]
        edits |= list_document_edits(*documents)
        await self._note(work, message.actor, "tariff.edit", after, **edits)
        return after

    async def publish(self, message: PublishTariff, work: UnitOfWork) -> TariffVersion:
        """Make the draft the next version."""
        tariff = await self._get(work, message.operator_id, message.tariff_id)
        newest = await self._store.load_version(work, tariff.tariff_id, tariff.version) if tariff.version else None
        if newest is not None and (newest.content_json, newest.name) == (tariff.draft_json, tariff.name):
            return newest
        if tariff.retired_at is not None:
            raise model.TariffRetiredError("the tariff is retired", tariff_id=tariff.tariff_id)
        model.check_kind(coding.decode(tariff.draft_json))
        if tariff.version >= model.VERSIONS_MAX:
            raise model.TooManyVersionsError(f"a tariff has at most {model.VERSIONS_MAX} versions")
        version = TariffVersion(
            tariff_id=tariff.tariff_id,
            operator_id=tariff.operator_id,
            version=tariff.version + 1,
            name=tariff.name,
            currency=tariff.currency,
            content_json=tariff.draft_json,
            valid_from=model.check_valid_from(message.valid_from, newest=newest, now=work.now),
            published_at=work.now,
            published_by=message.actor,
        )
        await self._store.insert_version(work, version)
        after = msgspec.structs.replace(tariff, version=version.version, changed_at=work.now)
        await self._store.update_tariff(work, after)
        digest = hashlib.sha256(version.content_json.encode()).hexdigest()
        edits = list_edits(tariff, after, ("version",))
        if newest is not None:
            edits |= list_document_edits(*(msgspec.json.decode(each.content_json) for each in (newest, version)))
        await self._note(work, message.actor, "tariff.publish", after, **edits, sha256=digest)
        return version

    async def retire(self, message: RetireTariff, work: UnitOfWork) -> Tariff:
        """Let no session begin with a tariff any more."""
        before = await self._get(work, message.operator_id, message.tariff_id)
        if before.retired_at is not None:
            return before
        held = await self._store.list_assignments(work, before.operator_id, tariff_id=before.tariff_id, now=work.now)
        if held:
            raise model.TariffAssignedError("end its assignments first", assignments=len(held))
        after = msgspec.structs.replace(before, retired_at=work.now, changed_at=work.now)
        await self._store.update_tariff(work, after)
        await self._note(work, message.actor, "tariff.retire", after, **list_edits(before, after, ("retired_at",)))
        return after

    async def assign(self, message: AssignTariff, work: UnitOfWork) -> Assignment:
        """Let a tariff be that of a thing or of people."""
        tariff = await self._get(work, message.operator_id, message.tariff_id)
        model.check_usable(tariff)
        subject = model.read_subject(message.scope, message.subject)
        place = (message.scope, subject)
        held = await self._store.list_assignments(work, message.operator_id, place=place, now=work.now)
        known = model.find_same(held, message, now=work.now)
        if known is not None:
            return known
        if await self._store.count_assignments(work, message.operator_id, now=work.now) >= model.ASSIGNMENTS_MAX:
            raise model.TooManyAssignmentsError(f"an operator has at most {model.ASSIGNMENTS_MAX} assignments")
        valid_from = work.now if message.valid_from is None else message.valid_from
        if message.valid_until is not None and message.valid_until <= max(valid_from, work.now):
            raise model.AssignmentError("an assignment ends after it begins, and not in the past")
        assignment = Assignment(
            assignment_id=AssignmentId(self._ids.new()),
            operator_id=message.operator_id,
            tariff_id=tariff.tariff_id,
            scope=message.scope,
            subject=subject,
            valid_from=max(valid_from, work.now),
            valid_until=message.valid_until,
            created_at=work.now,
            created_by=message.actor,
        )
        await self._store.insert_assignment(work, assignment)
        to = f"{assignment.scope}:{assignment.subject}"
        await self._note(work, message.actor, "tariff.assign", tariff, to=to, assignment=assignment.assignment_id)
        return assignment

    async def unassign(self, message: UnassignTariff, work: UnitOfWork) -> Assignment:
        """End an assignment."""
        is_id = is_key(message.assignment_id)
        before = await self._store.load_assignment(work, message.operator_id, message.assignment_id) if is_id else None
        if before is None:
            raise model.AssignmentNotFoundError("no such assignment", assignment_id=message.assignment_id[:64])
        after = model.end_assignment(before, now=work.now)
        if after == before:
            return before
        await self._store.end_assignment(work, after)
        tariff = await self._get(work, after.operator_id, after.tariff_id)
        await self._note(work, message.actor, "tariff.unassign", tariff, assignment=after.assignment_id)
        return after

    # ---- within ------------------------------------------------------------------------------------------------------

    async def _check_name(self, work: UnitOfWork, tariff: Tariff) -> None:
        holder = await self._store.find_tariff(work, tariff.operator_id, tariff.name.casefold())
        if holder is not None and holder.tariff_id != tariff.tariff_id:
            raise model.TariffNameTakenError("another tariff has this name", tariff_id=holder.tariff_id)

    async def _note(self, work: UnitOfWork, actor: str, action: str, tariff: Tariff, **detail: object) -> None:
        """Drop what is in memory, tell it, and leave an audit entry."""
        work.forget(self._books, tariff.operator_id)
        work.tell(
            TariffChanged(
                operator_id=tariff.operator_id, at=work.now, tariff_id=tariff.tariff_id, version=tariff.version
            )
        )
        await work.ask(
            RecordAudit(
                operator_id=tariff.operator_id,
                actor=actor,
                action=action,
                subject=f"tariff:{tariff.tariff_id}",
                detail={"tariff": tariff.name, **detail},
            )
        )


async def find_calendar(operator_id: OperatorId, site_id: SiteId | None, work: UnitOfWork) -> tuple[str, str, OwnDays]:
    """Return zone, country and own days of a site; a station without one is where its operator is."""
    if site_id is not None:
        try:
            site = await work.ask(FindSite(operator_id=operator_id, site_id=site_id))
        except NotFoundError:
            pass
        else:
            return site.zone, site.country, site.days
    try:
        operator = await work.ask(FindOperator(operator_id=operator_id))
    except NotFoundError:
        return "UTC", "", NO_OWN_DAYS
    return operator.zone, operator.country, NO_OWN_DAYS
