"""A station that talks as fast as its socket takes: it gets its share, and is slowed without being dropped."""

import asyncio
import contextlib
import json

import pytest
import websockets

from tests.journeys.conftest import Installation

CALM = 50
CALLS = 20
"""Calls of each calm station, one after the other."""
SHARE_MAX = 8
"""How many times as many answers as a calm station the noisy one may get: it never waits for an answer, they do."""
FLOOD = 20_000
AT = "2026-03-01T08:00:00Z"


async def run(tmp_path, **settings):
    made = Installation(tmp_path / "data", BUSBAR_REQUEST_MAX_PER_MIN="100000", **settings)
    await asyncio.to_thread(made.start)
    return made


@pytest.fixture
async def unlimited(tmp_path):
    """No rate limit stands between the noisy station and the others."""
    made = await run(
        tmp_path, BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S="10000", BUSBAR_STATION_BURST_MAX_MESSAGES="100000"
    )
    yield made
    end(made)


@pytest.fixture
async def limited(tmp_path):
    made = await run(tmp_path, BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S="50", BUSBAR_STATION_BURST_MAX_MESSAGES="10")
    yield made
    end(made)


def end(installation):
    assert installation.stop() == 0, installation.output
    assert "Traceback" not in installation.output, installation.output


def dial(installation, station_id):
    url = f"{installation.ocpp_url}/{station_id}"
    return websockets.connect(url, subprotocols=["ocpp1.6"], ping_interval=None, max_queue=None)


def write_status(number):
    status = ("Available", "Preparing")[number % 2]
    payload = {"connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": AT}
    return json.dumps([2, str(number), "StatusNotification", payload])


async def ask(line, number):
    await line.send(write_status(number))
    answer = json.loads(await line.recv())
    assert answer[:2] == [3, str(number)], answer


async def test_a_noisy_station_gets_no_more_than_its_share(unlimited):
    answered: list[int] = []
    has_begun = asyncio.Event()

    async def flood(line):
        for number in range(FLOOD):
            await line.send(write_status(number))

    async def listen(line):
        async for frame in line:
            answered.append(int(json.loads(frame)[1]))
            has_begun.set()

    async def talk(line):
        for number in range(CALLS):
            await ask(line, number)

    async with contextlib.AsyncExitStack() as stack:
        noisy = await stack.enter_async_context(dial(unlimited, "NOISY-1"))
        calm = [await stack.enter_async_context(dial(unlimited, f"CALM-{number}")) for number in range(CALM)]
        noise = [asyncio.create_task(flood(noisy)), asyncio.create_task(listen(noisy))]
        await has_begun.wait()
        before = len(answered)
        async with asyncio.timeout(120):
            await asyncio.gather(*map(talk, calm))
        meanwhile = len(answered) - before
        for task in noise:
            task.cancel()
        await asyncio.gather(*noise, return_exceptions=True)
        noisy.transport.abort()
    assert answered == list(range(len(answered))), "one station's answers come in the order of its calls"
    assert 0 < meanwhile <= SHARE_MAX * CALLS


async def test_who_talks_too_fast_is_slowed_and_not_dropped(limited):
    loop, count = asyncio.get_running_loop(), 60
    async with dial(limited, "FAST-1") as line:
        began_s = loop.time()
        for number in range(count):
            await line.send(write_status(number))
        async with asyncio.timeout(60):
            answers = [json.loads(await line.recv()) for _ in range(count)]
        took_s = loop.time() - began_s
    assert [answer[:2] for answer in answers] == [[3, str(number)] for number in range(count)]
    assert took_s >= (count - 10) / 50 * 0.9
