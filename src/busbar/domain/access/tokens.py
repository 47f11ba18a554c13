"""Id tokens and groups: kept by people, decided about at the station's pace."""

import msgspec

from busbar.canon.access import (
    Authorize,
    Decision,
    FindDriverGroup,
    FindDriverToken,
    FindToken,
    FindTokenPartner,
    GroupPut,
    IdToken,
    PutGroup,
    PutToken,
    RemoveGroup,
    RemoveToken,
    ReplaceToken,
    SetTokenStatus,
    Token,
    TokenChanged,
    TokenGroup,
    TokenKind,
    TokenPartner,
    TokenPut,
    TokenRemoved,
    TokenStatus,
    Verdict,
)
from busbar.canon.drivers import DriverStatus
from busbar.canon.ledger import CheckFunds
from busbar.canon.roaming import FindPartner
from busbar.canon.stations import FindStation
from busbar.canon.tenants import RecordAudit
from busbar.domain.access import model
from busbar.domain.access.model import AccessPolicy, Standing
from busbar.domain.access.store import AccessStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.edits import list_edits
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import DriverId, GroupId, IdSource, OperatorId, SiteId, StationId, TokenId, is_key
from busbar.kernel.person import read_name
from busbar.ports.passwords import Secrets
from busbar.ports.work import UnitOfWork


class TokenService:
    """Decides about tokens from memory; every write drops what it changes."""

    def __init__(self, *, store: AccessStore, ids: IdSource, secrets: Secrets, policy: AccessPolicy) -> None:
        self._store = store
        self._ids = ids
        self._secrets = secrets
        self._policy = policy
        self._standings: BoundedDict[tuple[OperatorId, str], Standing | None] = BoundedDict(
            bound=policy.cache_max_tokens
        )
        """By operator and folded value; None: known to be unknown."""

    # ---- deciding ----------------------------------------------------------------------------------------------------

    async def authorize(self, message: Authorize, work: UnitOfWork) -> Decision:
        """Decide about a token that was presented at a station."""
        presented = message.id_token
        if presented.kind is TokenKind.NONE:
            return model.NOBODY
        if not model.is_value(presented.value):
            return model.UNKNOWN
        standing = await self._find_standing(work, message.operator_id, presented.value)
        if standing is None:
            return model.UNKNOWN
        verdict = model.judge(
            standing, presented, now=work.now, running_sessions=message.running_sessions, policy=self._policy
        )
        if verdict is Verdict.INVALID:
            return model.UNKNOWN
        if verdict in {Verdict.ACCEPTED, Verdict.CONCURRENT} and standing.token.site_ids:
            site_id = await _find_site(work, message.station_id)
            verdict = verdict if model.is_place_right(standing.token, site_id) else Verdict.NOT_HERE
        partner_id = standing.token.partner_id
        if verdict is Verdict.ACCEPTED and message.is_start and partner_id is not None:
            partner = await work.ask(FindPartner(operator_id=message.operator_id, partner_id=partner_id))
            verdict = Verdict.ACCEPTED if partner.is_active else Verdict.BLOCKED
        if verdict is Verdict.ACCEPTED and message.is_start and standing.token.driver_id is not None:
            wish = CheckFunds(
                operator_id=message.operator_id,
                driver_id=standing.token.driver_id,
                station_id=message.station_id,
            )
            verdict = model.judge_funds(await work.ask(wish))
        return model.decide(standing, verdict, self._policy)

    async def _find_standing(self, work: UnitOfWork, operator_id: OperatorId, value: str) -> Standing | None:
        key = (operator_id, model.fold_value(value))
        if key in self._standings:
            return self._standings[key]
        standing = await self._store.load_standing(work, *key)
        work.keep(self._standings, key, standing)
        return standing

    def forget(self, work: UnitOfWork, token: Token) -> None:
        """Look this token up again when it is presented next."""
        work.forget(self._standings, (token.operator_id, model.fold_value(token.value)))

    def forget_all(self) -> None:
        """Look every token up again: another process changed some."""
        self._standings.clear()

    async def forget_of_driver(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> None:
        """Look this driver's tokens up again when they are presented next."""
        for token in await self._store.list_tokens(work, operator_id, driver_id):
            self.forget(work, token)

    async def find_driver_token(self, message: FindDriverToken, work: UnitOfWork) -> IdToken:
        """Return the token of a driver's app; make it on first use."""
        await self._check_driver(work, message.operator_id, message.driver_id)
        for token in await self._store.list_tokens(work, message.operator_id, message.driver_id):
            if token.kind is TokenKind.APP and len(token.value) <= model.APP_TOKEN_CHARS:
                return IdToken(value=token.value, kind=token.kind)
        wish = PutToken(
            operator_id=message.operator_id,
            actor=f"driver:{message.driver_id}",
            value=self._secrets.new_code(model.APP_TOKEN_CHARS),
            kind=TokenKind.APP,
            label="App",
            driver_id=message.driver_id,
        )
        made = await self.put_token(wish, work)
        return IdToken(value=made.token.value, kind=made.token.kind)

    async def find_driver_group(self, message: FindDriverGroup, work: UnitOfWork) -> str | None:
        """Tell the group with which a driver's app charges: its token's own, else the driver's."""
        record = await self._store.load_driver(work, message.driver_id) if is_key(message.driver_id) else None
        if record is None or record.driver.operator_id != message.operator_id:
            return None
        for token in await self._store.list_tokens(work, message.operator_id, message.driver_id):
            if token.kind is TokenKind.APP and len(token.value) <= model.APP_TOKEN_CHARS and token.group is not None:
                return token.group
        return record.driver.group

    # ---- tokens ------------------------------------------------------------------------------------------------------

    async def put_token(self, message: PutToken, work: UnitOfWork) -> TokenPut:
        """Register a token, or make the one with this value exactly this."""
        group = await self.find_group(work, message.operator_id, message.group)
        standing = await self._store.load_standing(
            work, message.operator_id, model.fold_value(model.read_value(message.value))
        )
        before = None if standing is None else standing.token
        after = model.shape_token(
            message,
            before=before,
            token_id=TokenId(self._ids.new()),
            group=None if group is None else group.value,
            now=work.now,
        )
        if after.driver_id is not None and (before is None or after.driver_id != before.driver_id):
            await self._check_new_holder(work, after.operator_id, after.driver_id)
        if after.partner_id is not None and (before is None or after.partner_id != before.partner_id):
            await work.ask(FindPartner(operator_id=after.operator_id, partner_id=after.partner_id))
        if after != before:
            action = "token.create" if before is None else "token.change"
            await self._write(work, message.actor, action, after, before, None if group is None else group.group_id)
        return TokenPut(token=after, is_new=before is None, is_changed=after != before)

    async def set_token_status(self, message: SetTokenStatus, work: UnitOfWork) -> Token:
        """Block, freeze or report a token lost, or let it be used again."""
        before = await self._get_token(work, message.operator_id, message.value)
        after = model.set_status(before, message, now=work.now)
        if after != before:
            group = await self.find_group(work, message.operator_id, before.group)
            action = _DEEDS[after.status]
            await self._write(work, message.actor, action, after, before, None if group is None else group.group_id)
        return after

    async def replace_token(self, message: ReplaceToken, work: UnitOfWork) -> Token:
        """Let another token take the place of one."""
        old = await self._get_token(work, message.operator_id, message.value)
        key = model.fold_value(model.read_value(message.new_value))
        standing = await self._store.load_standing(work, message.operator_id, key)
        before = None if standing is None else standing.token
        if before is not None and old.replaced_by == before.value:
            return before
        if old.driver_id is not None:
            await self._check_new_holder(work, old.operator_id, old.driver_id)
        replaced, new = model.replace_token(old, before, message, token_id=TokenId(self._ids.new()), now=work.now)
        group = await self.find_group(work, message.operator_id, old.group)
        group_id = None if group is None else group.group_id
        await self._write(work, message.actor, "token.replace", replaced, old, group_id)
        action = "token.create" if before is None else "token.change"
        await self._write(work, message.actor, action, new, before, group_id)
        return new

    async def _write(
        self, work: UnitOfWork, actor: str, action: str, after: Token, before: Token | None, group_id: GroupId | None
    ) -> None:
        if before is None:
            await self._store.insert_token(work, after, group_id)
        else:
            await self._store.update_token(work, after, group_id)
        self.forget(work, after)
        work.tell(
            TokenChanged(
                operator_id=after.operator_id,
                at=work.now,
                token_id=after.token_id,
                driver_id=after.driver_id,
                status=after.status,
                is_new=before is None,
            )
        )
        edits: dict[str, object] = {} if before is None else {**list_edits(before, after, model.TOLD_OF_TOKENS)}
        if before is not None:
            hidden = [name for name in model.HIDDEN_OF_TOKENS if getattr(before, name) != getattr(after, name)]
            edits |= {"changed": hidden} if hidden else {}
        subject = f"token:{after.token_id}"
        await self._note(work, actor, action, subject, operator_id=after.operator_id, **edits)

    async def remove_token(self, message: RemoveToken, work: UnitOfWork) -> None:
        """Forget a token."""
        token = await self._get_token(work, message.operator_id, message.value)
        await self.remove(work, [token])
        await self._note(
            work, message.actor, "token.remove", f"token:{token.token_id}", operator_id=message.operator_id
        )

    async def remove(self, work: UnitOfWork, tokens: list[Token]) -> None:
        """Remove tokens and tell it."""
        if not tokens:
            return
        await self._store.delete_tokens(work, [token.token_id for token in tokens])
        for token in tokens:
            self.forget(work, token)
            work.tell(
                TokenRemoved(
                    operator_id=token.operator_id, at=work.now, token_id=token.token_id, driver_id=token.driver_id
                )
            )

    async def find_token(self, message: FindToken, work: UnitOfWork) -> Token:
        """Look a token up by its value."""
        return await self._get_token(work, message.operator_id, message.value)

    async def find_token_partner(self, message: FindTokenPartner, work: UnitOfWork) -> TokenPartner | None:
        """Tell whose token it is, if it is a partner's."""
        token = await self._store.load_token(work, message.token_id) if is_key(message.token_id) else None
        if token is None or token.operator_id != message.operator_id or token.partner_id is None:
            return None
        return TokenPartner(
            partner_id=token.partner_id, contract_id=token.contract_id, value=token.value, kind=token.kind
        )

    async def _get_token(self, work: UnitOfWork, operator_id: OperatorId, value: str) -> Token:
        is_value = model.is_value(value)
        standing = await self._store.load_standing(work, operator_id, model.fold_value(value)) if is_value else None
        if standing is None:
            raise model.TokenNotFoundError("no such token", value=value[:64])
        return standing.token

    # ---- groups ------------------------------------------------------------------------------------------------------

    async def put_group(self, message: PutGroup, work: UnitOfWork) -> GroupPut:
        """Make the group with this value exactly this."""
        value = model.read_group_value(message.value)
        before = await self._store.find_group(work, message.operator_id, model.fold_value(value))
        after = TokenGroup(
            group_id=GroupId(self._ids.new()) if before is None else before.group_id,
            operator_id=message.operator_id,
            value=value,
            name=read_name(message.name),
            concurrency=message.concurrency,
            created_at=work.now if before is None else before.created_at,
            changed_at=work.now if before is None else before.changed_at,
        )
        if after == before:
            return GroupPut(group=after, is_new=False, is_changed=False)
        if before is None:
            await self._store.insert_group(work, after)
        else:
            after = msgspec.structs.replace(after, changed_at=work.now)
            await self._store.update_group(work, after)
            self._forget_of_group(work, before)
        action = "group.create" if before is None else "group.change"
        edits = {} if before is None else list_edits(before, after, ("name", "concurrency"))
        subject = f"group:{after.group_id}"
        await self._note(work, message.actor, action, subject, operator_id=message.operator_id, **edits)
        return GroupPut(group=after, is_new=before is None, is_changed=True)

    def _forget_of_group(self, work: UnitOfWork, group: TokenGroup) -> None:
        for key, standing in list(self._standings.items()):
            if standing is not None and key[0] == group.operator_id and standing.group == group.value:
                work.forget(self._standings, key)

    async def remove_group(self, message: RemoveGroup, work: UnitOfWork) -> None:
        """Forget a group that has neither tokens nor drivers."""
        group = await self.find_group(work, message.operator_id, message.value)
        if group is None:
            raise model.GroupNotFoundError("no such group")
        members, people = await self._store.count_members(work, group)
        if members or people:
            raise model.GroupInUseError("tokens or drivers belong to this group", tokens=members, drivers=people)
        await self._store.delete_group(work, group.group_id)
        await self._note(
            work, message.actor, "group.remove", f"group:{group.group_id}", operator_id=message.operator_id
        )

    # ---- what others need --------------------------------------------------------------------------------------------

    async def find_group(self, work: UnitOfWork, operator_id: OperatorId, value: str | None) -> TokenGroup | None:
        """Return the group with this value; None of None. Errors: `not_found.group`."""
        if value is None:
            return None
        is_value = model.is_value(value)
        group = await self._store.find_group(work, operator_id, model.fold_value(value)) if is_value else None
        if group is None:
            raise model.GroupNotFoundError("no such group", value=value[:64])
        return group

    async def _check_new_holder(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> None:
        await self._check_driver(work, operator_id, driver_id)
        if len(await self._store.list_tokens(work, operator_id, driver_id)) >= model.TOKENS_OF_DRIVER_MAX:
            raise model.TooManyTokensError(f"a driver has at most {model.TOKENS_OF_DRIVER_MAX} tokens")

    async def _check_driver(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> None:
        record = await self._store.load_driver(work, driver_id) if is_key(driver_id) else None
        if record is None or record.driver.operator_id != operator_id or record.driver.status is DriverStatus.ERASED:
            raise model.DriverNotFoundError("no such driver", driver_id=driver_id[:64])

    async def _note(
        self, work: UnitOfWork, actor: str, action: str, subject: str, *, operator_id: OperatorId, **detail: object
    ) -> None:
        await work.ask(RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=subject, detail=detail))


_DEEDS = {
    TokenStatus.ACTIVE: "token.unblock",
    TokenStatus.BLOCKED: "token.block",
    TokenStatus.FROZEN: "token.freeze",
    TokenStatus.LOST: "token.lose",
}
"""What the audit log calls it."""


async def _find_site(work: UnitOfWork, station_id: StationId) -> SiteId | None:
    try:
        return (await work.ask(FindStation(station_id=station_id))).site_id
    except NotFoundError:
        return None
