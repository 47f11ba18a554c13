"""Signed answers: `{"alipay_trade_query_response": {…}, "sign": "…"}`, signed over the member's own text."""

import json
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from busbar.kernel.errors import InvalidError
from busbar.wire.alipay.signature import SignatureError, sign, verify

ERROR_MEMBER = "error_response"


class AnswerError(InvalidError):
    """An answer that cannot be read."""

    code = "invalid.provider_answer"


def name_member(method: str) -> str:
    """Return the name of the member that answers a method."""
    return method.replace(".", "_") + "_response"


def write_answer(method: str, content: dict[str, Any], key: RSAPrivateKey) -> str:
    """Write an answer and sign it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    signature = json.dumps(sign(text, key))
    return f'{{"{name_member(method)}":{text},"sign":{signature}}}'


def read_answer(body: str, method: str, key: RSAPublicKey) -> dict[str, Any]:
    """Return the member that answers a method, its signature checked.

    Errors: `invalid.provider_answer`, `denied.notice_signature`.
    """
    try:
        members = msgspec.json.decode(body.encode(), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeError):
        raise AnswerError("the answer is no JSON object") from None
    member = members.get(name_member(method), members.get(ERROR_MEMBER))
    if member is None:
        raise AnswerError("the answer lacks its member", method=method)
    signature = members.get("sign")
    if signature is None:
        raise SignatureError("the answer is not signed")
    try:
        verify(bytes(member).decode(), msgspec.json.decode(signature, type=str), key)
        return msgspec.json.decode(member, type=dict[str, Any])
    except msgspec.DecodeError:
        raise AnswerError("the answer's member is no object", method=method) from None
