"""What the links room needs of a database. All reads and writes are part of `work`."""

from datetime import datetime
from typing import Protocol

from busbar.canon.links import PasswordLink
from busbar.ports.work import UnitOfWork


class LinkStore(Protocol):
    """Links, by the keyed hash of their secret."""

    async def find(self, work: UnitOfWork, link_hash: str) -> PasswordLink | None:
        """Return a link."""
        ...

    async def replace(self, work: UnitOfWork, link_hash: str, link: PasswordLink) -> None:
        """Add a link and remove the person's others."""
        ...

    async def remove_of(self, work: UnitOfWork, person: str) -> None:
        """Remove a person's links."""
        ...

    async def remove_over(self, work: UnitOfWork, now: datetime) -> int:
        """Remove links that are too old; return how many."""
        ...
