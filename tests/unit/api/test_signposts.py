"""Routers behind signposts answer as they did without."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Match

from busbar.api import openapi, signposts
from busbar.api.signposts import include, list_words


def make_router(*paths):
    router = APIRouter()
    for path in paths:
        router.add_api_route(path, lambda path=path: path, methods=["GET"])
    return router


@pytest.fixture
def client():
    app = FastAPI(redirect_slashes=False)
    include(app, make_router("/things", "/things/{thing_id}", "/others/{other_id}/parts"), prefix="/api/v1")
    include(app, make_router("/{anything}/of/all"), prefix="/api/v1")
    include(app, make_router("/healthz"))
    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/v1/things", "/things"),
        ("/api/v1/things/7", "/things/{thing_id}"),
        ("/api/v1/others/7/parts", "/others/{other_id}/parts"),
        ("/api/v1/things/of/all", "/{anything}/of/all"),
        ("/healthz", "/healthz"),
    ],
)
def test_each_path_finds_its_route(client, path, answer):
    assert client.get(path).json() == answer


def test_what_is_nowhere_and_what_is_done_otherwise_is_told_apart(client):
    assert [client.get(each).status_code for each in ("/api/v1/nothing", "/nothing", "/api/v1")] == [404, 404, 404]
    assert client.post("/api/v1/things").status_code == 405


def test_a_router_with_a_parameter_in_front_has_no_words():
    assert list_words(make_router("/things/{x}", "/others").routes) == {"things", "others"}
    assert list_words(make_router("/things", "/{x}").routes) is None
    assert list_words(make_router("/").routes) is None


def test_few_routers_are_looked_through_for_a_path():
    """Of the product's own: that of a provider's notice is found without looking into the others."""
    app = openapi.build()
    looked = []

    def count(route):
        look = route.original_router.matches
        route.original_router.matches = lambda scope: (looked.append(route), look(scope))[1]

    routers = [route for route in app.router.routes if hasattr(route, "original_router")]
    for route in routers:
        count(route)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/payments/notices/stripe/a",
        "root_path": "",
        "headers": [],
    }
    found = [route for route in app.router.routes if route.matches(dict(scope))[0] is Match.FULL]
    assert len(found) == 1
    assert len(looked) < len(routers) / 5, (len(looked), len(routers))
    assert signposts.find_word("/api/v1") == "api"
