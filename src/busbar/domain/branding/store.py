"""What the branding room needs of a database. All reads and writes are part of `work`."""

from typing import Protocol

from busbar.canon.branding import AppBrand
from busbar.kernel.ids import OperatorId
from busbar.ports.work import UnitOfWork


class BrandStore(Protocol):
    """How operators' apps look."""

    async def find_host(self, work: UnitOfWork, host: str) -> OperatorId | None:
        """Return whose app answers under a host name."""
        ...

    async def save(self, work: UnitOfWork, operator_id: OperatorId, brand: AppBrand) -> None:
        """Write an operator's brand and hosts."""
        ...

    async def save_logo(self, work: UnitOfWork, operator_id: OperatorId, content: bytes | None) -> None:
        """Write an operator's logo, or that there is none."""
        ...
