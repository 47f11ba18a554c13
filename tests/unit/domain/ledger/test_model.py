from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from busbar.canon.ledger import (
    Account,
    AccountKind,
    AccountRef,
    AccountStatus,
    Leg,
    MoneyMode,
    MoneyPolicy,
    Portion,
    TransferKind,
)
from busbar.canon.pricing import LineKind, PriceLine, Share
from busbar.domain.ledger import model
from busbar.domain.ledger.model import COMMISSION, DISCOUNTS, ELECTRICITY, SERVICE, TAXES, Payment, Purse

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WALLET = AccountRef(kind=AccountKind.WALLET, owner="driver:a")
OWED = AccountRef(kind=AccountKind.RECEIVABLE, owner="driver:a")


def line(net: int, *, kind=LineKind.ENERGY, share=Share.NONE, tax=0) -> PriceLine:
    return PriceLine(
        kind=kind, share=share, quantity=Decimal(1), unit="kWh", unit_price=Decimal(1), net=net, tax=tax,
        gross=net + tax, vat_percent=Decimal(0),
    )  # fmt: skip


def account(kind: AccountKind, balance: int, status=AccountStatus.OPEN) -> Account:
    return Account(
        account_id="a", operator_id="o", currency="EUR", kind=kind, owner="driver:a", status=status, balance=balance,
        opened_at=NOON,
    )  # fmt: skip


# ---- legs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moves",
    [
        {WALLET: -10, SERVICE: 10},
        {WALLET: -10, OWED: -5, SERVICE: 7, TAXES: 8},
        {SERVICE: 20, DISCOUNTS: -5, TAXES: 3, WALLET: -18},
        {},
    ],
)
def test_legs_move_just_what_each_account_gets(moves):
    legs = model.pair(moves)
    assert model.net_changes(legs) == moves
    assert all(leg.amount > 0 and leg.debit != leg.credit for leg in legs)
    assert len(legs) < len(moves) or not moves


def test_moves_that_do_not_sum_to_zero_are_no_legs():
    with pytest.raises(ValueError, match="zero"):
        model.pair({WALLET: -10, SERVICE: 9})


def test_legs_turned_back_undo_themselves():
    legs = model.pair({WALLET: -10, SERVICE: 4, TAXES: 6})
    assert set(model.net_changes([*legs, *model.turn_back(legs)]).values()) == {0}
    assert model.sum_legs(legs) == 10


def test_a_repeat_is_known_by_what_moves_and_for_what():
    legs = (Leg(debit=WALLET, credit=SERVICE, amount=1),)
    same = {"currency": "EUR", "kind": TransferKind.REFUND, "legs": legs, "session_id": None, "reverses": None}
    prints = {
        model.take_fingerprint(**{**same, **other})
        for other in ({}, {"currency": "USD"}, {"session_id": "s"}, {"reverses": "t"}, {"legs": legs * 2})
    }
    assert len(prints) == 5


def test_a_capture_is_the_same_if_its_portions_are():
    legs = [Leg(debit=OWED, credit=SERVICE, amount=4), Leg(debit=OWED, credit=WALLET, amount=6)]
    assert model.is_same_capture(legs, [Portion(credit=SERVICE, amount=4)])
    assert not model.is_same_capture(legs, [Portion(credit=SERVICE, amount=5)])
    assert not model.is_same_capture(legs, [])


@pytest.mark.parametrize(
    ("held", "change", "error"),
    [
        (account(AccountKind.WALLET, 5), -6, model.FundsError),
        (account(AccountKind.HELD, 5), -6, model.FundsError),
        (account(AccountKind.RECEIVABLE, -5), 6, model.ReceivableExceededError),
        (account(AccountKind.WALLET, 5, AccountStatus.CLOSED), 1, model.AccountClosedError),
    ],
)
def test_a_bounded_account_keeps_its_bound(held, change, error):
    with pytest.raises(error):
        model.check_move(held, change)


def test_a_bounded_account_moves_up_to_its_bound():
    model.check_move(account(AccountKind.WALLET, 5), -5)
    model.check_move(account(AccountKind.RECEIVABLE, -5), 5)
    model.check_move(account(AccountKind.RECEIVABLE, -5), -500)


def test_only_an_open_wallet_is_spent_from():
    model.check_unfrozen(account(AccountKind.WALLET, 5))
    with pytest.raises(model.AccountFrozenError):
        model.check_unfrozen(account(AccountKind.WALLET, 5, AccountStatus.FROZEN))


@pytest.mark.parametrize("owner", ["", "x" * 81, "a\nb"])
def test_a_wallet_has_an_owner_that_can_be_kept(owner):
    with pytest.raises(model.AccountError):
        model.check_reference(AccountRef(kind=AccountKind.WALLET, owner=owner))


def test_revenue_is_the_operators_own():
    model.check_reference(SERVICE)
    with pytest.raises(model.AccountError):
        model.check_reference(AccountRef(kind=AccountKind.SERVICE, owner="driver:a"))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_what_is_done_by_hand_has_a_reason(reason):
    with pytest.raises(model.TransferError):
        model.check_reason(reason)


# ---- a session's price -----------------------------------------------------------------------------------------------


def test_a_price_is_split_by_share_with_reductions_apart():
    lines = [
        line(500, share=Share.ELECTRICITY, tax=50),
        line(200, share=Share.SERVICE, tax=20),
        line(30, kind=LineKind.IDLE),
        line(70),
        line(-80, kind=LineKind.DISCOUNT, tax=-8),
    ]
    shares = model.split_price(lines, MoneyPolicy(commission_permille=100))
    assert shares == {ELECTRICITY: 570, SERVICE: 158, DISCOUNTS: -80, TAXES: 62, COMMISSION: 72}
    assert sum(shares.values()) == sum(each.gross for each in lines)


@pytest.mark.parametrize(
    ("net", "permille", "fixed", "commission"),
    [(1000, 0, 0, 0), (1000, 25, 0, 25), (999, 25, 3, 27), (2, 0, 5, 2), (0, 500, 5, 0), (-10, 500, 5, 0)],
)
def test_a_commission_is_a_part_and_never_more_than_the_price(net, permille, fixed, commission):
    policy = MoneyPolicy(commission_permille=permille, commission_per_session=fixed)
    assert model.take_commission(net, policy) == commission


@pytest.mark.parametrize(
    ("total", "held", "wallet", "payment"),
    [
        (900, 1000, 500, Payment(from_held=900)),
        (900, 600, 500, Payment(from_held=600, from_wallet=300)),
        (900, 600, 100, Payment(from_held=600, from_wallet=100, owed=200)),
        (900, 0, 0, Payment(owed=900)),
        (0, 1000, 5, Payment()),
    ],
)
def test_what_is_held_pays_first_then_the_wallet_and_the_rest_is_owed(total, held, wallet, payment):
    assert model.pay(total, Purse(held=held, wallet=wallet)) == payment


def test_a_new_price_changes_what_differs():
    changes = model.list_changes({ELECTRICITY: 5, TAXES: 1}, {ELECTRICITY: 3, SERVICE: 4, TAXES: 1})
    assert changes == {ELECTRICITY: -2, SERVICE: 4}


def test_a_hold_is_what_the_policy_wants_or_what_there_is():
    policy = MoneyPolicy(mode=MoneyMode.PREPAID, hold=1000, start_minimum=300, reserve=100)
    assert [model.bound_hold(wallet, 1000, policy) for wallet in (2000, 700)] == [1000, 700]
    assert [model.has_enough(wallet, policy) for wallet in (299, 300)] == [False, True]
    assert [model.is_running_short(cost, 1000, policy) for cost in (899, 900)] == [False, True]
    assert not model.has_enough(0, MoneyPolicy(start_minimum=0))


@pytest.mark.parametrize(
    "given",
    [{"hold": -1}, {"commission_permille": 1001}, {"due_days": 366}, {"mode": "prepaid", "hold": 100, "reserve": 100}],
)
def test_a_policy_that_cannot_work_is_refused(given):
    given = {**given, "mode": MoneyMode(given.get("mode", "none"))}
    with pytest.raises(model.MoneyPolicyError):
        model.check_policy(MoneyPolicy(**given))


# ---- days ------------------------------------------------------------------------------------------------------------


def test_days_that_are_over_long_enough_are_closed_in_order():
    opened = NOON
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert model.list_day_ends(opened, midnight + timedelta(minutes=14), days_max=9) == []
    assert model.list_day_ends(opened, midnight + timedelta(minutes=15), days_max=9) == [midnight]
    later = midnight + timedelta(days=3, hours=1)
    ends = [midnight + timedelta(days=day) for day in range(4)]
    assert model.list_day_ends(opened, later, days_max=9) == ends
    assert model.list_day_ends(opened, later, days_max=2) == ends[:2]
    assert model.list_day_ends(midnight, later, days_max=9) == ends[1:]


def test_a_month_begins_on_its_first_day():
    assert model.begin_month(NOON + timedelta(days=12)) == datetime(2026, 3, 1, tzinfo=UTC)


def test_ids_of_a_session_fit_and_differ():
    names = [model.name_hold("s" * 64, 0), model.name_hold("s" * 64, 1), model.name_posting("s" * 64, 0)]
    assert len(set(names)) == 3
    assert all(len(name) <= 64 for name in names)
