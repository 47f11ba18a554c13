"""A station that talks as fast as its socket takes: it gets its share, and is slowed without being dropped."""

import asyncio
import bisect
import contextlib
import json

import pytest
import websockets

from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction
from tests.journeys.conftest import Installation

CALM = 50
CALLS = 20
"""Calls of each calm station, one after the other."""
SHARE_MAX = 4
"""How often the noisy one may be answered while a calm one waits for its answer: in the batch under way and its own."""
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
    if made.process is not None:
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


async def read_order(log_dir, station_id, direction):
    """Give the places of a station's calls or answers among all frames."""
    log = SqliteWireLog(log_dir, queue_max_entries=1)
    places, days = [], await log.list_days(station_id=station_id)
    for day in days:
        last, page = 0, []
        while page or not last:
            page = await log.read(station_id=station_id, day=day, direction=direction, after_id=last, limit=1000)
            last = page[-1].entry_id if page else 1
            places += [(day, entry.entry_id) for entry in page]
    await log.close()
    return places


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
        async with asyncio.timeout(120):
            await asyncio.gather(*map(talk, calm))
        for task in noise:
            task.cancel()
        await asyncio.gather(*noise, return_exceptions=True)
        noisy.transport.abort()
    assert answered == list(range(len(answered))), "one station's answers come in the order of its calls"
    end(unlimited)
    log_dir = unlimited.data_dir / "wirelog"
    noisy_out = await read_order(log_dir, StationId("NOISY-1"), Direction.OUT)
    assert len(noisy_out) > CALLS
    for number in range(CALM):
        station_id = StationId(f"CALM-{number}")
        asked = await read_order(log_dir, station_id, Direction.IN)
        told = await read_order(log_dir, station_id, Direction.OUT)
        assert len(asked) == len(told) == CALLS
        for begin, finish in zip(asked, told, strict=True):
            assert bisect.bisect(noisy_out, finish) - bisect.bisect(noisy_out, begin) <= SHARE_MAX


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
