"""What a webhook may be, and how it goes on after an attempt."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from busbar.canon.webhooks import DeliveryState, NoteAttempt, Webhook, WebhookStop
from busbar.domain.webhooks import model
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import DeliveryId, OperatorId, WebhookId

AT = datetime(2026, 3, 1, tzinfo=UTC)
TERMS = model.Terms(events=frozenset({"SessionStarted", "SessionEnded"}))
WEBHOOK = Webhook(
    webhook_id=WebhookId("w"), operator_id=OperatorId("op"), name="n", url="https://example.org/",
    created_at=AT, created_by="staff:1", changed_at=AT,
)  # fmt: skip
DELIVERY = model.Delivery(
    delivery_id=DeliveryId("d"), webhook_id=WebhookId("w"), operator_id=OperatorId("op"), message_id="m",
    event="SessionStarted", happened_at=AT, content="{}", created_at=AT, next_at=AT,
)  # fmt: skip


def attempt(at=AT, **given):
    return NoteAttempt(webhook_id=WebhookId("w"), delivery_id=DeliveryId("d"), at=at, duration_ms=5, **given)


def code_of(call, *given, **named):
    with pytest.raises(BusbarError) as caught:
        call(*given, **named)
    return caught.value.code


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://", "https://a:b@example.org/", "https://example.org/#x",
     "https://localhost/", "https://127.0.0.1/", "https://10.1.2.3/x", "https://[::1]/", "https://169.254.169.254/",
     "https://printer.local/", "https://example.org:99999/", "https://exam ple.org/", "https://[::1",
     "https://" + "a" * 500],
)  # fmt: skip
def test_an_address_leads_outside_and_over_tls(url):
    assert code_of(model.read_url, url, is_private_allowed=False) == "invalid.webhook_url"


def test_private_networks_and_plain_http_are_opened_together():
    for url in ("http://127.0.0.1:8000/hook", "https://10.0.0.1/", "https://example.org/hook?key=1"):
        assert model.read_url(url, is_private_allowed=True) == url
    assert code_of(model.read_url, "ftp://127.0.0.1/", is_private_allowed=True) == "invalid.webhook_url"


def test_events_are_known_ones_in_order():
    assert model.read_events(["SessionStarted", "SessionEnded", "SessionStarted"], TERMS.events) == (
        "SessionEnded",
        "SessionStarted",
    )
    assert code_of(model.read_events, ["Nothing"], TERMS.events) == "invalid.webhook_events"


def test_a_replay_reaches_back_as_far_as_facts_are_kept():
    model.check_since(AT - timedelta(days=29), now=AT)
    for since in (AT - timedelta(days=31), AT + timedelta(seconds=1)):
        assert code_of(model.check_since, since, now=AT) == "invalid.replay"


def test_what_arrives_is_done():
    after = model.note(DELIVERY, attempt(status=204, answer="ok\x00"))
    assert (after.state, after.attempts, after.log[0].answer) == (DeliveryState.DELIVERED, 1, "ok")
    assert model.judge(WEBHOOK, attempt(status=200), TERMS).delivered_at == AT


@pytest.mark.parametrize("given", [{"status": 500}, {"status": 302}, {"status": 404}, {"error": "timed_out"}])
def test_what_fails_is_tried_again_with_growing_pauses_and_given_up(given):
    delivery, pauses = DELIVERY, []
    for _ in range(model.ATTEMPTS_MAX):
        delivery = model.note(delivery, attempt(**given))
        pauses.append((delivery.next_at - AT).total_seconds())
    assert pauses[:-1] == list(model.PAUSES_S[:-1])
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, model.ATTEMPTS_MAX)
    again = model.make_wait(delivery, now=AT)
    assert (again.state, again.attempts, len(again.log)) == (DeliveryState.WAITING, 0, model.ATTEMPTS_MAX)


def test_a_receiver_may_ask_for_time_within_a_bound():
    assert model.note(DELIVERY, attempt(status=503, retry_after_s=60)).next_at == AT + timedelta(seconds=60)
    assert model.note(DELIVERY, attempt(status=503, retry_after_s=10**8)).next_at == AT + timedelta(hours=1)


def test_a_test_is_tried_once():
    tested = msgspec.structs.replace(DELIVERY, event=model.TEST_EVENT)
    assert model.note(tested, attempt(status=500)).state is DeliveryState.FAILED


def test_a_webhook_that_fails_too_long_is_stopped_and_one_that_is_gone_at_once():
    failing = model.judge(WEBHOOK, attempt(error="timed_out"), TERMS)
    assert (failing.failing_since, failing.stopped) == (AT, None)
    assert failing.paused_until is not None
    later = AT + timedelta(days=5)
    assert model.judge(failing, attempt(later, status=500), TERMS).stopped is WebhookStop.FAILING
    assert model.judge(failing, attempt(later, status=200), TERMS).failing_since is None
    assert model.judge(WEBHOOK, attempt(status=410), TERMS).stopped is WebhookStop.GONE


def test_pauses_of_a_webhook_grow_and_are_bounded():
    def pause(hours, **given):
        return model.choose_pause(AT, attempt(AT + timedelta(hours=hours), **given)).total_seconds()

    assert pause(0) == 2
    assert pause(100) == model.WEBHOOK_PAUSE_MAX.total_seconds()
    assert pause(0, retry_after_s=1000) == 1000


def test_secrets_have_their_mark():
    assert model.write_secret(b"\x00" * 32).startswith("whsec_AAAA")
