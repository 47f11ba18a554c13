"""The access room put together: what it handles."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.access import (
    Authorize,
    FindDriverGroup,
    FindDriverToken,
    FindToken,
    FindTokenPartner,
    PutGroup,
    PutToken,
    RemoveGroup,
    RemoveToken,
    ReplaceToken,
    SetTokenStatus,
)
from busbar.canon.drivers import (
    BlockDriver,
    CreateDriver,
    EraseDriver,
    ExpireDriverSignIns,
    ExportDriver,
    FindDriver,
    ListDriverSignIns,
    RevokeDriverSignIn,
    SignOutDriver,
    UpdateDriver,
)
from busbar.canon.message import Fact, Message
from busbar.domain.access.bearers import DriverBearerService
from busbar.domain.access.drivers import DriverService
from busbar.domain.access.entry import DriverEntry
from busbar.domain.access.model import AccessPolicy, DriverTerms
from busbar.domain.access.steps import (
    FindDriverCredential,
    LoadDriverBearer,
    OpenDriverSignIn,
    StoreDriverPassword,
    StoreSignedUpDriver,
)
from busbar.domain.access.store import AccessStore
from busbar.domain.access.tokens import TokenService
from busbar.kernel.ids import IdSource
from busbar.ports.passwords import Secrets
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class AccessService:
    """Drivers, id tokens, groups and the decision about a token."""

    def __init__(
        self,
        *,
        store: AccessStore,
        ids: IdSource,
        secrets: Secrets,
        key: bytes,
        policy: AccessPolicy | None = None,
        terms: DriverTerms | None = None,
    ) -> None:
        """`key`: the installation's own, for the hashes of bearer tokens; another key ends all of them."""
        self.tokens = TokenService(store=store, ids=ids, secrets=secrets, policy=policy or AccessPolicy())
        self.bearers = DriverBearerService(store=store, ids=ids, secrets=secrets, key=key, terms=terms or DriverTerms())
        self.drivers = DriverService(store=store, ids=ids, tokens=self.tokens, bearers=self.bearers)
        self.entry = DriverEntry(store=store, drivers=self.drivers, bearers=self.bearers)

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this room. The room's other commands are errands."""
        return {
            **self.entry.handlers(),
            Authorize: self.tokens.authorize,
            BlockDriver: self.drivers.block_driver,
            CreateDriver: self.drivers.create_driver,
            EraseDriver: self.drivers.erase_driver,
            ExpireDriverSignIns: self.bearers.expire_sign_ins,
            ExportDriver: self.drivers.export_driver,
            FindDriver: self.drivers.find_driver,
            FindDriverCredential: self.bearers.find_credential,
            FindDriverGroup: self.tokens.find_driver_group,
            FindDriverToken: self.tokens.find_driver_token,
            FindToken: self.tokens.find_token,
            FindTokenPartner: self.tokens.find_token_partner,
            ListDriverSignIns: self.bearers.list_sign_ins,
            LoadDriverBearer: self.bearers.load_bearer,
            OpenDriverSignIn: self.bearers.open_sign_in,
            PutGroup: self.tokens.put_group,
            PutToken: self.tokens.put_token,
            RemoveGroup: self.tokens.remove_group,
            RemoveToken: self.tokens.remove_token,
            RevokeDriverSignIn: self.bearers.revoke_sign_in,
            ReplaceToken: self.tokens.replace_token,
            SetTokenStatus: self.tokens.set_token_status,
            SignOutDriver: self.bearers.sign_out,
            StoreDriverPassword: self.drivers.store_password,
            StoreSignedUpDriver: self.drivers.sign_up,
            UpdateDriver: self.drivers.update_driver,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Return what this room wants to hear: nothing."""
        return []
