"""Commands on their way to the cores, and whom this process trusts meanwhile."""

from typing import TypeVar, cast

from sqlalchemy import select

from busbar.canon.message import Command
from busbar.db.engine import Databases
from busbar.domain.access.steps import LoadDriverBearer
from busbar.domain.sessions.tables import sessions
from busbar.domain.tenants.steps import LoadBearer
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.clock import Clock
from busbar.kernel.ids import SessionId, StationId
from busbar.kernel.secret import hash_secret
from busbar.ports.dispatcher import Dispatcher

R = TypeVar("R")

TRUST_S = 2.0
"""How long a bearer is believed without asking: a sign-out or a revoked key is known everywhere after it."""
TRUSTED_MAX = 10_000


class TrustingDispatcher:
    """Asks the core about a bearer once in a while, not for every request."""

    def __init__(self, dispatcher: Dispatcher, *, clock: Clock, key: bytes) -> None:
        self._dispatcher = dispatcher
        self._clock = clock
        self._key = key
        self._trusted: BoundedDict[str, tuple[float, object]] = BoundedDict(bound=TRUSTED_MAX)
        """By the keyed hash of the bearer."""

    async def dispatch(self, command: Command[R]) -> R:
        """Carry a command out; see `busbar.ports.dispatcher.Dispatcher`."""
        if not isinstance(command, LoadBearer | LoadDriverBearer):
            return await self._dispatcher.dispatch(command)
        bearer = hash_secret(command.text, self._key)
        until_s, trust = self._trusted.get(bearer, (0.0, None))
        if until_s <= self._clock.monotonic_s():
            trust = await self._dispatcher.dispatch(cast("Command[object]", command))
            self._trusted.pop(bearer, None)
            self._trusted[bearer] = (self._clock.monotonic_s() + TRUST_S, trust)
        return cast("R", trust)


class SessionHomes:
    """Looks up whose session it is; a session never changes its station."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def find(self, session_id: SessionId) -> StationId | None:
        """Return the station of a session, or None."""
        statement = select(sessions.c.station_id).where(sessions.c.session_id == session_id)
        async with self._databases.read() as connection:
            return (await connection.execute(statement)).scalar()
