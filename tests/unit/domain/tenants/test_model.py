from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from busbar.canon.tenants import ApiKey, Principal, Role, SignIn, StaffMember
from busbar.domain.tenants import model
from busbar.domain.tenants.model import AuditEntry, SignInTerms, StaffRecord
from busbar.kernel.errors import BusbarError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TERMS = SignInTerms(lifetime=timedelta(hours=12), idle=timedelta(hours=4), trust=timedelta(minutes=1))
ADMIN = Principal(operator_id="one", role=Role.ADMIN, staff_id="a")
PLATFORM = Principal(operator_id="one", role=Role.ADMIN, staff_id="p", is_platform=True)


def code_of(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except BusbarError as error:
        return error.code
    return None


def staff(**given):
    values = {
        "staff_id": "s", "operator_id": "one", "email": "s@example.org", "display_name": "S", "language": "en",
        "role": Role.ADMIN, "site_ids": (), "is_platform": False, "is_active": True, "created_at": NOW,
    }  # fmt: skip
    return StaffMember(**{**values, **given})


def sign_in(**given):
    values = {"created_at": NOW, "used_at": NOW, "expires_at": NOW + TERMS.lifetime, "address": "", "client": ""}
    return SignIn(sign_in_id="i", **{**values, **given})


def api_key(**given):
    values = {
        "api_key_id": "k", "operator_id": "one", "name": "K", "prefix": "abcdefgh", "role": Role.VIEWER,
        "site_ids": (), "is_platform": False, "created_at": NOW, "created_by": "staff:a",
    }  # fmt: skip
    return ApiKey(**{**values, **given})


@pytest.mark.parametrize("text", ["a", "city-power", "a" * 40, "7"])
def test_slugs_pass(text):
    assert model.read_slug(text) == text


@pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a b", "a" * 41, "é", "a\n"])
def test_other_text_is_no_slug(text):
    assert code_of(model.read_slug, text) == "invalid.slug"


def test_currencies_and_zones():
    assert model.read_currency("EUR") == "EUR"
    assert {code_of(model.read_currency, text) for text in ("", "eur", "EURO", "E\n")} == {"invalid.currency"}
    assert model.read_zone("Europe/Rome") == "Europe/Rome"
    wrong = ("", "Europe/Nowhere", "/etc/passwd", "../../etc/passwd", "Europe", "x" * 500, "a\u0000b")
    assert {code_of(model.read_zone, text) for text in wrong} == {"invalid.zone"}


def test_a_scope_of_sites_is_a_bounded_set():
    assert model.read_sites(("b", "a", "b")) == ("a", "b")
    assert code_of(model.read_sites, ("a b",)) == "invalid.sites"
    assert code_of(model.read_sites, [f"s{number}" for number in range(501)]) == "invalid.sites"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, None),
        ({"action": "accept"}, "invalid.audit"),
        ({"action": "Station.Accept"}, "invalid.audit"),
        ({"actor": ""}, "invalid.audit"),
        ({"actor": "x" * 129}, "invalid.audit"),
        ({"subject": "x" * 201}, "invalid.audit"),
        ({"detail_json": "x" * 10_001}, "invalid.audit"),
    ],
)
def test_audit_entries_are_bounded(given, code):
    values = {"actor": "staff:a", "action": "station.accept", "subject": "station:A", "detail_json": "{}"}
    entry = AuditEntry(entry_id="e", operator_id="one", at=NOW, **{**values, **given})
    assert code_of(model.check_audit, entry) == code


def test_only_platform_administrators_manage_operators():
    assert code_of(model.require_platform, PLATFORM) is None
    assert code_of(model.require_platform, ADMIN) == "denied.role"
    assert code_of(model.require_platform, msgspec.structs.replace(PLATFORM, role=Role.VIEWER)) == "denied.role"


def test_administrators_manage_their_own_operator_and_see_no_other():
    assert code_of(model.require_administrator, ADMIN, "one") is None
    assert code_of(model.require_administrator, ADMIN, "two") == "not_found.operator"
    assert code_of(model.require_administrator, PLATFORM, "two") is None
    manager = msgspec.structs.replace(ADMIN, role=Role.MANAGER)
    assert code_of(model.require_administrator, manager, "one") == "denied.role"
    assert code_of(model.require_administrator, manager, "two") == "not_found.operator"


@pytest.mark.parametrize(
    ("by", "role", "site_ids", "is_platform", "code"),
    [
        (ADMIN, Role.ADMIN, (), False, None),
        (ADMIN, Role.ADMIN, (), True, "denied.scope"),
        (PLATFORM, Role.ADMIN, (), True, None),
        (msgspec.structs.replace(ADMIN, role=Role.SUPPORT), Role.MANAGER, (), False, "denied.scope"),
        (msgspec.structs.replace(ADMIN, role=Role.SUPPORT), Role.VIEWER, (), False, None),
        (msgspec.structs.replace(ADMIN, site_ids=("a", "b")), Role.ADMIN, ("a",), False, None),
        (msgspec.structs.replace(ADMIN, site_ids=("a", "b")), Role.ADMIN, ("a", "c"), False, "denied.scope"),
        (msgspec.structs.replace(ADMIN, site_ids=("a", "b")), Role.ADMIN, (), False, "denied.scope"),
    ],
)
def test_nobody_reaches_further_than_themselves(by, role, site_ids, is_platform, code):
    assert code_of(model.require_scope, by, role=role, site_ids=site_ids, is_platform=is_platform) == code


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({}, {"display_name": "T"}, []),
        ({}, {"is_active": False}, [False]),
        ({}, {"role": Role.MANAGER}, [False]),
        ({}, {"site_ids": ("a",)}, [False]),
        ({"is_platform": True}, {"is_active": False}, [False, True]),
        ({"is_platform": True}, {"is_platform": False}, [True]),
        ({"role": Role.VIEWER}, {"is_active": False}, []),
    ],
)
def test_orphaning_is_noticed(before, after, lost):
    first = staff(**before)
    assert model.find_orphaning(first, msgspec.structs.replace(first, **after)) == lost


def test_a_sign_in_is_trusted_for_a_minute_or_until_it_is_over():
    record = StaffRecord(staff=staff(site_ids=("a",)), password_hash="h")
    trust = model.trust_staff(record, sign_in(), now=NOW, terms=TERMS)
    assert trust.until == NOW + timedelta(minutes=1)
    assert trust.principal == Principal(
        operator_id="one", role=Role.ADMIN, staff_id="s", site_ids=("a",), sign_in_id="i"
    )
    late = sign_in(used_at=NOW + TERMS.lifetime - timedelta(hours=1))
    near_end = NOW + TERMS.lifetime - timedelta(seconds=5)
    assert model.trust_staff(record, late, now=near_end, terms=TERMS).until == NOW + TERMS.lifetime


@pytest.mark.parametrize(
    ("given", "after"),
    [({}, TERMS.idle), ({"used_at": NOW + timedelta(hours=11)}, TERMS.lifetime), ({"expires_at": NOW}, timedelta())],
)
def test_a_sign_in_that_is_over_stands_for_nobody(given, after):
    record = StaffRecord(staff=staff(), password_hash="h")
    assert code_of(model.trust_staff, record, sign_in(**given), now=NOW + after, terms=TERMS) == "denied.bearer"


def test_inactive_staff_stand_for_nobody():
    record = StaffRecord(staff=staff(is_active=False), password_hash="h")
    assert code_of(model.trust_staff, record, sign_in(), now=NOW, terms=TERMS) == "denied.bearer"


def test_a_key_is_trusted_until_it_ends():
    assert model.trust_key(api_key(), now=NOW, terms=TERMS).until == NOW + timedelta(minutes=1)
    ending = api_key(expires_at=NOW + timedelta(seconds=5))
    assert model.trust_key(ending, now=NOW, terms=TERMS).until == NOW + timedelta(seconds=5)
    for over in (api_key(expires_at=NOW), api_key(revoked_at=NOW)):
        assert code_of(model.trust_key, over, now=NOW, terms=TERMS) == "denied.bearer"


@pytest.mark.parametrize("text", ["", "bb", "bbd_x", "bbs_\ud800", "bb_" + "x" * 126])
def test_what_is_no_bearer_is_not_looked_up(text):
    assert not model.is_bearer(text)
    assert model.is_bearer("bbs_x")
    assert model.is_bearer("bb_x")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("bb_abcdefgh_s_e-cret", ("abcdefgh", "s_e-cret")),
        ("bb_abcdefgh_", None),
        ("bb_abc_secret", None),
        ("bbs_abcdefgh_secret", None),
        ("", None),
        ("bb_", None),
    ],
)
def test_a_keys_text_is_split(text, parts):
    assert model.split_key(text) == parts
