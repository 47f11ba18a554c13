"""What people do with tariffs, and which one applies."""

import hashlib

import msgspec

from busbar.canon.tariffs import (
    Assignment,
    AssignTariff,
    CreateTariff,
    EditTariff,
    FindTariff,
    PublishTariff,
    ResolveTariff,
    RetireTariff,
    Tariff,
    TariffChanged,
    TariffVersion,
    UnassignTariff,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.billing import model
from busbar.domain.billing.model import Choice, Circumstances, TariffBook
from busbar.domain.billing.offers import OfferService
from busbar.domain.billing.store import TariffStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import AssignmentId, IdSource, OperatorId, TariffId, is_key
from busbar.kernel.person import read_name
from busbar.ports.work import UnitOfWork
from busbar.rating import coding
from busbar.rating.tariff import Tariff as Terms

BOOKS_MAX = 1_000
"""Operators whose tariffs are held in memory."""
TERMS_MAX = 2_000
"""Versions that are held in memory ready to rate with."""


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
        if book.assignments and who.driver_id is not None:
            plan_ids = await self._offers.list_plan_ids(who.operator_id, who.driver_id, work, at=who.at)
            who = msgspec.structs.replace(who, plan_ids=plan_ids)
        return model.choose(book, who)

    async def resolve(self, message: ResolveTariff, work: UnitOfWork) -> TariffVersion:
        """Say which version a session would have."""
        who = Circumstances(**{name: getattr(message, name) for name in message.__struct_fields__})
        choice = await self.choose(who, work)
        if choice is None:
            raise model.NoTariffError("no tariff is assigned there", station_id=message.station_id[:48])
        return choice.version

    async def get_terms(self, work: UnitOfWork, tariff_id: TariffId, version: int) -> Terms:
        """Return what a version says, ready to rate with. Errors: `not_found.tariff`."""
        terms = self._terms.get((tariff_id, version))
        if terms is None:
            stored = await self._store.load_version(work, tariff_id, version)
            if stored is None:
                raise model.TariffNotFoundError("no such version", tariff_id=tariff_id[:64], version=version)
            terms = coding.decode(stored.content_json)
            work.keep(self._terms, (tariff_id, version), terms)
        return terms

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
        await self._note(work, message.actor, "tariff.edit", after)
        return after

    async def publish(self, message: PublishTariff, work: UnitOfWork) -> TariffVersion:
        """Make the draft the next version."""
        tariff = await self._get(work, message.operator_id, message.tariff_id)
        newest = await self._store.load_version(work, tariff.tariff_id, tariff.version) if tariff.version else None
        if newest is not None and (newest.content_json, newest.name) == (tariff.draft_json, tariff.name):
            return newest
        if tariff.retired_at is not None:
            raise model.TariffRetiredError("the tariff is retired", tariff_id=tariff.tariff_id)
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
        await self._note(work, message.actor, "tariff.publish", after, version=version.version, sha256=digest)
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
        await self._note(work, message.actor, "tariff.retire", after)
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

    async def _note(self, work: UnitOfWork, actor: str, action: str, tariff: Tariff, **detail: str | int) -> None:
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
                detail_json=msgspec.json.encode({"name": tariff.name, **detail}).decode(),
            )
        )
