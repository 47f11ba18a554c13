from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.canon.ledger import AccountKind
from busbar.canon.settlement import (
    Agreement,
    Payee,
    PayeeKind,
    SavePayee,
    SettlementState,
    SettlementTerms,
    Shares,
    SiteRevenue,
)
from busbar.domain.settlement import model
from busbar.kernel.errors import BusbarError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STRETCH = model.Stretch(NOW, NOW + timedelta(days=1))


def make_payee(payee_id, tax_permille=0):
    return Payee(
        payee_id=payee_id, operator_id="one", kind=PayeeKind.SITE_OWNER, name="X", tax_permille=tax_permille,
        created_at=NOW,
    )  # fmt: skip


def agree(payee_id, *, site_id=None, since=date(2026, 1, 1), until=None, currency="EUR", **shares):
    return Agreement(
        agreement_id=f"{payee_id}-{site_id}-{since}", operator_id="one", payee_id=payee_id, site_id=site_id,
        currency=currency, shares=Shares(**shares), valid_from=since, valid_until=until, created_at=NOW,
        created_by="staff:x",
    )  # fmt: skip


def code_of(call, *arguments, **given):
    with pytest.raises(BusbarError) as caught:
        call(*arguments, **given)
    return caught.value.code


def test_a_sites_own_agreement_goes_before_the_general_one_and_the_newest_before_others():
    agreements = [
        agree("a", per_session=1),
        agree("a", site_id="north", per_session=2),
        agree("a", site_id="north", since=date(2026, 2, 1), per_session=3),
        agree("b", until=date(2026, 1, 15), per_session=4),
        agree("c", currency="CNY", per_session=5),
    ]

    def choose(site_id, day):
        chosen = model.choose_agreements(agreements, site_id=site_id, currency="EUR", day=day)
        return {payee: agreement.shares.per_session for payee, agreement in chosen.items()}

    assert choose("north", date(2026, 1, 14)) == {"a": 2, "b": 4}
    assert choose("north", date(2026, 2, 1)) == {"a": 3}
    assert choose("south", date(2026, 2, 1)) == {"a": 1}
    assert choose("south", date(2025, 2, 1)) == {}


def test_more_than_all_cannot_be_given_away():
    half = agree("a", service_permille=600)
    model.check_sums([half, agree("b", service_permille=400)], since=date(2026, 1, 1))
    too_much = [half, agree("b", site_id="north", service_permille=401, since=date(2026, 5, 1))]
    assert code_of(model.check_sums, too_much, since=date(2026, 1, 1)) == "conflict.agreement_shares"
    model.check_sums([agree("a", service_permille=600, until=date(2026, 5, 1)), too_much[1]], since=date(2026, 1, 1))


@pytest.mark.parametrize(
    "shares",
    [
        {},
        {"electricity_permille": 1001},
        {"service_permille": -1},
        {"per_session": -1},
        {"per_mwh": model.AMOUNT_MAX + 1},
        {"takes_rest": True, "service_permille": 1},
    ],
)
def test_shares_that_nobody_can_have_are_refused(shares):
    assert code_of(model.check_shares, Shares(**shares)) == "invalid.agreement"


AMOUNT = st.integers(-(10**6), 10**6)
BOOKS = st.builds(
    SiteRevenue, site_id=st.just("north"), currency=st.just("EUR"), sessions=st.just(7), energy_wh=st.just(123_456),
    electricity=AMOUNT, service=AMOUNT, discounts=st.integers(-(10**5), 0), commission=st.integers(0, 10**5),
    taxes=AMOUNT,
)  # fmt: skip


@given(BOOKS, st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 50), st.integers(0, 9999))
def test_what_is_shared_is_all_there_is(revenue, some, more, fixed, per_mwh):
    agreements = {
        "a": agree("a", electricity_permille=some, service_permille=1000 - more, per_session=fixed, per_mwh=per_mwh),
        "b": agree("b", electricity_permille=1000 - some, commission_permille=1000),
        "c": agree("c", takes_rest=True),
    }
    payees = {"a": make_payee("a", 220), "b": make_payee("b"), "c": make_payee("c")}
    lines = model.share_out(revenue, agreements, payees, STRETCH)
    assert sum(line.amount + line.tax for line in lines.values()) == (
        revenue.electricity + revenue.service + revenue.discounts + revenue.commission + revenue.taxes
    )
    for payee_id, line in lines.items():
        legs = model.list_legs(payee_id, [line])
        payable = model.name_account(payee_id)
        moved = sum(leg.amount if leg.credit == payable else -leg.amount for leg in legs)
        assert moved == line.amount + line.tax
        assert all(leg.amount > 0 and leg.debit != leg.credit for leg in legs)


def test_parts_are_rounded_towards_zero_and_energy_to_the_nearest():
    assert [model.take_part(amount, 333) for amount in (10, -10, 1, 3004)] == [3, -3, 0, 1000]
    assert [model.count_energy(energy, 2500) for energy in (20_345, 200, -200, 0)] == [51, 1, -1, 0]


def test_legs_name_the_accounts():
    revenue = SiteRevenue(site_id=None, currency="EUR", electricity=-50, service=80)
    shared = model.share_out(
        revenue, {"a": agree("a", electricity_permille=1000, service_permille=500)}, {"a": make_payee("a")}, STRETCH
    )
    legs = model.list_legs("a", shared.values())
    assert [(leg.debit.kind, leg.credit.kind, leg.amount) for leg in legs] == [
        (AccountKind.PAYABLE, AccountKind.ELECTRICITY, 50),
        (AccountKind.SERVICE, AccountKind.PAYABLE, 40),
    ]


def test_people_and_terms_are_read():
    wish = SavePayee(
        operator_id="one", actor="x", kind=PayeeKind.OPERATOR, name=" X ", iban="de89 3704 0044 0532 0130 00"
    )
    payee = model.shape_payee(wish, payee_id="p", created_at=NOW)
    assert (payee.name, payee.iban) == ("X", "DE89370400440532013000")

    def refuse(**changes):
        values = {"operator_id": "one", "actor": "x", "kind": PayeeKind.OPERATOR, "name": "X", **changes}
        return code_of(model.shape_payee, SavePayee(**values), payee_id="p", created_at=NOW)

    assert refuse(iban="DE00370400440532013000") == "invalid.iban"
    assert refuse(bic="DEUT") == "invalid.bic"
    assert refuse(name=" ") == "invalid.payee"
    assert refuse(country="Italy") == "invalid.payee"
    assert refuse(tax_permille=1001) == "invalid.payee"
    assert code_of(model.check_terms, SettlementTerms(payer_name="x" * 121)) == "invalid.payee"
    assert code_of(model.check_days, date(2026, 1, 2), date(2026, 1, 1)) == "invalid.agreement"


def test_another_person_goes_on():
    model.check_other("staff:b", "staff:a")
    model.check_other("staff:b", "system:settlement")
    for actor in ("staff:a", "key:b", "system:x"):
        assert code_of(model.check_other, actor, "staff:a") == "denied.four_eyes"
    assert [model.choose_posted_state(amount) for amount in (1, 0, -1)] == [
        SettlementState.APPROVED, SettlementState.CLEARED, SettlementState.OWED,
    ]  # fmt: skip
    assert code_of(model.check_state, SettlementState.PAID, SettlementState.DRAFT) == "conflict.settlement_state"


def test_names_fit_where_they_are_written():
    reference = model.write_reference("0" * 32, date(2026, 2, 1))
    assert reference == "S20260201-0000000000"
    assert len(reference) <= 35
    assert len(model.name_transfer("f" * 64, "returned-9")) <= 64
