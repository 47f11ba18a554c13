"""The links room: links that let somebody set a password once."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.links import ExpireLinks, FindLink, MadeLink, MakeLink, PasswordLink, TakeLink
from busbar.canon.message import Fact, Message
from busbar.canon.secret import Secret
from busbar.domain.links import model
from busbar.domain.links.store import LinkStore
from busbar.kernel.secret import hash_secret
from busbar.ports.passwords import Secrets
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class LinkService:
    """Makes links and takes them back."""

    def __init__(self, *, store: LinkStore, secrets: Secrets, key: bytes) -> None:
        """`key`: the installation's own, for the hashes of links; another key ends all of them."""
        self._store = store
        self._secrets = secrets
        self._key = key

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {MakeLink: self.make, FindLink: self.find, TakeLink: self.take, ExpireLinks: self.expire}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to: none."""
        return []

    async def make(self, command: MakeLink, work: UnitOfWork) -> MadeLink:
        """Make a link."""
        secret = Secret(text=model.LINK + self._secrets.new_bearer())
        link = PasswordLink(
            operator_id=command.operator_id,
            person=command.person,
            seen=command.seen,
            expires_at=work.now + model.LIVES[command.purpose],
        )
        await self._store.replace(work, hash_secret(secret.text, self._key), link)
        return MadeLink(secret=secret, expires_at=link.expires_at)

    async def find(self, command: FindLink | TakeLink, work: UnitOfWork) -> PasswordLink:
        """Tell for whom a link is."""
        text = command.secret.text
        found = await self._store.find(work, hash_secret(text, self._key)) if model.is_link(text) else None
        return model.require_good(found, now=work.now)

    async def take(self, command: TakeLink, work: UnitOfWork) -> PasswordLink:
        """Use a link up, and with it all others of the person."""
        link = await self.find(command, work)
        await self._store.remove_of(work, link.person)
        return link

    async def expire(self, _command: ExpireLinks, work: UnitOfWork) -> int:
        """Forget links that are too old."""
        return await self._store.remove_over(work, work.now)
