import msgspec
import pytest

from busbar.wire.wechatpay.sealing import ApiKeyError, SealError, seal, unseal

KEY = "0123456789abcdef0123456789abcdef"


def make():
    return seal('{"a":1}', key=KEY, nonce="abcdefghijkl", associated_data="transaction", original_type="transaction")


def test_what_was_sealed_is_opened():
    assert unseal(make(), key=KEY) == b'{"a":1}'


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "AES"}, {"ciphertext": "no base64!"}, {"ciphertext": "AAAA"}, {"nonce": "lkjihgfedcba"},
        {"associated_data": "refund"}, {"nonce": ""},
    ],
)  # fmt: skip
def test_what_was_altered_is_refused(change):
    with pytest.raises(SealError):
        unseal(msgspec.structs.replace(make(), **change), key=KEY)


def test_another_key_opens_nothing():
    with pytest.raises(SealError):
        unseal(make(), key=KEY[::-1])
    with pytest.raises(ApiKeyError):
        unseal(make(), key="short")
