"""SHA256-RSA2048 over lines: who asks signs method, address, time, nonce and body; who answers time, nonce and body."""

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from busbar.kernel.errors import DeniedError, InvalidError

SCHEME = "WECHATPAY2-SHA256-RSA2048"
TOLERANCE_S = 300
KEYS_MAX = 64
"""Merchants' keys that are kept read."""
HEADER_TIME, HEADER_NONCE = "Wechatpay-Timestamp", "Wechatpay-Nonce"
HEADER_SIGNATURE, HEADER_SERIAL = "Wechatpay-Signature", "Wechatpay-Serial"
_FIELD = re.compile(r'(\w+)="([^"]*)"')
_STAMP_CHARS_MAX = 15


class SignatureError(DeniedError):
    """The signature is not that of the other side's key, or too old."""

    code = "denied.notice_signature"


class KeyFormatError(InvalidError):
    """A text that is to be a key or certificate is none."""

    code = "invalid.payment_key"


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """What the header of a request says."""

    mchid: str
    serial_no: str
    nonce_str: str
    timestamp: str
    signature: str


@lru_cache(KEYS_MAX)
def load_private_key(text: str) -> RSAPrivateKey:
    """Read the merchant's private key. Errors: `invalid.payment_key`.

    Done once for each key that is in use: to see that its numbers belong together takes longer than to sign.
    """
    try:
        key = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        raise KeyFormatError("this is no private key in PEM") from None
    if not isinstance(key, RSAPrivateKey):
        raise KeyFormatError("the private key is not RSA")
    return key


def load_public_key(text: str) -> RSAPublicKey:
    """Read the platform's key: a certificate or a public key in PEM. Errors: `invalid.payment_key`."""
    try:
        if "BEGIN CERTIFICATE" in text:
            key = x509.load_pem_x509_certificate(text.encode()).public_key()
        else:
            key = serialization.load_pem_public_key(text.encode())
    except (ValueError, TypeError):
        raise KeyFormatError("this is neither a certificate nor a public key in PEM") from None
    if not isinstance(key, RSAPublicKey):
        raise KeyFormatError("the platform's key is not RSA")
    return key


def _join(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _sign(message: bytes, key: RSAPrivateKey) -> str:
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def _verify(message: bytes, signature: str, key: RSAPublicKey) -> None:
    try:
        key.verify(base64.b64decode(signature, validate=True), message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError, binascii.Error):
        raise SignatureError("the signature is not that of the key") from None


def authorize(  # noqa: PLR0913 - each is a line of what is signed
    *, method: str, target: str, body: str, mchid: str, serial_no: str, key: RSAPrivateKey, nonce: str, at_s: int
) -> str:
    """Return the Authorization header of a request; `target` is path and query."""
    signature = _sign(_join(method, target, str(at_s), nonce, body), key)
    return (
        f'{SCHEME} mchid="{mchid}",nonce_str="{nonce}",signature="{signature}",timestamp="{at_s}",'
        f'serial_no="{serial_no}"'
    )


def read_authorization(header: str) -> Authorization:
    """Read the header. Errors: `denied.notice_signature`."""
    scheme, _, rest = header.partition(" ")
    try:
        if scheme != SCHEME:
            raise SignatureError("another scheme is wanted", scheme=SCHEME)
        return msgspec.convert(dict(_FIELD.findall(rest)), Authorization)
    except msgspec.ValidationError:
        raise SignatureError("the header lacks a field") from None


def verify_request(given: Authorization, *, method: str, target: str, body: str, key: RSAPublicKey, now_s: int) -> None:
    """Check a request's signature. Errors: `denied.notice_signature`."""
    _verify(_join(method, target, given.timestamp, given.nonce_str, body), given.signature, key)
    check_age(given.timestamp, now_s=now_s)


def sign_answer(body: str, *, key: RSAPrivateKey, serial_no: str, nonce: str, at_s: int) -> dict[str, str]:
    """Return the headers of a signed answer or notice."""
    return {
        HEADER_TIME: str(at_s),
        HEADER_NONCE: nonce,
        HEADER_SERIAL: serial_no,
        HEADER_SIGNATURE: _sign(_join(str(at_s), nonce, body), key),
    }


def verify_answer(headers: Mapping[str, str], body: str, *, key: RSAPublicKey, serial_no: str, now_s: int) -> None:
    """Check an answer or notice. `headers` by any case of their names. Errors: `denied.notice_signature`."""
    lowered = {name.lower(): value for name, value in headers.items()}
    stamp, nonce = lowered.get(HEADER_TIME.lower(), ""), lowered.get(HEADER_NONCE.lower(), "")
    if lowered.get(HEADER_SERIAL.lower(), "").upper() != serial_no.upper():
        raise SignatureError("signed with a key that is not known here")
    _verify(_join(stamp, nonce, body), lowered.get(HEADER_SIGNATURE.lower(), ""), key)
    check_age(stamp, now_s=now_s)


def check_age(stamp: str, *, now_s: int) -> None:
    """Refuse a signature that is too old or from the future. Errors: `denied.notice_signature`."""
    if not (stamp.isascii() and stamp.isdecimal()) or len(stamp) > _STAMP_CHARS_MAX:
        raise SignatureError("the signature names no time")
    if abs(now_s - int(stamp)) > TOLERANCE_S:
        raise SignatureError("the signature is too old or from the future", age_s=now_s - int(stamp))


def sign_for_client(*, app_id: str, prepay_id: str, key: RSAPrivateKey, nonce: str, at_s: int) -> dict[str, str]:
    """Return what the payer's WeChat needs to begin a payment that was prepared (JSAPI)."""
    package = f"prepay_id={prepay_id}"
    return {
        "appId": app_id,
        "timeStamp": str(at_s),
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": _sign(_join(app_id, str(at_s), nonce, package), key),
    }
