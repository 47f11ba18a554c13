from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from busbar.canon.tariffs import Assignment, AssignTariff, Scope, Tariff, TariffVersion
from busbar.domain.billing import model
from busbar.domain.billing.model import Circumstances
from busbar.domain.billing.showing import find_next_change
from busbar.kernel.errors import BusbarError
from busbar.rating.coding import TariffError, decode
from busbar.rating.tariff import TariffKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYTHING = Circumstances(
    operator_id="op", at=NOW, site_id="site", station_id="S1", evse_id=2, connector_id=1,
    driver_id="driver", group="Staff", company_id="company", plan_ids=("plan",), partner="partner",
)  # fmt: skip
SUBJECTS = {
    Scope.DRIVER: "driver", Scope.GROUP: "staff", Scope.COMPANY: "company", Scope.PLAN: "plan",
    Scope.PARTNER: "partner",
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


ORDER = ("driver", "group", "company", "plan", "partner", "connector", "station", "site", "operator")
PAIRS = [
    ("driver", "group"), ("driver", "company"), ("driver", "plan"), ("driver", "partner"),
    ("driver", "connector"), ("driver", "station"), ("driver", "site"), ("driver", "operator"),
    ("group", "company"), ("group", "plan"), ("group", "partner"), ("group", "connector"),
    ("group", "station"), ("group", "site"), ("group", "operator"),
    ("company", "plan"), ("company", "partner"), ("company", "connector"), ("company", "station"),
    ("company", "site"), ("company", "operator"),
    ("plan", "partner"), ("plan", "connector"), ("plan", "station"), ("plan", "site"), ("plan", "operator"),
    ("partner", "connector"), ("partner", "station"), ("partner", "site"), ("partner", "operator"),
    ("connector", "station"), ("connector", "site"), ("connector", "operator"),
    ("station", "site"), ("station", "operator"),
    ("site", "operator"),
]  # fmt: skip
"""What rules, and over what: each pair there is."""


def test_every_pair_of_scopes_is_named():
    assert tuple(scope.value for scope in Scope) == ORDER
    assert set(PAIRS) == {(a, b) for place, a in enumerate(ORDER) for b in ORDER[place + 1 :]}


@pytest.mark.parametrize(("narrow", "wide"), PAIRS)
def test_the_narrower_of_a_pair_rules_for_whom_and_while_it_holds(narrow, wide):
    wider = assign(Scope(wide), tariff="wide", begins=-1)
    for begins in (-9, -1, 0):
        narrower = assign(Scope(narrow), tariff="narrow", begins=begins, number=2)
        assert choose([wider, narrower]).version.tariff_id == "narrow", "however long ago either began"
    for begins, ends in ((1, None), (-3, 0), (-3, -2)):
        elsewhen = assign(Scope(narrow), tariff="narrow", begins=begins, ends=ends, number=2)
        assert choose([wider, elsewhen]).version.tariff_id == "wide", "it has not begun, or is over"
    narrower = assign(Scope(narrow), tariff="narrow", number=2)
    unpublished = [publish("narrow", begins=1), publish("wide")]
    assert choose([wider, narrower], unpublished).version.tariff_id == "wide", "a future version says nothing yet"
    assert choose([wider, narrower], retired={"narrow": NOW}).version.tariff_id == "wide"
    others = structs.replace(narrower, subject=f"other-{narrower.subject}")
    assert choose([wider, others]).version.tariff_id == "wide", "it is another's"


@pytest.mark.parametrize("scope", list(Scope))
def test_at_the_instant_of_a_change_the_next_one_holds(scope):
    first = assign(scope, tariff="first", begins=-2, ends=0)
    second = assign(scope, tariff="second", begins=0, number=2)
    just_before = structs.replace(EVERYTHING, at=NOW - timedelta(microseconds=1))
    assert choose([first, second], who=just_before).version.tariff_id == "first"
    assert choose([first, second]).version.tariff_id == "second"


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


def test_what_says_itself_when_it_holds_is_passed_over_at_other_times():
    begin, second = datetime(2026, 3, 1, tzinfo=UTC), timedelta(seconds=1)
    text = '{"currency": "EUR", "valid_from": "2026-03-01T00:00:00Z", "valid_until": "2026-03-02T00:00:00+00:00"}'
    versions = [publish("default"), publish("site"), structs.replace(publish("site", 2, -4), content_json=text)]
    book = model.make_book(
        [assign(Scope.SITE, tariff="site", begins=-4), assign(Scope.OPERATOR, tariff="default", begins=-4)],
        versions,
        {},
    )

    def name(at):
        return model.choose(book, structs.replace(EVERYTHING, at=at)).version.tariff_id

    assert name(begin - second) == "default", "an older version does not come back"
    assert [name(begin), name(begin + DAY - second), name(begin + DAY)] == ["site", "site", "default"]
    assert find_next_change(book, now=begin - second) == begin
    assert find_next_change(book, now=begin) == begin + DAY


def test_a_tariff_that_says_for_which_sessions_it_is_is_refused():
    content = {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "0.5"}]}]}
    model.check_kind(decode(content))
    for kind in TariffKind:
        with pytest.raises(TariffError) as caught:
            model.check_kind(decode(content | {"kind": kind.value}))
        assert caught.value.problems[0].path == "kind"


def test_a_partner_is_named_by_its_id():
    assert model.read_subject(Scope.PARTNER, "0" * 32) == "0" * 32
    with pytest.raises(BusbarError) as caught:
        model.read_subject(Scope.PARTNER, "IT STR")
    assert caught.value.code == "invalid.assignment"
