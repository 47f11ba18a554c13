import pytest
from websockets.http11 import Response

from busbar.gateways.ocpp.handshake import Acceptance, read_fully, read_plainly, read_request

LINES = [
    "GET /ocpp/CP%2001?x=1 HTTP/1.1",
    "Host: example.org:8180",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: ocpp1.6, ocpp2.0.1",
    "Authorization: Basic Q1AwMTpzZWNyZXQ=",
]


def write(lines):
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def change(old, new):
    return [line.replace(old, new) for line in LINES]


@pytest.mark.parametrize(
    "lines",
    [
        LINES,
        change("Upgrade: websocket", "UPGRADE:   WebSocket  "),
        change("Connection: Upgrade", "connection: upgrade"),
        [line for line in LINES if "Protocol" not in line and "Authorization" not in line],
    ],
)
def test_a_plain_upgrade_is_read_as_the_full_grammar_reads_it(lines):
    plain, full = read_plainly(write(lines)), read_fully(write(lines))
    assert plain is not None
    assert plain == full


@pytest.mark.parametrize(
    "lines",
    [
        change("GET", "POST"),
        change("HTTP/1.1", "HTTP/1.0"),
        change("websocket", "h2c"),
        change(": 13", ": 8"),
        change("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="),
        change("dGhlIHNhbXBsZSBub25jZQ==", "%%"),
        [*LINES, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
        [*LINES, "Content-Length: 5"],
        [*LINES, "Bad Name: x"],
        [*LINES, "X: a\rb"],
        LINES[:3],
    ],
)
def test_what_is_not_plain_is_judged_by_the_full_grammar(lines):
    assert read_plainly(write(lines)) is None
    judged = read_request(write(lines))
    assert isinstance(judged, Response) == isinstance(read_fully(write(lines)), Response)


def test_an_offer_of_compression_is_read_in_full():
    head = write([*LINES, "Sec-WebSocket-Extensions: permessage-deflate"])
    assert read_plainly(head) is None
    accepted = read_request(head)
    assert isinstance(accepted, Acceptance)
    assert accepted.deflate_bits is not None
