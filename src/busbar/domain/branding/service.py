"""The branding room: how operators' driver apps look and what they say."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.branding import AppBrand, AppBrandChanged, PutAppBrand, PutAppLogo, RemoveAppLogo
from busbar.canon.message import Fact, Message
from busbar.canon.tenants import RecordAudit
from busbar.domain.branding import model
from busbar.domain.branding.store import BrandStore
from busbar.kernel.ids import OperatorId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class BrandingService:
    """Keeps brands."""

    def __init__(self, *, store: BrandStore) -> None:
        self._store = store

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {PutAppBrand: self.put, PutAppLogo: self.put_logo, RemoveAppLogo: self.remove_logo}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to: none."""
        return []

    async def put(self, command: PutAppBrand, work: UnitOfWork) -> AppBrand:
        """Write a brand."""
        brand = model.shape_brand(command.brand)
        for host in brand.hosts:
            if await self._store.find_host(work, host) not in {None, command.operator_id}:
                raise model.BrandHostTakenError("another operator's app answers there", host=host)
        await self._store.save(work, command.operator_id, brand)
        await self._tell(work, command.operator_id, command.actor, "app_brand.change")
        return brand

    async def put_logo(self, command: PutAppLogo, work: UnitOfWork) -> None:
        """Keep a logo."""
        await self._store.save_logo(work, command.operator_id, model.clean_logo(command.content))
        await self._tell(work, command.operator_id, command.actor, "app_logo.change")

    async def remove_logo(self, command: RemoveAppLogo, work: UnitOfWork) -> None:
        """Forget a logo."""
        await self._store.save_logo(work, command.operator_id, None)
        await self._tell(work, command.operator_id, command.actor, "app_logo.remove")

    async def _tell(self, work: UnitOfWork, operator_id: OperatorId, actor: str, action: str) -> None:
        work.tell(AppBrandChanged(operator_id=operator_id, at=work.now))
        subject = f"operator:{operator_id}"
        await work.ask(RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=subject))
