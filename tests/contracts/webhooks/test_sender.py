"""Sending to a real receiver: signed, bounded, and never into a network that is not open."""

import socket

import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.adapters.webhooks.sender import HttpWebhooks
from busbar.adapters.webhooks.signing import sign
from busbar.ports.webhooks import Sending
from tests.contracts.webhooks.receiver import Receiver

SECRETS = ("whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw", "whsec_MTExMTExMTExMTExMTExMTExMTExMTEx")


@pytest.fixture
async def receiver():
    made = await Receiver().start()
    yield made
    await made.stop()


def make_sender(**given):
    return HttpWebhooks(clock=SystemClock(), **{"timeout_s": 5, "is_private_allowed": True, **given})


async def send(receiver, url=None, **given):
    sending = Sending(url=url or receiver.url, message_id="msg-1", content=b'{"type":"X"}', secrets=SECRETS)
    return await make_sender(**given).send(sending)


async def test_a_message_is_signed_with_each_secret(receiver):
    sent = await send(receiver)
    (message,) = receiver.taken
    assert (sent.status, sent.error) == (204, None)
    assert all(message.is_signed_with(secret) for secret in SECRETS)
    assert not message.is_signed_with("whsec_" + "A" * 32)
    assert (message.headers["webhook-id"], message.headers["content-type"]) == ("msg-1", "application/json")
    assert message.headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_the_example_of_the_standard():
    signature = sign(
        b'{"test": 2432232314}',
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp_s=1614265330,
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("answer", "status", "retry_after_s"),
    [
        ("500 Broken\r\nContent-Length: 0", 500, None),
        ("302 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0", 302, None),
        ("429 Later\r\nRetry-After: 7\r\nContent-Length: 0", 429, 7),
        ("429 Later\r\nRetry-After: Fri, 31 Dec 2027 23:59:59 GMT\r\nContent-Length: 0", 429, None),
        ("410 Gone\r\nContent-Length: 0", 410, None),
    ],
)
async def test_what_is_answered_is_told_and_no_redirect_followed(receiver, answer, status, retry_after_s):
    receiver.answers = [answer]
    sent = await send(receiver)
    assert (sent.status, sent.retry_after_s, len(receiver.taken)) == (status, retry_after_s, 1)


async def test_an_endless_answer_is_read_no_further_than_its_beginning(receiver):
    receiver.answers = ["big"]
    sent = await send(receiver)
    assert (sent.status, len(sent.answer)) == (200, 4096)


async def test_who_does_not_answer_in_time(receiver):
    receiver.answers = ["hang"]
    sent = await send(receiver, timeout_s=0.2)
    assert (sent.status, sent.error) == (None, "timed_out")


async def test_what_cannot_be_reached(receiver):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert (await send(receiver, url)).error == "unreachable: ConnectError"


async def test_private_networks_are_refused_whatever_the_name_says(receiver):
    for url in (receiver.url, f"https://127.0.0.1:{receiver.port}/", f"https://localhost:{receiver.port}/"):
        sent = await send(receiver, url, is_private_allowed=False)
        assert sent.error == "refused: the host is in a private network"
    assert receiver.taken == []


async def test_plain_http_stays_inside(receiver):
    assert (await send(receiver, "http://1.1.1.1/")).error == "refused: only https leaves this network"
