"""Who was turned away at the doors of a network: kept by each gateway, asked for when read."""

import msgspec

from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import VERSION
from busbar.adapters.rabbitmq.roundup import Roundup, RoundupDoor
from busbar.ports.refusals import RefusalBook, RefusalPage, Refused

KIND = "refusals-question"
ROUTE = "refusals"


class _Question(msgspec.Struct, frozen=True, array_like=True):
    """What is asked: everything. Later versions add fields at the end."""

    version: int


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """One gateway's answer."""

    version: int
    gateway_id: str
    refusals: tuple[Refused, ...]


_ENCODER = msgspec.msgpack.Encoder()
_QUESTIONS = msgspec.msgpack.Decoder(_Question)
_ANSWERS = msgspec.msgpack.Decoder(_Kept)


def open_refusal_door(*, names: Names, gateway_id: str, book: RefusalBook) -> RoundupDoor:
    """Return the gateway's side: a party of the link."""

    async def answer(body: bytes) -> bytes:
        _QUESTIONS.decode(body)
        page = await book.read_all()
        return _ENCODER.encode(_Kept(VERSION, gateway_id, page.refusals))

    return RoundupDoor(names=names, kind=KIND, route=ROUTE, answer=answer)


class NetworkRefusals:
    """The reader's side; see `busbar.ports.refusals.RefusalBook`."""

    def __init__(self, roundup: Roundup) -> None:
        self._roundup = roundup

    async def read_all(self) -> RefusalPage:
        """Return what all doors have kept, the newest first. Errors: `unavailable.gateways`."""
        body = _ENCODER.encode(_Question(VERSION))
        answers = await self._roundup.ask(body, kind=KIND, route=ROUTE, decode=_ANSWERS.decode)
        found = [
            msgspec.structs.replace(refused, gateway_id=kept.gateway_id)
            for kept in answers.given
            for refused in kept.refusals
        ]
        found.sort(key=lambda refused: refused.last_at, reverse=True)
        return RefusalPage(refusals=tuple(found), silent_gateways=answers.silent_gateways)
