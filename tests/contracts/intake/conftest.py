"""Cores on a real broker."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.cluster import Cluster, open_cluster


@pytest.fixture
async def cluster(rabbitmq_url: str, own_prefix: str) -> AsyncIterator[Cluster]:
    async with open_cluster(rabbitmq_url, own_prefix) as cluster:
        yield cluster
