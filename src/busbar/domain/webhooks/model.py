"""What a webhook may be, when it is tried again, and when it is given up."""

import base64
from collections.abc import Collection
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from busbar.canon.webhooks import DeliveryState, NoteAttempt, Webhook, WebhookStop
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import DeliveryId, OperatorId, WebhookId

WEBHOOKS_MAX = 20
"""Of one operator."""
URL_MAX_CHARS = 500
ANSWER_MAX_CHARS = 1000
ERROR_MAX_CHARS = 200
ATTEMPTS_KEPT = 12
"""Attempts that a delivery's log holds, the newest."""
PAUSES_S = (5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400)
"""After each attempt; there is one attempt more than pauses."""
ATTEMPTS_MAX = len(PAUSES_S)
WEBHOOK_PAUSE_MAX = timedelta(minutes=10)
RETRY_AFTER_MAX_S = 3600
SECRET_LIFE = timedelta(hours=24)
"""How long the secret before the last still signs."""
SECRET_MARK = "whsec_"  # noqa: S105 - what secrets begin with
REPLAY_MAX = timedelta(days=30)
AWAKE = timedelta(minutes=2)
"""After that a job of a webhook that was not heard of again is taken for lost."""
TEST_EVENT = "WebhookTested"
GONE = 410


class UrlError(InvalidError):
    """Not an address that messages may be sent to."""

    code = "invalid.webhook_url"


class EventsError(InvalidError):
    """An event that there is not."""

    code = "invalid.webhook_events"


class ReplayError(InvalidError):
    """Longer ago than facts are kept, or not yet."""

    code = "invalid.replay"


class WebhookNotFoundError(NotFoundError):
    """The operator has no such webhook."""

    code = "not_found.webhook"


class DeliveryNotFoundError(NotFoundError):
    """The webhook has no such delivery."""

    code = "not_found.webhook_delivery"


class WebhookStoppedError(ConflictError):
    """The webhook is switched off."""

    code = "conflict.webhook_stopped"


class TooManyWebhooksError(LimitExceededError):
    """The operator has as many webhooks as there may be."""

    code = "limit_exceeded.webhooks"


class WebhookRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook as stored."""

    webhook: Webhook
    secret: bytes
    """Sealed."""
    old_secret: bytes | None = None
    read_until: datetime
    """Facts up to here were looked at."""
    awake_until: datetime | None = None
    """A job is at it."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try."""

    at: datetime
    duration_ms: int
    status: int | None = None
    error: str | None = None
    answer: str = ""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way to a webhook."""

    delivery_id: DeliveryId
    webhook_id: WebhookId
    operator_id: OperatorId
    message_id: str
    event: str
    happened_at: datetime
    content: str
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    """Since it was last made to wait."""
    log: tuple[Attempt, ...] = ()
    created_at: datetime
    next_at: datetime
    status: int | None = None


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the installation allows."""

    events: frozenset[str]
    """Names of the events that there are."""
    is_private_allowed: bool = False
    disable_after: timedelta = timedelta(days=5)
    """So long nothing but failures."""


# ---- what people enter -----------------------------------------------------------------------------------------------


def read_url(text: str, *, is_private_allowed: bool) -> str:
    """Return an address that messages may be sent to, as far as its text tells. Errors: `invalid.webhook_url`."""
    if len(text) > URL_MAX_CHARS or any(not letter.isprintable() or letter.isspace() for letter in text):
        raise UrlError(f"an address has up to {URL_MAX_CHARS} characters and no blanks")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise UrlError("this is no address of the web") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and is_private_allowed):
        raise UrlError("messages are sent over https", reason="scheme")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise UrlError("an address has a host, and neither a password nor a fragment", reason="form")
    if not is_private_allowed and is_private_host(host):
        raise UrlError("this address leads into a private network", reason="private")
    return text


def is_private_host(host: str) -> bool:
    """Tell whether a host's name alone says that it leads nowhere public."""
    try:
        return not ip_address(host.partition("%")[0]).is_global
    except ValueError:
        return host.lower().rstrip(".").rpartition(".")[2] in {"localhost", "local", "internal"}


def read_events(events: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Return names of events, each once, in order. Errors: `invalid.webhook_events`."""
    unknown = sorted(set(events) - set(known))
    if unknown:
        raise EventsError("there is no such event", event=unknown[0][:80])
    return tuple(sorted(set(events)))


def check_since(since: datetime, *, now: datetime) -> None:
    """Refuse an instant that nothing can be replayed from. Errors: `invalid.replay`."""
    if not now - REPLAY_MAX <= since <= now:
        raise ReplayError(f"give an instant of the last {REPLAY_MAX.days} days")


def write_secret(material: bytes) -> str:
    """Return a secret as people copy it (Standard Webhooks)."""
    return SECRET_MARK + base64.b64encode(material).decode()


# ---- attempts --------------------------------------------------------------------------------------------------------


def is_taken(attempt: NoteAttempt) -> bool:
    """Tell whether the message arrived."""
    return attempt.error is None and attempt.status is not None and 200 <= attempt.status < 300  # noqa: PLR2004 - HTTP


def note(delivery: Delivery, attempt: NoteAttempt) -> Delivery:
    """Return the delivery after an attempt."""
    entry = Attempt(
        at=attempt.at,
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        error=None if attempt.error is None else attempt.error[:ERROR_MAX_CHARS],
        answer=attempt.answer[:ANSWER_MAX_CHARS].replace("\x00", ""),
    )
    tried = msgspec.structs.replace(
        delivery,
        attempts=delivery.attempts + 1,
        log=(*delivery.log, entry)[-ATTEMPTS_KEPT:],
        status=attempt.status,
    )
    if is_taken(attempt):
        return msgspec.structs.replace(tried, state=DeliveryState.DELIVERED)
    if tried.attempts >= ATTEMPTS_MAX or delivery.event == TEST_EVENT:
        return msgspec.structs.replace(tried, state=DeliveryState.FAILED)
    pause_s = max(PAUSES_S[tried.attempts - 1], min(attempt.retry_after_s or 0, RETRY_AFTER_MAX_S))
    return msgspec.structs.replace(tried, next_at=attempt.at + timedelta(seconds=pause_s))


def judge(webhook: Webhook, attempt: NoteAttempt, terms: Terms) -> Webhook:
    """Return the webhook after an attempt: well, pausing, or stopped."""
    if is_taken(attempt):
        return msgspec.structs.replace(webhook, failing_since=None, paused_until=None, delivered_at=attempt.at)
    since = webhook.failing_since or attempt.at
    stopped = webhook.stopped
    if stopped is None and attempt.status == GONE:
        stopped = WebhookStop.GONE
    elif stopped is None and attempt.at - since >= terms.disable_after:
        stopped = WebhookStop.FAILING
    return msgspec.structs.replace(
        webhook, failing_since=since, stopped=stopped, paused_until=attempt.at + choose_pause(since, attempt)
    )


def choose_pause(failing_since: datetime, attempt: NoteAttempt) -> timedelta:
    """Return how long a webhook is left alone: the longer it has failed, the longer, up to a bound."""
    asked = timedelta(seconds=min(attempt.retry_after_s or 0, RETRY_AFTER_MAX_S))
    grown = (attempt.at - failing_since) / 4
    return max(asked, timedelta(seconds=2), min(grown, WEBHOOK_PAUSE_MAX))


def make_wait(delivery: Delivery, *, now: datetime) -> Delivery:
    """Return the delivery as it is sent again from the beginning, under the same id."""
    return msgspec.structs.replace(delivery, state=DeliveryState.WAITING, attempts=0, next_at=now)
