"""What the mail room needs of a database. All reads and writes are part of `work`."""

from datetime import datetime
from typing import Protocol

from busbar.canon.mail import Letter, LetterKind
from busbar.kernel.ids import LetterId, OperatorId
from busbar.ports.work import UnitOfWork


class LetterStore(Protocol):
    """Letters."""

    async def load(self, work: UnitOfWork, letter_id: LetterId) -> Letter | None:
        """Return a letter."""
        ...

    async def insert(self, work: UnitOfWork, letter: Letter) -> None:
        """Add a letter."""
        ...

    async def update(self, work: UnitOfWork, letter: Letter) -> None:
        """Write a letter's new state."""
        ...

    async def count_waiting(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many letters of an operator wait."""
        ...

    async def count_since(self, work: UnitOfWork, person: str, kind: LetterKind, since: datetime) -> int:
        """Return how many letters of a kind were wished for a person since an instant."""
        ...

    async def forget_person(self, work: UnitOfWork, person: str) -> None:
        """Take a person's address from their letters; those that wait are withdrawn."""
        ...

    async def delete_settled(self, work: UnitOfWork, *, before: datetime) -> int:
        """Remove letters that were settled before an instant; return how many."""
        ...
