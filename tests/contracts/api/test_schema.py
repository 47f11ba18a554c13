"""Generated calls, right and wrong, over the whole API: every answer is as the OpenAPI document says, none breaks."""

import asyncio
import json
import threading
from collections.abc import Iterator
from functools import partial

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from busbar.api.app import end_streams
from busbar.api.openapi import render
from busbar.app.http import HttpDoor, bind
from tests.contracts.api.conftest import open_world
from tests.contracts.api.test_tenancy import furnish

CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DOCUMENT = json.loads(render())
STREAMS = r"(events|/stream)$"
RIGHT_CALLS = schemathesis.Config.from_dict(
    {"generation": {"mode": "positive"}, "phases": {"coverage": {"enabled": False}}}
)
"""For what is there: calls that pass the door, so that what is behind it is tried."""
ALL_CALLS = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})
"""Drawn, not enumerated: every boundary of every nested body takes minutes, most of them a tariff's."""
every_route = schemathesis.openapi.from_dict(DOCUMENT, config=ALL_CALLS).exclude(path_regex=STREAMS)
routes_with_ids = (
    schemathesis.openapi.from_dict(DOCUMENT, config=RIGHT_CALLS).include(path_regex=r"[{]").exclude(path_regex=STREAMS)
)
drawn = partial(settings, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
several, one = drawn(max_examples=8), drawn(max_examples=1)


def has_parts(context) -> bool:
    """Tell whether a call has parts to draw: anything but its address."""
    raw = context.operation.definition.raw
    return "requestBody" in raw or any(each["in"] != "path" for each in raw.get("parameters", []))


def has_no_parts(context) -> bool:
    """Tell whether a call is its address alone."""
    return not has_parts(context)


def differs(context) -> bool:
    """Tell whether calls differ from each other: in their parts, or in made-up ids in the address."""
    return "{" in context.operation.path or has_parts(context)


def is_always_the_same(context) -> bool:
    """Tell whether there is but one call."""
    return not differs(context)


class ServedHouse:
    """A house with its HTTP door and one of everything in it, in an event loop and thread of its own."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    async def run(self):
        self.loop, self.ending = asyncio.get_running_loop(), asyncio.Event()
        async with open_world(self.data_dir) as world:
            self.values = await furnish(world, world.boss)
            self.staff_token, self.driver_token = world.boss.token, (await world.driver()).token
            listener = bind(world.house.settings.bind, 0, setting="port")
            door = HttpDoor(world.app, listener, shutdown_timeout_s=2)
            await door.start()
            self.url = f"http://127.0.0.1:{door.port}"
            self.started.set()
            await self.ending.wait()
            end_streams(world.app)
            await door.stop()

    def stop(self):
        self.loop.call_soon_threadsafe(self.ending.set)
        self.thread.join(20)


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[ServedHouse]:
    house = ServedHouse(tmp_path_factory.mktemp("served"))
    with requests.Session() as house.session:
        yield house
    house.stop()


KEPT = {"delete", "drop", "revoke", "erase"}
"""Operations that would take away what others are tried on: they get made-up ids alone."""


@every_route.exclude(is_always_the_same).parametrize()
@several
def test_every_answer_is_as_the_document_says(case, served):
    check(case, served)


@every_route.exclude(differs).parametrize()
@one
def test_the_answer_to_a_call_that_is_always_the_same_is_as_the_document_says(case, served):
    check(case, served)


@routes_with_ids.exclude(has_no_parts).parametrize()
@several
def test_every_answer_about_what_is_there_is_as_the_document_says(case, served):
    check_what_is_there(case, served)


@routes_with_ids.exclude(has_parts).parametrize()
@one
def test_the_answer_about_what_is_there_alone_is_as_the_document_says(case, served):
    check_what_is_there(case, served)


def check_what_is_there(case, served):
    if not any(case.operation.definition.raw["operationId"].startswith(word) for word in KEPT):
        values = served.values
        if "/token-groups/" in case.path:
            values = values | {"value": "MARK-G"}
        case.path_parameters = {name: values[name] for name in case.path_parameters}
    check(case, served)


def check(case, served):
    is_driver = case.path.startswith("/api/v1/driver/")
    token = served.driver_token if is_driver else served.staff_token
    if case.path.endswith("/sign-out"):
        token = "a token that nobody will miss"
    case.call_and_validate(
        base_url=served.url,
        headers={"Authorization": f"Bearer {token}"},
        checks=CHECKS,
        timeout=20,
        session=served.session,
    )
