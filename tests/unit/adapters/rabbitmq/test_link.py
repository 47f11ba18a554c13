"""The link to the broker, when the client library waits for a broker that is gone."""

import asyncio

import pytest

from busbar.adapters.rabbitmq import link as module
from busbar.adapters.rabbitmq.link import BrokerLink, LinkTerms, within
from busbar.adapters.rabbitmq.names import Names
from tests.patience import HANG_LIMIT_S

TERMS = LinkTerms(connect_timeout_s=0.01, pause_min_s=0.001, pause_max_s=0.001)


async def wait_stubbornly(released):
    """Go on waiting whoever cancels."""
    while not released.is_set():
        try:
            await released.wait()
        except asyncio.CancelledError:
            continue


async def test_a_limit_holds_for_what_does_not_let_itself_be_cancelled():
    released = asyncio.Event()
    with pytest.raises(TimeoutError):
        await within(wait_stubbornly(released), 0.01)
    released.set()


async def test_within_a_limit_results_and_errors_are_those_of_the_work():
    async def answer():
        return 7

    async def fail():
        raise ConnectionError("gone")

    assert await within(answer(), 1) == 7
    with pytest.raises(ConnectionError):
        await within(fail(), 1)


async def test_a_call_that_the_library_cancels_by_itself_is_a_lost_connection():
    async def work():
        raise asyncio.CancelledError

    with pytest.raises(ConnectionResetError):
        await within(work(), 1)


async def test_a_link_goes_on_whatever_the_library_breaks_on(monkeypatch):
    errors, tried = [RuntimeError("a defect"), asyncio.CancelledError(), None], asyncio.Event()

    async def connect(*_, **__):
        error = errors.pop(0)
        if error is None:
            tried.set()
            errors.append(None)
            raise ConnectionError("nobody listens")
        raise error

    monkeypatch.setattr(module, "connect", connect)
    link = BrokerLink("amqp://nowhere", names=Names(partition_count=1), process_name="trial", terms=TERMS)
    await link.start()
    async with asyncio.timeout(HANG_LIMIT_S):
        await tried.wait()
    await link.stop()


async def test_who_waits_may_be_cancelled_and_ends_the_work():
    ended = asyncio.Event()

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(within(work(), 10))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(HANG_LIMIT_S):
        await ended.wait()


async def test_an_attempt_that_never_ends_is_followed_by_another(monkeypatch):
    released, attempts, again = asyncio.Event(), [], asyncio.Event()
    monkeypatch.setattr(module, "CLOSE_TIMEOUT_S", 0.01)

    async def connect(*_, **__):
        attempts.append(len(attempts))
        if len(attempts) > 1:
            again.set()
            raise ConnectionError("nobody listens")
        await wait_stubbornly(released)

    monkeypatch.setattr(module, "connect", connect)
    link = BrokerLink("amqp://nowhere", names=Names(partition_count=1), process_name="trial", terms=TERMS)
    await link.start()
    async with asyncio.timeout(HANG_LIMIT_S):
        await again.wait()
    assert "did not answer" in link.last_error or link.last_error == "nobody listens"
    released.set()
    await link.stop()
