import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from busbar.wire.wechatpay.signature import (
    HEADER_SERIAL,
    HEADER_TIME,
    KeyFormatError,
    SignatureError,
    authorize,
    load_private_key,
    load_public_key,
    read_authorization,
    sign_answer,
    sign_for_client,
    verify_answer,
    verify_request,
)

NOW_S = 1_780_000_000


def make_header(key, **given):
    wish = {"method": "GET", "target": "/v3/a?b=c", "body": "", "mchid": "16", "serial_no": "AB", "nonce": "n"}
    return authorize(**{**wish, **given}, key=key, at_s=NOW_S)


def test_a_request_is_believed_as_it_was_signed(key, other_key):
    given = read_authorization(make_header(key))
    assert (given.mchid, given.serial_no, given.nonce_str) == ("16", "AB", "n")
    wish = {"method": "GET", "target": "/v3/a?b=c", "body": "", "key": key.public_key(), "now_s": NOW_S}
    verify_request(given, **wish)
    for change in (
        {"method": "POST"}, {"target": "/v3/a?b=d"}, {"body": "{}"}, {"key": other_key.public_key()},
        {"now_s": NOW_S + 301},
    ):  # fmt: skip
        with pytest.raises(SignatureError):
            verify_request(given, **{**wish, **change})


@pytest.mark.parametrize("header", ["", "Bearer x", 'WECHATPAY2-SHA256-RSA2048 mchid="1"'])
def test_a_header_that_is_none_is_refused(header):
    with pytest.raises(SignatureError):
        read_authorization(header)


def test_an_answer_is_believed_as_it_was_signed(key, other_key):
    headers = sign_answer('{"a":1}', key=key, serial_no="ab12", nonce="n", at_s=NOW_S)
    wish = {"key": key.public_key(), "serial_no": "AB12", "now_s": NOW_S}
    verify_answer({name.lower(): value for name, value in headers.items()}, '{"a":1}', **wish)
    for changed, body, change in (
        (headers, '{"a":2}', {}),
        ({**headers, HEADER_SERIAL: "CD"}, '{"a":1}', {}),
        ({**headers, HEADER_TIME: str(NOW_S + 1)}, '{"a":1}', {}),
        ({**headers, HEADER_TIME: "soon"}, '{"a":1}', {}),
        ({}, '{"a":1}', {}),
        (headers, '{"a":1}', {"now_s": NOW_S - 301}),
        (headers, '{"a":1}', {"key": other_key.public_key()}),
    ):
        with pytest.raises(SignatureError):
            verify_answer(changed, body, **{**wish, **change})


def test_a_client_gets_what_it_needs_to_pay(key):
    order = sign_for_client(app_id="wx1", prepay_id="p", key=key, nonce="n", at_s=NOW_S)
    assert (order["package"], order["signType"], order["timeStamp"]) == ("prepay_id=p", "RSA", str(NOW_S))
    assert order["paySign"]


def test_keys_are_read_from_pem(key):
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert load_private_key(pem).key_size == load_public_key(public).key_size == 2048
    for load in (load_private_key, load_public_key):
        with pytest.raises(KeyFormatError):
            load("nonsense")
    with pytest.raises(KeyFormatError):
        load_public_key("-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----")
