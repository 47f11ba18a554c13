"""Operators, and the audit log that all rooms write."""

import msgspec

from busbar.canon.tenants import (
    CreateOperator,
    FindDefaultOperator,
    FindOperator,
    Operator,
    OperatorChanged,
    Principal,
    RecordAudit,
    UpdateOperator,
)
from busbar.domain.tenants import model
from busbar.domain.tenants.store import OperatorStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import IdSource, OperatorId, is_key
from busbar.kernel.person import read_language, read_name
from busbar.ports.work import UnitOfWork

_CACHE_MAX_OPERATORS = 1_000


class CountryError(InvalidError):
    """A country is two capital letters."""

    code = "invalid.country"


def read_country(text: str) -> str:
    """Return a country's two capital letters, or nothing. Errors: `invalid.country`."""
    if text and not (len(text) == len("IT") and text.isascii() and text.isalpha() and text.isupper()):
        raise CountryError("give a country such as IT (ISO 3166-1)", country=text[:10])
    return text


class OperatorService:
    """Adds, changes and finds operators; writes the audit log."""

    def __init__(self, *, store: OperatorStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids
        self._operators: BoundedDict[OperatorId, Operator] = BoundedDict(bound=_CACHE_MAX_OPERATORS)
        self._default: BoundedDict[str, OperatorId] = BoundedDict(bound=1)

    # ---- audit -------------------------------------------------------------------------------------------------------

    async def record_audit(self, message: RecordAudit, work: UnitOfWork) -> None:
        """Write down who did what."""
        entry = model.AuditEntry(
            entry_id=self._ids.new(),
            operator_id=message.operator_id,
            at=work.now,
            actor=message.actor,
            action=message.action,
            subject=message.subject,
            detail_json=message.detail_json or msgspec.json.encode(message.detail).decode(),
        )
        self._store.append_audit(work, model.check_audit(entry))

    async def note(
        self,
        work: UnitOfWork,
        by: Principal | str,
        action: str,
        subject: str,
        *,
        operator_id: OperatorId,
        **detail: object,
    ) -> None:
        """Write down a deed of this room."""
        audit = RecordAudit(
            operator_id=operator_id,
            actor=by if isinstance(by, str) else by.name,
            action=action,
            subject=subject,
            detail=detail,
        )
        await self.record_audit(audit, work)

    # ---- operators ---------------------------------------------------------------------------------------------------

    async def create_operator(self, message: CreateOperator, work: UnitOfWork) -> Operator:
        """Add an operator."""
        model.require_platform(message.by)
        operator = Operator(
            operator_id=OperatorId(self._ids.new()),
            name=read_name(message.name),
            slug=model.read_slug(message.slug),
            currency=model.read_currency(message.currency),
            zone=model.read_zone(message.zone),
            language=read_language(message.language),
            is_default=await self._store.find_default_operator(work) is None,
            created_at=work.now,
        )
        await self._check_slug(work, operator)
        await self.insert(work, operator, by=message.by)
        return operator

    async def insert(self, work: UnitOfWork, operator: Operator, *, by: Principal | str) -> None:
        """Write a new operator."""
        await self._store.insert_operator(work, operator)
        subject = f"operator:{operator.operator_id}"
        await self.note(work, by, "operator.create", subject, operator_id=operator.operator_id, slug=operator.slug)
        work.tell(OperatorChanged(operator_id=operator.operator_id, at=work.now, is_new=True))

    async def update_operator(self, message: UpdateOperator, work: UnitOfWork) -> Operator:
        """Change what is given."""
        by = message.by
        before = await self.get(work, message.operator_id)
        model.require_administrator(by, message.operator_id)
        model.require_scope(by, role=by.role, site_ids=(), is_platform=False)
        if message.is_default is False:
            raise model.DefaultOperatorError("name another operator as the default one instead")
        if message.is_default:
            model.require_platform(by)
        after = msgspec.structs.replace(
            before,
            name=before.name if message.name is None else read_name(message.name),
            slug=before.slug if message.slug is None else model.read_slug(message.slug),
            currency=before.currency if message.currency is None else model.read_currency(message.currency),
            zone=before.zone if message.zone is None else model.read_zone(message.zone),
            country=before.country if message.country is None else read_country(message.country),
            language=before.language if message.language is None else read_language(message.language),
            requires_second_factor=(
                before.requires_second_factor
                if message.requires_second_factor is None
                else message.requires_second_factor
            ),
            is_default=before.is_default or bool(message.is_default),
        )
        if after == before:
            return before
        await self._check_slug(work, after)
        if after.is_default and not before.is_default:
            await self._give_up_default(work)
        await self._write(work, after)
        changed = [name for name in after.__struct_fields__ if getattr(after, name) != getattr(before, name)]
        subject = f"operator:{after.operator_id}"
        await self.note(work, by, "operator.update", subject, operator_id=after.operator_id, changed=changed)
        return after

    async def _give_up_default(self, work: UnitOfWork) -> None:
        former = await self._store.find_default_operator(work)
        if former is not None:
            await self._write(work, msgspec.structs.replace(former, is_default=False))

    async def _write(self, work: UnitOfWork, operator: Operator) -> None:
        await self._store.update_operator(work, operator)
        work.forget(self._operators, operator.operator_id)
        work.forget(self._default, "default")
        work.tell(OperatorChanged(operator_id=operator.operator_id, at=work.now))

    async def _check_slug(self, work: UnitOfWork, operator: Operator) -> None:
        holder = await self._store.find_operator(work, slug=operator.slug)
        if holder is not None and holder.operator_id != operator.operator_id:
            raise model.SlugTakenError("another operator has this slug", slug=operator.slug)

    def forget_all(self) -> None:
        """Look every operator up again: another process changed some."""
        self._operators.clear()
        self._default.clear()

    # ---- look-ups ----------------------------------------------------------------------------------------------------

    async def find_operator(self, message: FindOperator, work: UnitOfWork) -> Operator:
        """Return an operator by id or slug, or the default one."""
        if message.operator_id is not None:
            return await self.get(work, message.operator_id)
        if message.slug is None:
            return await self.get(work, await self.find_default(FindDefaultOperator(), work))
        operator = await self._store.find_operator(work, slug=message.slug) if is_key(message.slug) else None
        if operator is None:
            raise model.OperatorNotFoundError("no such operator", slug=message.slug[:64])
        return operator

    async def find_default(self, _message: FindDefaultOperator, work: UnitOfWork) -> OperatorId:
        """Return the default operator."""
        operator_id = await self.find_default_or_none(work)
        if operator_id is None:
            raise model.OperatorNotFoundError("this installation has no operator yet")
        return operator_id

    async def find_default_or_none(self, work: UnitOfWork) -> OperatorId | None:
        """Return the default operator, if there is one yet."""
        operator_id = self._default.get("default")
        if operator_id is None:
            operator = await self._store.find_default_operator(work)
            if operator is None:
                return None
            operator_id = operator.operator_id
            work.keep(self._default, "default", operator_id)
        return operator_id

    async def get(self, work: UnitOfWork, operator_id: OperatorId) -> Operator:
        """Return an operator. Errors: `not_found.operator`."""
        operator = self._operators.get(operator_id)
        if operator is None:
            operator = await self._store.load_operator(work, operator_id) if is_key(operator_id) else None
            if operator is None:
                raise model.OperatorNotFoundError("no such operator", operator_id=operator_id[:64])
            work.keep(self._operators, operator_id, operator)
        return operator
