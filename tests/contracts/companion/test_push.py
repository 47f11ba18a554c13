"""Web Push against a push service that was written from the RFCs: sealed for one device, signed, and taken back."""

import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.adapters.webpush.sender import WebPush
from busbar.kernel.errors import BusbarError
from busbar.ports.push import PushTarget
from tests.contracts.companion.push_service import Device, PushService, read_vapid

KEY = b"k" * 32


@pytest.fixture
async def service():
    service = await PushService().start()
    yield service
    await service.stop()


def make_sender(**more):
    return WebPush(KEY, clock=SystemClock(), subject="mailto:ops@operator.example", timeout_s=5, **more)


async def send(sender, device, endpoint, content=b'{"title":"Ciao"}'):
    target = PushTarget(endpoint=endpoint, public_key=device.point, auth=device.auth)
    await sender.send(target, content, ttl_s=600, topic="session-1")


async def test_only_the_device_reads_it_and_the_service_knows_who_sends(service):
    sender, device = make_sender(is_private_allowed=True), Device()
    await send(sender, device, service.endpoint)
    ((headers, body),) = service.taken
    assert device.open(body) == {"title": "Ciao"}
    assert b"Ciao" not in body
    assert (headers["ttl"], headers["topic"], headers["content-encoding"]) == ("600", "session-1", "aes128gcm")
    claims = read_vapid(headers["authorization"])
    assert claims["aud"] == f"http://127.0.0.1:{service.port}"
    assert claims["sub"] == "mailto:ops@operator.example"
    assert claims["k"] == sender.public_key == make_sender().public_key, "every process has the same key"


@pytest.mark.parametrize(
    ("status", "code"),
    [(410, "not_found.push_device"), (404, "not_found.push_device"), (429, "unavailable.push"),
     (503, "unavailable.push"), (400, "invalid.push"), (302, "invalid.push")],
)  # fmt: skip
async def test_what_the_service_answers_has_a_kind(service, status, code):
    service.answers = [status]
    with pytest.raises(BusbarError) as caught:
        await send(make_sender(is_private_allowed=True), Device(), service.endpoint)
    assert caught.value.code == code


@pytest.mark.parametrize("endpoint", ["http://push.example/1", "https://127.0.0.1:1/x", "https://[::1]:1/x"])
async def test_nobody_makes_us_speak_to_a_private_address(endpoint):
    with pytest.raises(BusbarError) as caught:
        await send(make_sender(), Device(), endpoint)
    assert caught.value.code == "invalid.push"


async def test_what_cannot_be_sealed_is_refused(service):
    sender = make_sender(is_private_allowed=True)
    with pytest.raises(BusbarError, match="too long"):
        await send(sender, Device(), service.endpoint, b"x" * 5000)
    wrong = Device()
    wrong.point = b"\x04" + b"\x01" * 64
    with pytest.raises(BusbarError) as caught:
        await send(sender, wrong, service.endpoint)
    assert (caught.value.code, service.taken) == ("invalid.push", [])


async def test_a_service_that_is_not_there_is_tried_again():
    with pytest.raises(BusbarError) as caught:
        await send(make_sender(is_private_allowed=True), Device(), "http://127.0.0.1:9/nobody")
    assert caught.value.code == "unavailable.push"
