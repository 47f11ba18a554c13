from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
import pytest

from busbar.canon.payments import PaymentPurpose, PaymentState, PayWay, Provider, ProviderNews, ProviderState
from busbar.domain.payments import model
from busbar.domain.payments.model import Event, Record, Wish

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make(**given):
    wish = {
        "payment_id": "p1",
        "operator_id": "one",
        "account_id": "a1",
        "provider": Provider.STRIPE,
        "way": PayWay.PAGE,
        "purpose": PaymentPurpose.TOP_UP,
        "state": PaymentState.CREATED,
        "amount": 2500,
        "currency": "EUR",
        "wish": Wish.OPEN,
        "due_at": NOW,
        "requested_by": "driver:d",
        "created_at": NOW,
        "changed_at": NOW,
        "expires_at": NOW + model.PAGE_LIFETIME,
        **given,
    }
    return Record(**wish)


def tell(state, **given):
    return ProviderNews(state=state, provider_ref="pi_1", amount=2500, currency="EUR", **given)


PENDING, AUTHORISED = tell(ProviderState.PENDING), tell(ProviderState.AUTHORISED)
CAPTURED, CANCELLED = tell(ProviderState.CAPTURED, captured=2500), tell(ProviderState.CANCELLED)
DECLINED = tell(ProviderState.FAILED, failure_code="card_declined", failure_text="declined")


def learn_all(record, *news):
    events = []
    for each in news:
        record, told = model.learn(record, each, now=NOW)
        events += told
    return record, events


def test_a_top_up_is_captured_once_in_whatever_order_it_is_told():
    for order in permutations([PENDING, DECLINED, CAPTURED, CAPTURED, PENDING]):
        record, events = learn_all(make(), *order)
        assert record.state is PaymentState.CAPTURED
        assert (record.captured, record.wish, record.due_at) == (2500, Wish.NONE, None)
        assert events == [Event.CAPTURED]


def test_a_decline_leaves_the_page_open_for_another_try():
    record, events = learn_all(make(), PENDING, DECLINED)
    assert (record.state, record.failure_code, record.wish) == (PaymentState.PENDING, "card_declined", Wish.QUERY)
    assert events == []


def test_a_card_on_file_that_is_declined_fails_and_stops_its_session():
    record = make(purpose=PaymentPurpose.SESSION, way=PayWay.CARD_ON_FILE, session_id="s", is_hold=True)
    news = tell(ProviderState.CANCELLED, failure_code="generic_decline")
    after, events = learn_all(record, news)
    assert (after.state, after.wish) == (PaymentState.FAILED, Wish.STOP)
    assert events == [Event.FAILED]


def test_a_guests_session_starts_when_the_money_is_set_aside_or_paid():
    guest = make(purpose=PaymentPurpose.GUEST, is_hold=True, station_id="S1")
    held, events = learn_all(guest, PENDING, AUTHORISED, AUTHORISED)
    assert (held.state, held.wish, events) == (PaymentState.AUTHORISED, Wish.START, [Event.AUTHORISED])
    paid, events = learn_all(guest, CAPTURED)
    assert (paid.wish, events) == (Wish.START, [Event.CAPTURED])


def test_the_price_of_the_session_is_taken_of_what_is_set_aside():
    held, _ = learn_all(make(purpose=PaymentPurpose.GUEST, is_hold=True, session_id="s"), AUTHORISED)
    for due, wish, amount in ((900, Wish.CAPTURE, 900), (9900, Wish.CAPTURE, 2500), (0, Wish.CANCEL, 0)):
        after = model.price(held, due, "r1", now=NOW)
        assert (after.wish, after.wish_amount, after.due_amount) == (wish, amount, due)


def test_a_price_that_is_known_before_the_hold_is_taken_as_soon_as_it_stands():
    early = model.price(make(purpose=PaymentPurpose.SESSION, session_id="s", is_hold=True), 700, "r1", now=NOW)
    assert early.wish is Wish.OPEN
    held, _ = learn_all(early, AUTHORISED)
    assert (held.wish, held.wish_amount) == (Wish.CAPTURE, 700)


def test_a_late_success_after_giving_up_is_let_go_or_given_back():
    gone, events = learn_all(make(purpose=PaymentPurpose.GUEST, is_hold=True), CANCELLED)
    assert (gone.state, events) == (PaymentState.CANCELLED, [Event.CANCELLED])
    held, events = learn_all(gone, AUTHORISED)
    assert (held.wish, events) == (Wish.CANCEL, [Event.AUTHORISED])
    paid, events = learn_all(gone, CAPTURED)
    assert (paid.state, events) == (PaymentState.CAPTURED, [Event.CAPTURED, Event.GIVE_BACK])
    top_up, events = learn_all(make(), CANCELLED, CAPTURED)
    assert (top_up.captured, events) == (2500, [Event.CANCELLED, Event.CAPTURED])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 2400}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"captured": 2600}, "captured"),
        ({"captured": -1}, "captured"),
        ({"provider_ref": "pi_other"}, "provider_ref"),
    ],
)
def test_news_of_something_else_is_refused(change, field):
    record, _ = learn_all(make(), PENDING)
    with pytest.raises(model.MismatchError) as caught:
        model.learn(record, msgspec.structs.replace(CAPTURED, **change), now=NOW)
    assert caught.value.facts["field"] == field


def test_waiting_grows_and_ends_when_the_payers_time_is_over():
    pauses = [model.count_pause(attempts) for attempts in range(20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (model.FIRST_PAUSE, model.LONGEST_PAUSE)
    record, _ = learn_all(make(), PENDING)
    assert model.wait(record, now=NOW).wish is Wish.QUERY
    assert model.wait(record, now=NOW + model.PAGE_LIFETIME).wish is Wish.CANCEL
    card = make(way=PayWay.CARD_ON_FILE, expires_at=None)
    assert model.wait(card, now=NOW + timedelta(days=9)).wish is Wish.OPEN


def test_whoever_takes_a_step_has_a_lease():
    taken = model.take(make(), now=NOW)
    assert (taken.due_at, taken.attempts) == (NOW + model.LEASE, 1)


def test_giving_a_step_up_fails_what_was_not_made_and_asks_about_the_rest():
    failed, events = model.give_up(make(), code="refused", text="no", now=NOW)
    assert (failed.state, failed.failure_code, events) == (PaymentState.FAILED, "refused", (Event.FAILED,))
    held, _ = learn_all(make(is_hold=True), AUTHORISED)
    asked, events = model.give_up(held, code="refused", text="no", now=NOW)
    assert (asked.state, asked.wish, events) == (PaymentState.AUTHORISED, Wish.QUERY, ())
    kept, _ = learn_all(asked, AUTHORISED)
    assert (kept.wish, kept.due_at) == (Wish.CANCEL, NOW + model.HOLD_LIFETIME)


def test_refunds_are_counted_and_never_more_than_there_is():
    paid, _ = learn_all(make(), CAPTURED)
    part = model.refund(paid, 1000, now=NOW)
    assert (part.state, part.left) == (PaymentState.PARTLY_REFUNDED, 1500)
    with pytest.raises(model.AmountExceededError):
        model.refund(part, 1501, now=NOW)
    whole = model.refund(part, 1500, now=NOW)
    assert whole.state is PaymentState.REFUNDED
    assert model.unrefund(whole, 1500, now=NOW).state is PaymentState.PARTLY_REFUNDED
    with pytest.raises(model.StateError):
        model.refund(make(), 1, now=NOW)


def test_a_dispute_is_a_state_of_its_own_until_it_is_over():
    paid, _ = learn_all(make(), CAPTURED)
    taken = model.dispute(paid, 2500, now=NOW)
    assert (taken.state, taken.left) == (PaymentState.DISPUTED, 0)
    assert model.dispute(taken, 0, now=NOW).state is PaymentState.CAPTURED
    with pytest.raises(model.MismatchError):
        model.dispute(paid, 2501, now=NOW)


def test_letting_go_gives_back_what_was_paid_and_cancels_what_is_held():
    held, _ = learn_all(make(purpose=PaymentPurpose.GUEST, is_hold=True), AUTHORISED)
    after, events = model.release(held, now=NOW)
    assert (after.wish, events) == (Wish.CANCEL, ())
    paid, _ = learn_all(make(purpose=PaymentPurpose.GUEST), CAPTURED)
    after, events = model.release(paid, now=NOW)
    assert (after.wish, events) == (Wish.NONE, (Event.GIVE_BACK,))
    gone, _ = learn_all(make(), CANCELLED)
    assert model.release(gone, now=NOW) == (msgspec.structs.replace(gone, due_amount=0), ())


@pytest.mark.parametrize("amount", [0, -1, model.AMOUNT_MAX + 1])
def test_an_amount_that_nobody_pays_is_refused(amount):
    with pytest.raises(model.AmountError):
        model.check_amount(amount)


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "E1R", "\u20ac\u20ac\u20ac"])
def test_a_currency_is_three_capital_letters(currency):
    with pytest.raises(model.CurrencyError):
        model.check_currency(currency)


def test_a_repeat_is_known_by_what_it_asks_for():
    first = make(purpose=PaymentPurpose.GUEST, station_id="S")
    assert model.is_same_wish(first, msgspec.structs.replace(first, session_id="s", page_url="x"))
    assert not model.is_same_wish(first, msgspec.structs.replace(first, amount=1))
    session = make(purpose=PaymentPurpose.SESSION, session_id="s")
    assert not model.is_same_wish(session, msgspec.structs.replace(session, session_id="t"))


def test_what_is_shown_leaves_out_what_only_this_room_knows():
    shown = make(checkout_ref="cs_1", address_key="k").show()
    assert not hasattr(shown, "checkout_ref")
    assert shown.payment_id == "p1"
