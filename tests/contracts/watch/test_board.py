"""The notice board of a network's processes in a real Redis, and what a process shows of the others."""

import asyncio
from datetime import UTC, datetime

import pytest

from busbar.adapters.redis.board import RedisBoard
from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.system.clock import SystemClock
from busbar.app.watch.watcher import Watcher
from busbar.ports.watching import BoardError, Glance, PartState, Point
from tests.contracts.presence.conftest import remove_keys, until
from tests.fakes.wire_cutter import WireCutter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def glance(process_id="core-1", **fields):
    named = {"role": "core", "host": "h", "version": "1", "started_at": NOW, "taken_at": NOW} | fields
    return Glance(process_id=process_id, **named)


@pytest.fixture
async def client(redis_url, own_prefix):
    client = RedisClient(redis_url, RedisTerms(prefix=own_prefix))
    yield client
    await remove_keys(client)
    await client.close()


def watch(board, process_id, role="core"):
    watcher = Watcher(role=role, clock=SystemClock(), process_id=process_id)
    watcher.add_board(board)
    return watcher


async def test_what_is_pinned_is_read_by_all(client):
    board, other = RedisBoard(client, lease_s=30), RedisBoard(client, lease_s=30)
    full = glance(parts=(PartState(name="core"),), connections={"ocpp1.6": 3}, points=(Point(at=NOW, messages=7),))
    await board.pin(full)
    await board.pin(glance("core-2"))
    await board.pin(glance("core-2", queue_messages=9))
    assert {each.process_id: each for each in await other.read()} == {
        "core-1": full,
        "core-2": glance("core-2", queue_messages=9),
    }
    await other.unpin("core-1")
    assert [each.process_id for each in await board.read()] == ["core-2"]


async def test_a_process_that_says_nothing_more_is_forgotten(client):
    board = RedisBoard(client, lease_s=0.1)
    await board.pin(glance())

    async def is_gone():
        return not await board.read()

    await until(is_gone)


async def test_a_notice_that_cannot_be_read_hides_no_other(client):
    board = RedisBoard(client, lease_s=30)
    await board.pin(glance("core-1"))
    await board.pin(glance("core-2"))
    await client.redis.set(client.name("process", "core-1"), b"of another age")
    assert [each.process_id for each in await board.read()] == ["core-2"]


async def test_every_process_shows_all_of_them(client):
    board = RedisBoard(client, lease_s=30)
    core, api = watch(board, "core-1"), watch(board, "api-1", role="api")
    core.start()
    api.start()

    async def are_both_known():
        return len(await board.read()) == 2

    await until(are_both_known)
    assert [each.role for each in await api.glance()] == ["api", "core"]
    assert [each.role for each in await core.glance()] == ["core", "api"]
    await core.stop()
    assert [each.role for each in await api.glance()] == ["api"]
    await api.stop()


async def test_without_redis_a_process_shows_itself(redis_url, own_prefix):
    async with WireCutter(redis_url) as cutter:
        away = RedisClient(cutter.url, RedisTerms(prefix=own_prefix, timeout_s=0.2, rest_s=0.05))
        board = RedisBoard(away, lease_s=30)
        await cutter.cut()
        with pytest.raises(BoardError):
            await board.pin(glance())
        watcher = watch(board, "core-1")
        watcher.start()
        await asyncio.sleep(0)
        assert [each.process_id for each in await watcher.glance()] == ["core-1"]
        await watcher.stop()
        await away.close()
