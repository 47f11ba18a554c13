"""What the access room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.canon.access import Token, TokenGroup
from busbar.domain.access.model import DriverRecord, SignInRecord, Standing
from busbar.kernel.ids import DriverId, GroupId, OperatorId, SignInId, TokenId
from busbar.ports.work import UnitOfWork


class TokenStore(Protocol):
    """Id tokens and their groups."""

    async def load_standing(self, work: UnitOfWork, operator_id: OperatorId, value_key: str) -> Standing | None:
        """Return all that a decision needs about the token with this (folded) value."""
        ...

    async def load_token(self, work: UnitOfWork, token_id: TokenId) -> Token | None:
        """Return a token by its id."""
        ...

    async def list_tokens(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> Sequence[Token]:
        """Return a driver's tokens, oldest first."""
        ...

    async def insert_token(self, work: UnitOfWork, token: Token, group_id: GroupId | None) -> None:
        """Add a token."""
        ...

    async def update_token(self, work: UnitOfWork, token: Token, group_id: GroupId | None) -> None:
        """Write a token's new state."""
        ...

    async def delete_tokens(self, work: UnitOfWork, token_ids: Sequence[TokenId]) -> None:
        """Remove tokens."""
        ...

    async def find_group(self, work: UnitOfWork, operator_id: OperatorId, value_key: str) -> TokenGroup | None:
        """Return the group with this (folded) value."""
        ...

    async def count_members(self, work: UnitOfWork, group: TokenGroup) -> tuple[int, int]:
        """Return how many tokens and how many drivers belong to a group."""
        ...

    async def insert_group(self, work: UnitOfWork, group: TokenGroup) -> None:
        """Add a group."""
        ...

    async def update_group(self, work: UnitOfWork, group: TokenGroup) -> None:
        """Write a group's new state."""
        ...

    async def delete_group(self, work: UnitOfWork, group_id: GroupId) -> None:
        """Remove a group."""
        ...


class DriverStore(Protocol):
    """Drivers and their sign-ins."""

    async def load_driver(self, work: UnitOfWork, driver_id: DriverId) -> DriverRecord | None:
        """Return a driver."""
        ...

    async def find_driver(self, work: UnitOfWork, operator_id: OperatorId, email_key: str) -> DriverRecord | None:
        """Return the driver of this operator with this (folded) address."""
        ...

    async def insert_driver(self, work: UnitOfWork, record: DriverRecord) -> None:
        """Add a driver."""
        ...

    async def update_driver(self, work: UnitOfWork, record: DriverRecord) -> None:
        """Write a driver's new state."""
        ...

    async def insert_sign_in(self, work: UnitOfWork, record: SignInRecord) -> None:
        """Add a sign-in."""
        ...

    async def find_sign_in(self, work: UnitOfWork, *, bearer_hash: str) -> SignInRecord | None:
        """Return the sign-in of a bearer token."""
        ...

    async def list_sign_ins(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[SignInRecord]:
        """Return a driver's sign-ins, newest first."""
        ...

    def touch_sign_in(self, work: UnitOfWork, sign_in_id: SignInId, used_at: datetime) -> None:
        """Write down the last use; bulk, at the end of the batch."""
        ...

    async def delete_sign_ins(self, work: UnitOfWork, sign_in_ids: Sequence[SignInId]) -> None:
        """Remove sign-ins."""
        ...

    async def delete_over(self, work: UnitOfWork, *, expired_by: datetime, unused_since: datetime) -> int:
        """Remove sign-ins that are over; return how many."""
        ...


class AccessStore(TokenStore, DriverStore, Protocol):
    """Everything of the room."""
