"""What phones are told, in all languages."""

from datetime import UTC, datetime

import pytest

from busbar.canon.companion import Notice, NoticeTopic
from busbar.domain.companion.texts import MONEY, TEXTS, compose, write_amount, write_energy
from busbar.kernel.ids import StationId

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_topic_has_words(language):
    assert set(TEXTS[language]) == set(NoticeTopic)
    for topic in NoticeTopic:
        notice = Notice(device_id="d", topic=topic, at=AT, station_id=StationId("S1"), session_id="s", energy_wh=7591,
                        amount=1234, currency="EUR")  # fmt: skip
        words = compose(notice, language=language, station="Colonna 1")
        assert words.title
        amount = "12,34 EUR" if language == "it" else "12.34 EUR"
        assert (amount if topic in MONEY else "Colonna 1") in words.body
        assert "{" not in words.title + words.body
        assert words.path == ("/app/wallet" if topic in MONEY else "/app/sessions/s")


def test_where_a_press_leads():
    free = Notice(device_id="d", topic=NoticeTopic.STATION_FREE, at=AT, station_id=StationId("S1"))
    assert compose(free, language="xx", station="S1").path == "/app/s/S1"
    answered = Notice(device_id="d", topic=NoticeTopic.COMPLAINT_ANSWERED, at=AT, complaint_id="c")
    assert compose(answered, language="en", station="S1").path == "/app/reports/c"


def test_energy_is_written_without_rounding_up():
    assert write_energy(7599, language="en") == "7.59 kWh"
    assert write_energy(5, language="it-IT") == "0,00 kWh"


def test_amounts_are_written_with_the_digits_of_their_currency():
    assert write_amount(500, "JPY", language="zh") == "500 JPY"
    assert write_amount(5, "EUR", language="it-IT") == "0,05 EUR"
