from datetime import UTC, datetime

import msgspec
import pytest

from busbar.canon.closings import BeginWalletClosing, ClosingState, WalletClosing, WalletStanding
from busbar.canon.ledger import AccountStatus
from busbar.domain.payments import closing_rules as rules
from busbar.kernel.errors import BusbarError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
IBAN = "DE89 3704 0044 0532 0130 00"
WISH = BeginWalletClosing(
    closing_id="c", operator_id="o", driver_id="d", currency="EUR", actor="driver:d", reason="moves away"
)
CLOSING = WalletClosing(
    closing_id="c", operator_id="o", driver_id="d", currency="EUR", state=ClosingState.TO_PAY, amount=5,
    requested_by="driver:d", created_at=NOW, changed_at=NOW,
)  # fmt: skip


def code_of(call, *args):
    try:
        call(*args)
    except BusbarError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("iban", "holder", "code"),
    [
        ("", "", None),
        ("", "Mara", None),
        (IBAN, "Mara  Rossi", None),
        (IBAN, "", "invalid.name"),
        (IBAN, "x" * 71, "invalid.name"),
        ("DE00 3704 0044 0532 0130 00", "Mara", "invalid.iban"),
    ],
)
def test_where_the_rest_is_paid_to(iban, holder, code):
    assert code_of(rules.read_bank_account, iban, holder) == code


def test_a_bank_account_is_written_as_banks_do():
    assert rules.read_bank_account(IBAN.lower(), " Mara  Rossi ") == ("DE89370400440532013000", "Mara Rossi")
    assert rules.read_bank_account("", "Mara") == ("", "")


@pytest.mark.parametrize(
    ("standing", "by_driver", "by_staff"),
    [
        (WalletStanding(status=AccountStatus.OPEN, balance=5), None, None),
        (WalletStanding(status=AccountStatus.OPEN, held=1), "conflict.wallet_in_use", "conflict.wallet_in_use"),
        (WalletStanding(status=AccountStatus.OPEN, owed=1), "conflict.wallet_in_use", "conflict.wallet_in_use"),
        (WalletStanding(status=AccountStatus.CLOSED), "conflict.account_closed", "conflict.account_closed"),
        (WalletStanding(status=AccountStatus.FROZEN, status_by="staff:s"), "conflict.account_frozen", None),
        (WalletStanding(status=AccountStatus.FROZEN, status_by="driver:d"), None, None),
    ],
)
def test_which_wallets_are_closed(standing, by_driver, by_staff):
    assert code_of(rules.check_standing, standing, WISH) == by_driver
    assert code_of(rules.check_standing, standing, msgspec.structs.replace(WISH, actor="staff:s")) == by_staff


def test_a_repeat_and_who_may_keep_a_wallet():
    assert code_of(rules.check_repeat, CLOSING, WISH) is None
    assert code_of(rules.check_repeat, CLOSING, msgspec.structs.replace(WISH, driver_id="e")) == "conflict.closing"
    assert code_of(rules.check_holder, CLOSING, "d") is None
    assert code_of(rules.check_holder, CLOSING, "e") == "not_found.closing"
    by_staff = msgspec.structs.replace(CLOSING, requested_by="staff:s")
    assert code_of(rules.check_holder, by_staff, "d") == "denied.wallet_status"


@pytest.mark.parametrize(
    ("refund_id", "closing_id"), [("abc-0", "abc"), ("abc-12", "abc"), ("abc-r", None), ("abc", None), ("-1", "")]
)
def test_a_refund_names_its_closing(refund_id, closing_id):
    assert rules.name_closing(refund_id) == closing_id


@pytest.mark.parametrize("text", ["", "  ", "x" * 121, "a\x00b"])
def test_a_reference_is_said(text):
    assert code_of(rules.read_reference, text) == "invalid.reference"
    assert rules.read_reference(" SEPA  17 ") == "SEPA 17"
