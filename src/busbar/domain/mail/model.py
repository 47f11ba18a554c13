"""What a letter may be and where it goes from where: pure."""

from datetime import datetime, timedelta

import msgspec

from busbar.canon.mail import Letter, LetterKind, LetterState, SendLetter
from busbar.canon.tenants import Principal, Role
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import LetterId
from busbar.kernel.person import read_language
from busbar.ports.mailer import MailOffError, read_address, read_reply

ATTEMPTS_MAX = 110
"""With pauses that grow to an hour: four days and some hours (RFC 5321 4.5.4.1: at least four to five days)."""
HOUR = timedelta(hours=1)
SUBJECT_MAX_CHARS = 200
DETAIL_MAX_CHARS = 10_000
REASON_MAX_CHARS = 80
_LIVES = {
    LetterKind.STAFF_PASSWORD: timedelta(days=1),
    LetterKind.DRIVER_PASSWORD: timedelta(days=1),
    LetterKind.TRIAL: timedelta(days=1),
}
_LIFE = timedelta(days=7)


class LetterError(InvalidError):
    """A letter beyond its bounds; the fact `field` names what is."""

    code = "invalid.letter"


class LetterMissingError(NotFoundError):
    """No such letter, or not the operator's."""

    code = "not_found.letter"


class LetterStateError(ConflictError):
    """The letter waits or was sent; the fact `state` tells."""

    code = "conflict.letter_state"


class TooManyLettersError(LimitExceededError):
    """As many letters of the operator wait as may be."""

    code = "limit_exceeded.letters"


class LetterRoleError(DeniedError):
    """The role of the caller does not allow this."""

    code = "denied.role"


class MailTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Whether mail is on, and what bounds it."""

    is_on: bool = False
    waiting_max: int = 10_000
    """Letters of one operator that wait."""


def shape_letter(wish: SendLetter, *, letter_id: LetterId, now: datetime) -> Letter:
    """Return the letter that is wished for. Errors: `invalid.email`, `invalid.language`, `invalid.letter`."""
    is_right = {
        "person": len(wish.person) <= SUBJECT_MAX_CHARS,
        "about": len(wish.about) <= SUBJECT_MAX_CHARS,
        "detail_json": len(wish.detail_json) <= DETAIL_MAX_CHARS,
    }
    for field, is_field_right in is_right.items():
        if not is_field_right:
            raise LetterError(f"the {field} of a letter is beyond its bounds", field=field)
    return Letter(
        letter_id=letter_id,
        operator_id=wish.operator_id,
        kind=wish.kind,
        recipient=read_address(wish.recipient),
        language=read_language(wish.language),
        person=wish.person,
        about=wish.about,
        detail_json=wish.detail_json,
        state=LetterState.WAITING,
        queued_at=now,
    )


def require_on(terms: MailTerms) -> None:
    """Refuse while there is no mail server. Errors: `conflict.mail_off`."""
    if not terms.is_on:
        raise MailOffError("no mail server is set up")


def require_platform(by: Principal) -> None:
    """Let platform administrators pass. Errors: `denied.role`."""
    if not by.is_platform or by.role is not Role.ADMIN:
        raise LetterRoleError("only administrators of the platform may do this")


def note(letter: Letter, *, state: LetterState, reason: str, reply: str, now: datetime) -> Letter:
    """Return a letter after an attempt; one that is settled stays as it is."""
    if letter.state is not LetterState.WAITING:
        return letter
    return msgspec.structs.replace(
        letter,
        state=state,
        settled_at=None if state is LetterState.WAITING else now,
        reason=reason[:REASON_MAX_CHARS],
        reply=read_reply(reply),
    )


def reopen(letter: Letter, *, now: datetime) -> Letter:
    """Return a letter that is to be sent again. Errors: `conflict.letter_state`."""
    if letter.state not in {LetterState.REFUSED, LetterState.GIVEN_UP}:
        raise LetterStateError("only what was refused or given up is sent again", state=letter.state)
    return msgspec.structs.replace(letter, state=LetterState.WAITING, queued_at=now, settled_at=None)


def is_late(letter: Letter, *, now: datetime) -> bool:
    """Tell whether a letter has lost its sense: it waited for longer than anybody waits for it."""
    return now - letter.queued_at > _LIVES.get(letter.kind, _LIFE)
