import pytest

from busbar.canon.access import Because, Decision, Verdict
from busbar.gateways.ocpp.reasons import WORDS, describe_refusal
from busbar.gateways.ocpp.v2_prices import PERSONAL_MAX_CHARS


def test_every_reason_is_said_in_every_language_and_fits():
    for words in WORDS.values():
        assert set(words) == set(Because)
        assert all(0 < len(text) <= PERSONAL_MAX_CHARS for text in words.values())


@pytest.mark.parametrize(("asked", "said"), [("it", "it"), ("zh-CN", "zh"), (None, "en"), ("fr", "en")])
def test_a_refusal_is_told_in_the_driver_s_language(asked, said):
    decision = Decision(verdict=Verdict.BLOCKED, because=Because.LOST, language=asked)
    note = describe_refusal(decision)
    assert (note.language, note.text) == (said, WORDS[said][Because.LOST])
    assert describe_refusal(Decision(verdict=Verdict.EXPIRED)) is None
