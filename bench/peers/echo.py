"""The least that can answer: picows on uvloop, each call answered with a CallResult cut out by position.

Nothing is decoded, checked or kept. The three answers that the load looks into carry what it asks for.
"""

import asyncio
import itertools

from picows import (
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from bench.peers.serving import BACKLOG, serve

ID_START, ID_END, ACTION_START = 4, 40, 43
"""Where the load's call has its id and its action: `[2,"` 36 characters `","` action."""
EMPTY = b"{}"
ACCEPTED = b'{"status":"Accepted","currentTime":"2025-01-01T00:00:00Z","interval":300}'
AUTHORIZED = b'{"idTagInfo":{"status":"Accepted"}}'
TOKEN_ACCEPTED = b'{"idTokenInfo":{"status":"Accepted"}}'
STARTED = b'"eventType":"Started"'
numbers = itertools.count(1)


def choose_payload(call: bytes) -> bytes:
    """Choose by the first letters of the action."""
    match call[ACTION_START : ACTION_START + 2]:
        case b"Bo":
            return ACCEPTED
        case b"Au":
            return AUTHORIZED
        case b"St" if call[ACTION_START + 5 : ACTION_START + 6] == b"T":
            return b'{"idTagInfo":{"status":"Accepted"},"transactionId":%d}' % next(numbers)
        case b"Tr" if STARTED in call:
            return TOKEN_ACCEPTED
        case b"He":
            return b'{"currentTime":"2025-01-01T00:00:00Z"}'
        case _:
            return EMPTY


class Echo(WSListener):
    """One station."""

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Answer a call."""
        if frame.msg_type is WSMsgType.TEXT:
            call = frame.get_payload_as_bytes()
            transport.send(WSMsgType.TEXT, b'[3,"%b",%b]' % (call[ID_START:ID_END], choose_payload(call)))
        elif frame.msg_type is WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()


def upgrade(request: WSUpgradeRequest) -> WSUpgradeResponseWithListener | Echo:
    """Take every station, with the protocol it offers."""
    response = WSUpgradeResponse.create_101_response(
        extra_headers={"Sec-WebSocket-Protocol": request.headers["Sec-WebSocket-Protocol"]}
    )
    return WSUpgradeResponseWithListener(response, Echo())


async def listen(port: int) -> asyncio.Server:
    """Open the port."""
    return await ws_create_server(upgrade, "127.0.0.1", port, backlog=BACKLOG)


if __name__ == "__main__":
    serve(listen)
