"""A stream of server-sent events, from any source."""

import asyncio
from types import SimpleNamespace

import pytest

from busbar.api.stream import KEEPALIVE, open_stream, write_event
from busbar.api.stream_count import StreamLimitError, Streams
from busbar.ports.tracing import NoTracer


def make_services(*, clients_max=2, keepalive_s=5.0):
    return SimpleNamespace(
        streams=Streams(clients_max=clients_max),
        tracer=NoTracer(),
        settings=SimpleNamespace(stream_keepalive_s=keepalive_s),
        clock=SteppingClock(),
    )


class SteppingClock:
    """A clock that goes on by ten seconds whenever it is looked at."""

    elapsed_s = 0

    def monotonic_s(self):
        self.elapsed_s += 10
        return self.elapsed_s


def write(item):
    return None if item is None else str(item).encode()


async def read(response):
    return [chunk async for chunk in response.body_iterator]


async def test_items_are_written_in_order_and_some_left_out():
    async def source():
        for item in (1, None, 2):
            yield item

    services = make_services()
    chunks = await read(open_stream(services, source(), write=write))
    assert chunks[0].startswith(b"retry:")
    assert chunks[1:] == [b"1", b"2"]


async def test_silence_is_filled_with_comments_and_the_end_of_the_house_ends_it():
    closed = []

    async def source():
        try:
            await asyncio.Event().wait()
            yield 1
        finally:
            closed.append(True)

    services = make_services(keepalive_s=0.01)
    response = open_stream(services, source(), write=write)
    body = response.body_iterator
    await anext(body)
    assert [await anext(body) for _ in range(3)] == [KEEPALIVE] * 3
    services.streams.closing.set()
    assert [chunk async for chunk in body if chunk != KEEPALIVE] == []
    assert closed == [True]


async def test_a_stream_counts_while_it_flows():
    async def source():
        yield 1

    services = make_services(clients_max=1)
    body = open_stream(services, source(), write=write).body_iterator
    await anext(body)
    with pytest.raises(StreamLimitError):
        open_stream(services, source(), write=write)
    await body.aclose()
    open_stream(services, source(), write=write)


async def test_a_stream_ends_when_its_reader_is_not_welcome_any_more():
    async def source():
        while True:
            yield 1

    answers = iter([True, False])

    async def is_welcome():
        return next(answers)

    chunks = await read(open_stream(make_services(), source(), write=write, is_welcome=is_welcome))
    assert 2 <= len(chunks) < 10


async def test_the_source_listens_before_the_stream_says_that_it_is_open():
    listening = asyncio.Event()

    async def source():
        listening.set()
        await asyncio.Event().wait()
        yield 1

    body = open_stream(make_services(), source(), write=write).body_iterator
    await anext(body)
    assert listening.is_set()
    await body.aclose()


def test_an_event_stands_on_lines_of_its_own():
    assert write_event("Seen", '{"a":1}', event_id="7") == b'id: 7\nevent: Seen\ndata: {"a":1}\n\n'
    assert write_event("Seen", "{}", event_id=None) == b"event: Seen\ndata: {}\n\n"


def test_strangers_never_take_all_streams():
    streams = Streams(clients_max=4)
    for _ in range(2):
        streams.check(is_stranger=True)
        streams.enter(is_stranger=True)
    with pytest.raises(StreamLimitError):
        streams.check(is_stranger=True)
    streams.check()
    streams.leave(is_stranger=True)
    streams.check(is_stranger=True)
