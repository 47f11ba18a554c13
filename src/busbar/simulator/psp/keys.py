"""Keys and certificates of the provider and its one merchant, made at its start."""

import secrets
from datetime import datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from busbar.simulator.psp.till import new_digits

KEY_BITS = 2048
LIFETIME = timedelta(days=3650)


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """All secrets of both sides."""

    stripe_secret: str
    stripe_webhook: str
    alipay_app_id: str
    alipay_seller_id: str
    alipay_merchant: RSAPrivateKey
    alipay_platform: RSAPrivateKey
    wechat_mchid: str
    wechat_appid: str
    wechat_merchant: RSAPrivateKey
    wechat_merchant_serial: str
    wechat_platform: RSAPrivateKey
    wechat_certificate: x509.Certificate
    wechat_api_key: str

    @property
    def wechat_serial(self) -> str:
        """The serial number of the platform's certificate, as it is written in headers."""
        return f"{self.wechat_certificate.serial_number:X}"


def make_keys(*, now: datetime) -> Keys:
    """Make everything anew."""
    platform = _make_key()
    return Keys(
        stripe_secret=f"sk_test_{secrets.token_hex(24)}",
        stripe_webhook=f"whsec_{secrets.token_hex(24)}",
        alipay_app_id=f"2021{new_digits(12)}",
        alipay_seller_id=f"2088{new_digits(12)}",
        alipay_merchant=_make_key(),
        alipay_platform=_make_key(),
        wechat_mchid=f"16{new_digits(8)}",
        wechat_appid=f"wx{secrets.token_hex(8)}",
        wechat_merchant=_make_key(),
        wechat_merchant_serial=secrets.token_hex(20).upper(),
        wechat_platform=platform,
        wechat_certificate=_certify(platform, now=now),
        wechat_api_key=secrets.token_hex(16),
    )


def _make_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _certify(key: RSAPrivateKey, *, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Simulated payment platform")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + LIFETIME)
    return made.sign(key, hashes.SHA256())


def write_private(key: RSAPrivateKey) -> str:
    """Write a private key as PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def write_public(key: RSAPublicKey) -> str:
    """Write a public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def describe(keys: Keys, *, address: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return what a merchant enters: for each provider its settings and its secrets."""
    return {
        "stripe": {
            "settings": {"api_url": f"{address}/stripe"},
            "secrets": {"secret_key": keys.stripe_secret, "webhook_secret": keys.stripe_webhook},
        },
        "alipay": {
            "settings": {
                "gateway_url": f"{address}/alipay/gateway.do",
                "app_id": keys.alipay_app_id,
                "seller_id": keys.alipay_seller_id,
                "alipay_public_key": write_public(keys.alipay_platform.public_key()),
            },
            "secrets": {"app_private_key": write_private(keys.alipay_merchant)},
        },
        "wechatpay": {
            "settings": {
                "api_url": f"{address}/wechat",
                "mchid": keys.wechat_mchid,
                "appid": keys.wechat_appid,
                "merchant_serial": keys.wechat_merchant_serial,
                "platform_serial": keys.wechat_serial,
                "platform_key": keys.wechat_certificate.public_bytes(Encoding.PEM).decode(),
            },
            "secrets": {
                "merchant_private_key": write_private(keys.wechat_merchant),
                "api_v3_key": keys.wechat_api_key,
            },
        },
    }
