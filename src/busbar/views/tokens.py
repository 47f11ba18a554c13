"""Id tokens and their groups."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.access import TokenKind, TokenStatus
from busbar.kernel.errors import UnavailableError
from busbar.views.paging import PageRequest
from busbar.views.scope import Scope
from busbar.views.shapes.access import Token, TokenGroup, TokenGroupPage, TokenPage

Text = Annotated[str, Field(min_length=1, max_length=100)]


class TokenSort(StrEnum):
    """Orders of the list of tokens."""

    VALUE = "value"
    VALUE_DOWN = "-value"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class TokenQuery(PageRequest):
    """Which tokens are wanted."""

    q: Text | None = None
    """Text in value or label."""
    kind: TokenKind | None = None
    status: TokenStatus | None = None
    driver_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    group: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    """The value of a group."""
    sort: TokenSort = TokenSort.VALUE


class GroupQuery(PageRequest):
    """Which token groups are wanted."""

    q: Text | None = None
    """Text in value or name."""


async def list_tokens(connection: AsyncConnection, scope: Scope, query: TokenQuery, *, limit: int) -> TokenPage:
    """Return a page of tokens."""
    raise UnavailableError("tokens are not readable yet")


async def read_token(connection: AsyncConnection, scope: Scope, value: str) -> Token:
    """Return one token. Errors: `not_found.token`."""
    raise UnavailableError("tokens are not readable yet")


async def list_groups(connection: AsyncConnection, scope: Scope, query: GroupQuery, *, limit: int) -> TokenGroupPage:
    """Return a page of token groups."""
    raise UnavailableError("tokens are not readable yet")


async def read_group(connection: AsyncConnection, scope: Scope, value: str) -> TokenGroup:
    """Return one token group. Errors: `not_found.group`."""
    raise UnavailableError("tokens are not readable yet")
