from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.mail import LetterKind, LetterState, SendLetter
from busbar.canon.tenants import Principal, Role
from busbar.domain.mail import model
from busbar.kernel.ids import LetterId, OperatorId
from busbar.kernel.person import EmailError, LanguageError
from busbar.ports.mailer import MailOffError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def shape(**given):
    usual = {
        "operator_id": OperatorId("o"),
        "kind": LetterKind.REPORT,
        "recipient": " Ada@Driver.example ",
        "language": "it",
    }
    return model.shape_letter(SendLetter(**(usual | given)), letter_id=LetterId("l"), now=NOW)


def note(letter, state, **given):
    return model.note(letter, state=state, **{"reason": "", "reply": "", "now": NOW, **given})


def test_a_letter_waits_at_first():
    letter = shape()
    assert (letter.recipient, letter.state, letter.queued_at) == ("Ada@Driver.example", LetterState.WAITING, NOW)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"recipient": "nobody"}, EmailError),
        ({"recipient": "a@b.example,c@d.example"}, EmailError),
        ({"language": "?"}, LanguageError),
        ({"person": "x" * 201}, model.LetterError),
        ({"about": "x" * 201}, model.LetterError),
        ({"detail_json": "x" * 10_001}, model.LetterError),
    ],
)
def test_what_no_letter_may_be(given, error):
    with pytest.raises(error):
        shape(**given)


def test_an_attempt_that_may_be_repeated_leaves_it_waiting_and_says_why():
    letter = note(shape(), LetterState.WAITING, reason="unavailable.mail", reply="421\r\nbusy")
    assert (letter.state, letter.settled_at, letter.reply) == (LetterState.WAITING, None, "421  busy")


def test_what_is_settled_stays_as_it_is():
    sent = note(shape(), LetterState.SENT)
    assert (sent.state, sent.settled_at) == (LetterState.SENT, NOW)
    assert note(sent, LetterState.REFUSED) == sent


def test_only_what_did_not_go_is_sent_again():
    later = NOW + timedelta(days=5)
    for state in (LetterState.REFUSED, LetterState.GIVEN_UP):
        again = model.reopen(note(shape(), state), now=later)
        assert (again.state, again.settled_at, again.queued_at) == (LetterState.WAITING, None, later)
    for letter in (shape(), note(shape(), LetterState.SENT)):
        with pytest.raises(model.LetterStateError):
            model.reopen(letter, now=later)


def test_links_lose_their_sense_sooner_than_reports():
    for kind, life in ((LetterKind.STAFF_PASSWORD, timedelta(days=1)), (LetterKind.REPORT, timedelta(days=7))):
        letter = shape(kind=kind)
        assert not model.is_late(letter, now=NOW + life)
        assert model.is_late(letter, now=NOW + life + timedelta(seconds=1))


def test_who_may_try_and_when_mail_is_off():
    model.require_platform(Principal(operator_id=OperatorId("o"), role=Role.ADMIN, is_platform=True))
    for role, is_platform in ((Role.ADMIN, False), (Role.MANAGER, True)):
        with pytest.raises(model.LetterRoleError):
            model.require_platform(Principal(operator_id=OperatorId("o"), role=role, is_platform=is_platform))
    model.require_on(model.MailTerms(is_on=True))
    with pytest.raises(MailOffError):
        model.require_on(model.MailTerms())
