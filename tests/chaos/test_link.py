"""The cable that `make chaos` cuts: silent, reset and whole again, as asked."""

import asyncio

import pytest

from chaos.link import Link


@pytest.fixture
async def echo():
    async def answer(reader, writer):
        while words := await reader.read(100):
            writer.write(words)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def link(echo):
    link = Link(echo)
    await link.start()
    yield link
    await link.stop()


async def test_it_relays_both_ways(link):
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    writer.write(b"there and back")
    assert await reader.readexactly(14) == b"there and back"
    writer.close()


async def test_what_it_holds_goes_on_when_it_is_healed(link):
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    writer.write(b"a")
    assert await reader.readexactly(1) == b"a"
    link.hold()
    writer.write(b"b")
    waiting = asyncio.create_task(reader.readexactly(1))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    link.heal()
    assert await waiting == b"b"
    writer.close()


async def test_it_cuts_what_is_there_and_refuses_what_comes(link):
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    writer.write(b"a")
    assert await reader.readexactly(1) == b"a"
    link.refuse()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    reader, again = await asyncio.open_connection("127.0.0.1", link.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    link.heal()
    reader, healed = await asyncio.open_connection("127.0.0.1", link.port)
    healed.write(b"c")
    assert await reader.readexactly(1) == b"c"
    for each in (writer, again, healed):
        each.close()
