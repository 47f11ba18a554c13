"""Stations remember whom they let charge: they are told to forget when a token may no longer be used."""

import hashlib
from datetime import timedelta

from busbar.api.services import Services
from busbar.canon.access import Token, TokenStatus
from busbar.canon.control import ForgetTokens, SendStationCommand
from busbar.kernel.errors import LimitExceededError, NotFoundError
from busbar.kernel.ids import CommandId, StationId
from busbar.views import tokens

REMEMBERED_FOR = timedelta(days=90)
"""How far back a session says that a station may remember its token."""
WAITS_FOR = timedelta(days=1)
"""How long the request waits for a station that is away; one that comes back later hears the truth when it asks."""


async def forget_at_stations(services: Services, actor: str, token: Token) -> None:
    """Ask the stations that a token charged at lately to forget whom they know, unless the token may be used.

    The token is refused here already; this is for stations that would let it charge without asking (1.6
    LocalPreAuthorize, 2.x AuthCacheCtrlr). A repeat sends nothing twice. A station that is gone, or has too much to do,
    is left out: what it lets charge from memory is refused with the answer to the start.
    """
    if token.status is TokenStatus.ACTIVE:
        return
    now = services.clock.now()
    async with services.databases.read() as connection:
        stations = await tokens.list_stations_of(connection, token.token_id, since=now - REMEMBERED_FOR)
    for station_id in stations:
        wish = SendStationCommand(
            command_id=_name_command(token, station_id),
            operator_id=token.operator_id,
            station_id=station_id,
            request=ForgetTokens(),
            requested_by=actor,
            expires_at=token.changed_at + WAITS_FOR,
        )
        try:
            await services.dispatcher.dispatch(wish)
        except (NotFoundError, LimitExceededError):
            continue


def _name_command(token: Token, station_id: StationId) -> CommandId:
    name = f"forget\n{token.token_id}\n{token.changed_at.isoformat()}\n{station_id}"
    return CommandId(hashlib.sha256(name.encode()).hexdigest()[:32])
