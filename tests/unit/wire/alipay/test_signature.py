import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from busbar.wire.alipay.signature import (
    KeyFormatError,
    SignatureError,
    join,
    join_notice,
    load_private_key,
    load_public_key,
    sign,
    verify,
)


def test_parameters_are_joined_in_the_order_of_their_names_without_empty_ones():
    given = {"b": "2", "a": "1", "sign": "x", "empty": "", "sign_type": "RSA2"}
    assert join(given) == "a=1&b=2&sign_type=RSA2"
    assert join_notice(given) == "a=1&b=2"


def test_what_was_signed_is_believed_and_nothing_else(key, other_key):
    signature = sign("a=1", key)
    verify("a=1", signature, key.public_key())
    for text, given, public in (
        ("a=2", signature, key.public_key()),
        ("a=1", signature, other_key.public_key()),
        ("a=1", "", key.public_key()),
        ("a=1", "no base64!", key.public_key()),
        ("a=1", signature[:-8], key.public_key()),
    ):
        with pytest.raises(SignatureError):
            verify(text, given, public)


def test_keys_are_read_as_pem_and_as_bare_base64(key):
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    bare = base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())).decode()
    public = key.public_key()
    public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    public_bare = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    for private_text in (pem, bare):
        for public_text in (public_pem, public_bare):
            verify("x", sign("x", load_private_key(private_text)), load_public_key(public_text))


def test_what_is_no_rsa_key_is_refused():
    curve = generate_private_key(SECP256R1())
    private = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in ("", "nonsense", "-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----", private):
        with pytest.raises(KeyFormatError):
            load_private_key(text)
    for text in ("", "nonsense", public):
        with pytest.raises(KeyFormatError):
            load_public_key(text)
