from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from busbar.canon.access import (
    Because,
    ConcurrencyRule,
    IdToken,
    PutToken,
    ReplaceToken,
    SetTokenStatus,
    Token,
    TokenKind,
    TokenStatus,
    Verdict,
)
from busbar.canon.drivers import Driver, DriverSignIn, DriverStatus
from busbar.domain.access import model
from busbar.domain.access.model import AccessPolicy, DriverTerms, Standing
from busbar.kernel.errors import BusbarError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOKEN = Token(
    token_id="t",
    operator_id="one",
    value="Tag1",
    kind=TokenKind.RFID,
    label="",
    status=TokenStatus.ACTIVE,
    concurrency=ConcurrencyRule.DEFAULT,
    created_at=NOW - DAY,
    changed_at=NOW - DAY,
)
POLICY = AccessPolicy()


def code_of(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except BusbarError as error:
        return error.code
    return None


def standing(driver_status=None, group_concurrency=ConcurrencyRule.DEFAULT, **given):
    token = msgspec.structs.replace(TOKEN, **given)
    return Standing(token=token, driver_status=driver_status, language="it", group_concurrency=group_concurrency)


def judge(subject, *, kind=TokenKind.RFID, running=0, policy=POLICY, now=NOW):
    presented = IdToken(value="TAG1", kind=kind)
    return model.judge(subject, presented, now=now, running_sessions=running, policy=policy).value


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        (standing(), "accepted"),
        (standing(driver_status=DriverStatus.ACTIVE), "accepted"),
        (standing(status=TokenStatus.BLOCKED), "blocked"),
        (standing(driver_status=DriverStatus.BLOCKED), "blocked"),
        (standing(expires_at=NOW), "expired"),
        (standing(expires_at=NOW + timedelta(microseconds=1)), "accepted"),
        (standing(valid_from=NOW), "accepted"),
        (standing(valid_from=NOW + timedelta(microseconds=1)), "invalid"),
        (standing(status=TokenStatus.BLOCKED, expires_at=NOW), "blocked"),
        (standing(status=TokenStatus.FROZEN), "blocked"),
        (standing(status=TokenStatus.LOST), "blocked"),
        (standing(status=TokenStatus.REPLACED), "blocked"),
    ],
)
def test_the_verdict_follows_from_token_and_driver(subject, verdict):
    assert judge(subject) == verdict


@pytest.mark.parametrize(
    ("token_rule", "group_rule", "is_allowed_by_setting", "verdict"),
    [
        ("default", "default", False, "concurrent"),
        ("default", "default", True, "accepted"),
        ("default", "allowed", False, "accepted"),
        ("default", "denied", True, "concurrent"),
        ("allowed", "denied", False, "accepted"),
        ("denied", "allowed", True, "concurrent"),
    ],
)
def test_a_second_session_token_then_group_then_setting(token_rule, group_rule, is_allowed_by_setting, verdict):
    subject = standing(concurrency=ConcurrencyRule(token_rule), group_concurrency=ConcurrencyRule(group_rule))
    policy = AccessPolicy(is_concurrent_allowed=is_allowed_by_setting)
    assert judge(subject, running=1, policy=policy) == verdict
    assert judge(subject, running=0, policy=policy) == "accepted"
    assert model.decide(subject, Verdict.ACCEPTED, policy).is_concurrent_allowed is (verdict == "accepted")


@pytest.mark.parametrize("strict", sorted(model.KINDS_THAT_MUST_MATCH))
def test_what_vehicles_and_keypads_send_must_be_registered_as_such(strict):
    assert not model.is_kind_right(presented=strict, registered=TokenKind.RFID)
    assert not model.is_kind_right(presented=TokenKind.CENTRAL, registered=strict)
    assert model.is_kind_right(presented=strict, registered=strict)
    assert model.is_kind_right(presented=TokenKind.RFID, registered=strict)
    assert judge(standing(kind=TokenKind.RFID), kind=strict) == "invalid"


@pytest.mark.parametrize("kind", [TokenKind.RFID, TokenKind.APP, TokenKind.CENTRAL, TokenKind.LOCAL, TokenKind.OTHER])
def test_other_kinds_are_compared_by_value_alone(kind):
    assert model.is_kind_right(presented=kind, registered=TokenKind.APP)


def test_the_decision_carries_what_the_station_needs():
    subject = standing(driver_id="d", group="Family", expires_at=NOW + DAY)
    decision = model.decide(subject, Verdict.ACCEPTED, POLICY)
    assert (decision.token_id, decision.driver_id, decision.expires_at) == ("t", "d", NOW + DAY)
    assert decision.group == IdToken(value="Family", kind=TokenKind.CENTRAL)
    assert decision.language == "it"


def test_a_place_is_right_without_scope_or_within_it():
    assert model.is_place_right(TOKEN, None)
    scoped = msgspec.structs.replace(TOKEN, site_ids=("a",))
    assert [model.is_place_right(scoped, site_id) for site_id in ("a", "b", None)] == [True, False, False]


def test_values_are_looked_up_without_case():
    assert model.fold_value("AbC-1") == model.fold_value("aBc-1")


@pytest.mark.parametrize("text", ["", "\u0130", "a\u0000", "\ud800", "x" * 256, " a"])
def test_what_no_protocol_knows_is_no_value(text):
    assert not model.is_value(text)


@pytest.mark.parametrize("text", ["", "bbd", "bbs_x", "bbd_\ud800", "bbd_" + "x" * 125])
def test_what_is_no_bearer_is_not_looked_up(text):
    assert not model.is_bearer(text)
    assert model.is_bearer("bbd_x")


@pytest.mark.parametrize("text", ["a", "04 A1", "remote-11902", "x" * 255, "*-_=:+|@."])
def test_values_pass_as_written(text):
    assert model.read_value(text) == text


@pytest.mark.parametrize("text", ["", " ", "a ", " a", "a\tb", "a\n", "é", "x" * 256])
def test_other_text_is_no_value(text):
    assert code_of(model.read_value, text) == "invalid.token_value"
    assert code_of(model.read_group_value, text) == "invalid.group_value"


def test_a_group_fits_the_smallest_protocol():
    assert model.read_group_value("x" * 20) == "x" * 20
    assert code_of(model.read_group_value, "x" * 21) == "invalid.group_value"


def wish(**given):
    return PutToken(**{"operator_id": "one", "actor": "staff:s", "value": "Tag1", **given})


def shape(given, before=TOKEN, group=None):
    return model.shape_token(given, before=before, token_id="new", group=group, now=NOW)


def test_a_token_that_stays_the_same_is_the_same():
    assert shape(wish()) == TOKEN
    changed = shape(wish(label="Mara's"), group="G")
    assert (changed.token_id, changed.label, changed.group) == ("t", "Mara's", "G")
    assert (changed.created_at, changed.changed_at) == (TOKEN.created_at, NOW)
    made = shape(wish(), before=None)
    assert (made.token_id, made.created_at, made.changed_at) == ("new", NOW, NOW)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": TokenKind.NONE}, "invalid.token_kind"),
        ({"label": "x" * 101}, "invalid.label"),
        ({"label": "\u2028"}, "invalid.label"),
        ({"valid_from": NOW, "expires_at": NOW}, "invalid.validity"),
        ({"site_ids": ("",)}, "invalid.sites"),
        ({"value": ""}, "invalid.token_value"),
    ],
)
def test_what_is_no_token_is_refused(given, code):
    assert code_of(shape, wish(**given)) == code


def test_nothing_personal_is_left_of_an_erased_driver():
    driver = Driver(
        driver_id="d",
        operator_id="one",
        email="mara@example.org",
        display_name="Mara Lind",
        language="it",
        status=DriverStatus.ACTIVE,
        created_at=NOW,
        signed_in_at=NOW,
    )
    erased = model.erase(driver)
    assert (erased.driver_id, erased.operator_id, erased.status) == ("d", "one", DriverStatus.ERASED)
    assert (erased.email, erased.display_name, erased.language, erased.signed_in_at) == (None, "", "en", None)


def test_a_sign_in_is_over_when_idle_or_old():
    terms = DriverTerms(lifetime=10 * DAY, idle=3 * DAY)
    sign_in = DriverSignIn(
        sign_in_id="i", created_at=NOW, used_at=NOW, expires_at=NOW + 10 * DAY, address="", client=""
    )
    assert model.expire_at(sign_in, terms) == NOW + 3 * DAY
    assert model.expire_at(msgspec.structs.replace(sign_in, used_at=NOW + 9 * DAY), terms) == NOW + 10 * DAY


@pytest.mark.parametrize(
    ("subject", "because"),
    [
        (standing(status=TokenStatus.BLOCKED), Because.BLOCKED),
        (standing(status=TokenStatus.FROZEN), Because.FROZEN),
        (standing(status=TokenStatus.LOST, driver_status=DriverStatus.BLOCKED), Because.LOST),
        (standing(status=TokenStatus.REPLACED), Because.REPLACED),
        (standing(driver_status=DriverStatus.BLOCKED), Because.DRIVER_BLOCKED),
        (standing(), Because.WALLET_FROZEN),
    ],
)
def test_a_blocked_token_is_refused_with_a_reason(subject, because):
    assert model.decide(subject, Verdict.BLOCKED, POLICY).because is because
    assert model.decide(subject, Verdict.CONCURRENT, POLICY).because is None


def wish_status(status, *, holder_id=None):
    return SetTokenStatus(operator_id="one", actor="a", value="Tag1", status=TokenStatus(status), holder_id=holder_id)


@pytest.mark.parametrize(
    ("before", "wish", "by_staff", "by_holder"),
    [
        ("active", "frozen", None, None),
        ("frozen", "active", None, None),
        ("active", "lost", None, None),
        ("frozen", "lost", None, None),
        ("lost", "active", None, "denied.token_status"),
        ("lost", "frozen", None, "denied.token_status"),
        ("blocked", "active", None, "denied.token_status"),
        ("active", "blocked", None, "denied.token_status"),
        ("active", "replaced", "invalid.token_status", "invalid.token_status"),
        ("replaced", "active", "conflict.token_replaced", "conflict.token_replaced"),
    ],
)
def test_what_becomes_of_a_token_by_staff_and_by_its_holder(before, wish, by_staff, by_holder):
    token = msgspec.structs.replace(TOKEN, status=TokenStatus(before), driver_id="d")
    assert code_of(model.set_status, token, wish_status(wish), now=NOW) == by_staff
    assert code_of(model.set_status, token, wish_status(wish, holder_id="d"), now=NOW) == by_holder
    assert code_of(model.set_status, token, wish_status(wish, holder_id="e"), now=NOW) == "not_found.token"
    if by_staff is None:
        after = model.set_status(token, wish_status(wish), now=NOW)
        assert (after.status, after.changed_at) == (wish, NOW)
        assert model.set_status(after, wish_status(wish), now=NOW + DAY) is after


def replace(old=TOKEN, before=None, *, label=None):
    wish = ReplaceToken(operator_id="one", actor="a", value="Tag1", new_value="Tag2", label=label)
    return model.replace_token(old, before, wish, token_id="t2", now=NOW)


def test_a_new_token_takes_over_all_that_the_old_one_had():
    given = {"driver_id": "d", "group": "FLEET", "label": "blue", "site_ids": ("s",), "expires_at": NOW + DAY}
    lost = msgspec.structs.replace(TOKEN, status=TokenStatus.LOST, **given)
    old, new = replace(lost)
    assert (old.status, old.replaced_by, old.driver_id) == (TokenStatus.REPLACED, "Tag2", "d")
    assert (new.token_id, new.value, new.status) == ("t2", "Tag2", TokenStatus.ACTIVE)
    assert {name: getattr(new, name) for name in given} == given
    assert replace(lost, label="red")[1].label == "red"
    stock = msgspec.structs.replace(TOKEN, token_id="s", value="TAG2", kind=TokenKind.CENTRAL)
    taken = replace(lost, stock)[1]
    assert (taken.token_id, taken.value, taken.kind, taken.driver_id) == ("s", "TAG2", TokenKind.CENTRAL, "d")


def test_what_cannot_take_the_place_of_a_token():
    assert code_of(replace, TOKEN, TOKEN) == "conflict.token_taken"
    other = msgspec.structs.replace(TOKEN, token_id="o", value="Tag2")
    assert code_of(replace, TOKEN, msgspec.structs.replace(other, driver_id="d")) == "conflict.token_taken"
    assert code_of(replace, TOKEN, msgspec.structs.replace(other, status=TokenStatus.LOST)) == "conflict.token_taken"
    gone = msgspec.structs.replace(TOKEN, status=TokenStatus.REPLACED, replaced_by="Tag3")
    assert code_of(replace, gone) == "conflict.token_replaced"
