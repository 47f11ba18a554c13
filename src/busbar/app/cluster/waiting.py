"""Sending a request to a station from a process without a core, and waiting for what became of it."""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from busbar.app.relay import GRACE_S
from busbar.canon.control import (
    QUEUED,
    CommandOutcome,
    Outcome,
    RawCall,
    SendStationCommand,
    StationCommandAnswered,
    StationCommandQueued,
)
from busbar.canon.stations import FindStation, Protocol
from busbar.db.engine import Databases
from busbar.domain.stations.sql import read_outcome
from busbar.domain.stations.tables import station_commands
from busbar.kernel.ids import CommandId
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.feed import Feed, PublishedFact, Subscription

log = structlog.get_logger(__name__)

LOOK_INTERVAL_S = 1.0
"""How often the stored outcome is looked for, should no fact tell of it."""


class CommandWaiter:
    """See `busbar.ports.dispatcher.StationCommands`: the core that holds the station sends, this process waits."""

    def __init__(
        self,
        *,
        dispatcher: Dispatcher,
        feed: Feed,
        databases: Databases,
        check_request: Callable[[Protocol, str, str], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._feed = feed
        self._databases = databases
        self._check_request = check_request

    async def run(self, command: SendStationCommand) -> CommandOutcome:
        """Have the command recorded and sent, and wait for its outcome."""
        if isinstance(command.request, RawCall):
            standing = await self._dispatcher.dispatch(FindStation(station_id=command.station_id))
            if standing.protocol is not None and standing.operator_id == command.operator_id:
                self._check_request(standing.protocol, command.request.action, command.request.payload_json)
        async with self._feed.subscribe(bound=100_000) as events:
            await self._dispatcher.dispatch(command)
            hearing = asyncio.ensure_future(_hear(events, command.command_id))
            try:
                async with asyncio.timeout(command.timeout_s + GRACE_S):
                    return await self._wait(command.command_id, hearing)
            except TimeoutError:
                return CommandOutcome(outcome=Outcome.TIMED_OUT, status="no answer in time")
            finally:
                hearing.cancel()

    async def _wait(self, command_id: CommandId, hearing: "asyncio.Future[CommandOutcome | None]") -> CommandOutcome:
        while True:
            known = await self._find_outcome(command_id)
            if known is not None:
                return known
            await asyncio.wait({hearing}, timeout=LOOK_INTERVAL_S)
            if hearing.done():
                heard = hearing.result()
                if heard is not None:
                    return heard
                await asyncio.sleep(LOOK_INTERVAL_S)

    async def _find_outcome(self, command_id: CommandId) -> CommandOutcome | None:
        """Return the stored outcome, if there is one; a database that is away is asked again later."""
        statement = select(station_commands.c.answer).where(station_commands.c.command_id == command_id)
        try:
            async with self._databases.read() as connection:
                answer = (await connection.execute(statement)).scalar()
        except (SQLAlchemyError, OSError) as error:
            log.debug("waiting.database_away", command_id=command_id, error=str(error))
            return None
        return None if answer is None else read_outcome(answer)


async def _hear(events: Subscription, command_id: CommandId) -> CommandOutcome | None:
    """Return the outcome that a fact tells; nothing when the stream ends before."""
    async for event in events:
        fact = event.fact if isinstance(event, PublishedFact) else None
        if isinstance(fact, StationCommandAnswered) and fact.command_id == command_id:
            return fact.outcome
        if isinstance(fact, StationCommandQueued) and fact.command_id == command_id:
            return QUEUED
    return None
