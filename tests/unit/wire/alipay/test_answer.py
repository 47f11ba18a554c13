import pytest

from busbar.wire.alipay.answer import AnswerError, name_member, read_answer, write_answer
from busbar.wire.alipay.signature import SignatureError

METHOD = "alipay.trade.query"


def test_an_answer_is_believed_over_its_very_text(key):
    body = write_answer(METHOD, {"code": "10000", "msg": "\u6210\u529f", "total_amount": "25.00"}, key)
    assert name_member(METHOD) in body
    assert read_answer(body, METHOD, key.public_key())["total_amount"] == "25.00"


def test_an_answer_that_was_altered_or_is_not_signed_is_refused(key, other_key):
    body = write_answer(METHOD, {"code": "10000", "total_amount": "25.00"}, key)
    for changed in (body.replace("25.00", "99.00"), body.replace('"code":', '"code" :')):
        with pytest.raises(SignatureError):
            read_answer(changed, METHOD, key.public_key())
    with pytest.raises(SignatureError):
        read_answer(body, METHOD, other_key.public_key())
    with pytest.raises(SignatureError):
        read_answer('{"alipay_trade_query_response":{}}', METHOD, key.public_key())


def test_what_is_no_answer_is_refused(key):
    for body in ("", "[]", "{}", '{"other_response":{},"sign":"x"}'):
        with pytest.raises(AnswerError):
            read_answer(body, METHOD, key.public_key())
