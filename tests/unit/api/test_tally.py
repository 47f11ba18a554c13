from types import SimpleNamespace

import pytest

from busbar.api.tally import CODE_KEY, HttpTally, name_route


def ask(path, template=None, method="GET", code=None):
    scope = {"type": "http", "method": method, "path": path}
    if template is not None:
        scope["route"] = SimpleNamespace(path_format=template)
    if code is not None:
        scope[CODE_KEY] = code
    return scope


@pytest.mark.parametrize(
    ("path", "template", "name"),
    [
        ("/api/v1/stations/CS-1", "/stations/{station_id}", "/api/v1/stations/{station_id}"),
        ("/healthz", "/healthz", "/healthz"),
        ("/sessions/41", None, "web"),
        ("/api/v1/no/such", None, "web"),
    ],
)
def test_requests_are_named_by_their_template(path, template, name):
    assert name_route(ask(path, template)) == name


def test_methods_that_nobody_knows_are_counted_together():
    tally = HttpTally()
    for method in ("GET", "BREW", "STEEP"):
        tally.note(ask("/x", method=method), status=405, elapsed_s=0.1)
    assert tally.requests == {("GET", "web", 405): 1, ("other", "web", 405): 2}
    assert tally.times["web"].read().count == 3


def test_sign_ins_that_fail_are_counted_by_door():
    tally = HttpTally()
    staff = ask("/api/v1/auth/sign-in", "/auth/sign-in", "POST", "denied.credentials")
    driver = ask("/api/v1/driver/sign-in", "/driver/sign-in", "POST", "limit_exceeded.attempts")
    other = ask("/api/v1/sites", "/sites", "GET", "denied.bearer")
    for scope in (staff, staff, driver, other):
        tally.note(scope, status=401, elapsed_s=0.1)
    assert tally.sign_in_failures == {("staff", "denied.credentials"): 2, ("driver", "limit_exceeded.attempts"): 1}
    assert tally.problems["denied.bearer"] == 1
