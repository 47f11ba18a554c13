from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.tariffs import Assignment, AssignTariff, Scope, Tariff, TariffVersion
from busbar.domain.billing import model
from busbar.domain.billing.model import Circumstances
from busbar.kernel.errors import BusbarError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYTHING = Circumstances(
    operator_id="op", at=NOW, site_id="site", station_id="S1", evse_id=2, connector_id=1,
    driver_id="driver", group="Staff", plan_ids=("plan",), partner="partner",
)  # fmt: skip
SUBJECTS = {
    Scope.DRIVER: "driver", Scope.GROUP: "staff", Scope.PLAN: "plan", Scope.PARTNER: "partner",
    Scope.CONNECTOR: "S1/2/1", Scope.STATION: "S1", Scope.SITE: "site", Scope.OPERATOR: "",
}  # fmt: skip


def assign(scope, *, tariff="t", begins=-1, ends=None, number=1):
    return Assignment(
        assignment_id=f"a{number}",
        operator_id="op",
        tariff_id=tariff,
        scope=scope,
        subject=SUBJECTS[scope],
        valid_from=NOW + begins * DAY,
        valid_until=None if ends is None else NOW + ends * DAY,
        created_at=NOW - 9 * DAY,
        created_by="staff:s",
    )


def publish(tariff="t", version=1, begins=-5):
    return TariffVersion(
        tariff_id=tariff, operator_id="op", version=version, name=tariff, currency="EUR", content_json="{}",
        valid_from=NOW + begins * DAY, published_at=NOW - 9 * DAY, published_by="staff:s",
    )  # fmt: skip


def choose(assignments, versions=None, *, retired=None, who=EVERYTHING):
    book = model.make_book(assignments, versions or [publish(each.tariff_id) for each in assignments], retired or {})
    return model.choose(book, who)


def test_the_narrowest_rules_in_this_order():
    everything = [assign(scope, tariff=scope.value) for scope in reversed(Scope)]
    for scope in Scope:
        choice = choose(everything)
        assert choice.assignment.scope is scope
        assert choice.version.tariff_id == scope.value
        everything = [each for each in everything if each.scope is not scope]
    assert choose(everything) is None


def test_a_connector_is_named_with_or_without_its_number_and_an_unnumbered_one_is_the_first():
    exact = model.list_subjects(Circumstances(operator_id="op", at=NOW, station_id="S1", evse_id=2))
    places = [subject for scope, subject in exact if scope is Scope.CONNECTOR]
    assert places == ["S1/2/1", "S1/2"]


def test_of_several_that_which_began_last_rules():
    older, newer = assign(Scope.SITE, tariff="old", begins=-3), assign(Scope.SITE, tariff="new", begins=-1, number=2)
    assert choose([newer, older]).version.tariff_id == "new"
    assert choose([older, assign(Scope.SITE, tariff="new", begins=1)]).version.tariff_id == "old"
    assert choose([older, assign(Scope.SITE, tariff="new", begins=-2, ends=0)]).version.tariff_id == "old"


def test_a_tariff_that_says_nothing_yet_or_is_retired_is_passed_over():
    site, default = assign(Scope.SITE, tariff="site"), assign(Scope.OPERATOR, tariff="default")
    future = [publish("site", begins=1), publish("default")]
    assert choose([site, default], future).version.tariff_id == "default"
    assert choose([site, default], retired={"site": NOW - DAY}).version.tariff_id == "default"
    assert choose([site, default], retired={"site": NOW + DAY}).version.tariff_id == "site"


def test_the_version_is_the_newest_that_has_begun():
    versions = [publish(version=1, begins=-5), publish(version=2, begins=-2), publish(version=3, begins=2)]
    default = [assign(Scope.OPERATOR, begins=-9)]
    assert choose(default, versions).version.version == 2
    earlier = Circumstances(operator_id="op", at=NOW - 3 * DAY)
    assert choose(default, versions, who=earlier).version.version == 1


@pytest.mark.parametrize(
    ("scope", "subject", "read"),
    [
        (Scope.OPERATOR, "", ""),
        (Scope.GROUP, "STAFF", "staff"),
        (Scope.STATION, "CS 1", "CS 1"),
        (Scope.CONNECTOR, "CS-1/2", "CS-1/2"),
        (Scope.CONNECTOR, "CS-1/2/1", "CS-1/2/1"),
        (Scope.DRIVER, "0198c0de", "0198c0de"),
    ],
)
def test_subjects(scope, subject, read):
    assert model.read_subject(scope, subject) == read


@pytest.mark.parametrize(
    ("scope", "subject"),
    [
        (Scope.OPERATOR, "x"),
        (Scope.DRIVER, ""),
        (Scope.DRIVER, "a b"),
        (Scope.CONNECTOR, "CS-1"),
        (Scope.CONNECTOR, "CS-1/0"),
        (Scope.CONNECTOR, "a/b/c/1"),
        (Scope.STATION, ""),
        (Scope.GROUP, " x"),
        (Scope.SITE, "x" * 65),
        (Scope.STATION, "x" * 121),
    ],
)
def test_what_is_no_subject(scope, subject):
    with pytest.raises(model.AssignmentError):
        model.read_subject(scope, subject)


def test_a_version_begins_now_or_later_and_not_before_the_one_before():
    assert model.check_valid_from(None, newest=None, now=NOW) == NOW
    assert model.check_valid_from(NOW + DAY, newest=publish(begins=-1), now=NOW) == NOW + DAY
    for wish, newest in ((NOW - DAY, None), (NOW + DAY, publish(begins=2)), (None, publish(begins=2))):
        with pytest.raises(model.ValidFromError):
            model.check_valid_from(wish, newest=newest, now=NOW)


def test_an_assignment_ends_now_or_never_begins():
    assert model.end_assignment(assign(Scope.SITE), now=NOW).valid_until == NOW
    future = model.end_assignment(assign(Scope.SITE, begins=2), now=NOW)
    assert future.valid_until == future.valid_from
    over = assign(Scope.SITE, begins=-3, ends=-1)
    assert model.end_assignment(over, now=NOW) == over


def wish(tariff="t", **more):
    return AssignTariff(operator_id="op", actor="staff:s", tariff_id=tariff, scope=Scope.OPERATOR, **more)


def test_the_assignment_that_rules_already_is_the_one_asked_for():
    first, second = assign(Scope.OPERATOR, tariff="a", begins=-2), assign(Scope.OPERATOR, tariff="b", number=2)
    assert model.find_same([first, second], wish("b"), now=NOW) == second
    assert model.find_same([first, second], wish("a"), now=NOW) is None  # another has begun since
    assert model.find_same([first], wish("a", valid_until=NOW + DAY), now=NOW) is None
    planned = assign(Scope.OPERATOR, tariff="c", begins=3, number=3)
    assert model.find_same([first, planned], wish("c", valid_from=NOW + 3 * DAY), now=NOW) == planned
    assert model.find_same([], wish("a"), now=NOW) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [({"retired_at": NOW}, "conflict.tariff_retired"), ({"version": 0}, "conflict.tariff_unpublished")],
)
def test_a_tariff_is_usable_once_published_and_until_retired(change, code):
    known = {"tariff_id": "t", "operator_id": "op", "name": "T", "currency": "EUR", "draft_json": "{}", "version": 1}
    model.check_usable(Tariff(**known, created_at=NOW, changed_at=NOW))
    with pytest.raises(BusbarError) as caught:
        model.check_usable(Tariff(**known | change, created_at=NOW, changed_at=NOW))
    assert caught.value.code == code
