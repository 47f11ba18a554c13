"""The workbench: lists that staff keep under a name."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.message import Fact, Message
from busbar.canon.workbench import RemoveView, SavedView, SaveView
from busbar.domain.workbench import model
from busbar.domain.workbench.store import WorkbenchStore
from busbar.kernel.ids import IdSource, ViewId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class WorkbenchService:
    """Keeps saved views."""

    def __init__(self, *, store: WorkbenchStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {SaveView: self.save, RemoveView: self.remove}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say what is listened to: nothing."""
        return []

    async def save(self, command: SaveView, work: UnitOfWork) -> ViewId:
        """Keep a view, or change one."""
        name, query = model.read_name(command.name), model.read_query(command.query)
        if command.view_id is None:
            held = await self._store.list_own(work, command.operator_id, command.actor)
            before = next((each for each in held if (each.list_name, each.name) == (command.list_name, name)), None)
            if before is None and len(held) >= model.VIEWS_MAX:
                raise model.ViewLimitError(f"{model.VIEWS_MAX} views are kept at most")
        else:
            before = await self._find(command, command.view_id, work)
        view = SavedView(
            view_id=ViewId(self._ids.new()) if before is None else before.view_id,
            operator_id=command.operator_id,
            owner=command.actor if before is None else before.owner,
            list_name=command.list_name,
            name=name,
            query=query,
            is_shared=command.is_shared,
            changed_at=work.now,
        )
        self._store.put_view(work, view)
        return view.view_id

    async def remove(self, command: RemoveView, work: UnitOfWork) -> None:
        """Keep a view no longer."""
        view = await self._find(command, command.view_id, work)
        await self._store.remove_view(work, view.view_id)

    async def _find(self, command: SaveView | RemoveView, view_id: ViewId, work: UnitOfWork) -> SavedView:
        found = await self._store.load_view(work, command.operator_id, view_id)
        return model.check_change(found, actor=command.actor, may_change_shared=command.may_change_shared)
