"""What a log must not tell: secrets and people's data, found by the name of a field or by the look of the text."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

MASK: Final = "********"
DEPTH_MAX: Final = 8
"""How deep nested values are looked into; what lies deeper is masked as a whole."""

SECRET_NAMES: Final = frozenset(
    {
        "admin_password", "api_key", "authorization", "bearer", "cookie", "credentials", "driver_name", "email",
        "email_key", "first_name", "full_name", "id_tag", "id_token", "last_name", "new_password", "old_password",
        "parent_id_tag", "password", "password_hash", "phone", "proxy_authorization", "secret", "set_cookie", "sim_pin",
        "token", "display_name", "plate", "license_plate", "vin", "iban", "bic", "vat_id", "tax_code", "tax_id",
        "street", "postcode", "buyer_name", "payee_name", "payer_name", "holder_name", "evcc_id", "mac_address",
    }
)  # fmt: skip
"""Names of fields whose value is never told, in snake case."""

_OCPP_NAMES = (
    "idTag|parentIdTag|idToken|groupIdToken|additionalIdToken|password|basicAuthPassword|apnPassword|simPin|vpnKey"
    "|authorization|token|email|phone|plate|licensePlate|vin|iban|vat_?id|tax_?code|street|evccId"
)
_QUOTE = r"\\?[\"']"
_PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    # "idTag": "…" in a frame, also within JSON within JSON
    (
        re.compile(
            rf"(?P<head>{_QUOTE}(?:{_OCPP_NAMES}){_QUOTE}\s*:\s*(?P<quote>{_QUOTE})).*?(?P=quote)", re.IGNORECASE
        ),
        rf"\g<head>{MASK}\g<quote>",
    ),
    # a station's password as a setting: {"key": "AuthorizationKey", "value": "…"}
    (
        re.compile(
            rf"(?P<head>(?:AuthorizationKey|BasicAuthPassword).{{0,120}}?(?:value|attributeValue){_QUOTE}?\s*[:=]\s*"
            rf"(?P<quote>{_QUOTE})).*?(?P=quote)",
            re.IGNORECASE,
        ),
        rf"\g<head>{MASK}\g<quote>",
    ),
    # Authorization: Basic …, and the two schemes alone
    (
        re.compile(r"(?P<head>\bauthorization\W{1,4}(?:basic|bearer)\s+)[^\s\"',;\\]+", re.IGNORECASE),
        rf"\g<head>{MASK}",
    ),
    (re.compile(r"(?P<head>\b(?:basic|bearer)\s+)[A-Za-z0-9._~+/=-]{12,}", re.IGNORECASE), rf"\g<head>{MASK}"),
    # our own tokens, keys and cookies
    (re.compile(r"\bbb[a-z]?_[A-Za-z0-9_-]{8,}"), MASK),
    (re.compile(r"(?P<head>\bbusbar_(?:staff|driver)=)[^\s;,\"'\\]+"), rf"\g<head>{MASK}"),
    # password=…, as in connection strings; and user:password@ in addresses
    (
        re.compile(r"(?P<head>\b(?:password|passwd|secret|token|api_key|id_tag|id_token)=)[^\s&;,\"']+", re.IGNORECASE),
        rf"\g<head>{MASK}",
    ),
    # the number of an account at a bank, a car's number or plate, after the word that says so
    (
        re.compile(r"(?P<head>\biban\b\W{0,4})[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}[ A-Z0-9]{0,4}\b", re.IGNORECASE),
        rf"\g<head>{MASK}",
    ),
    (re.compile(r"(?P<head>\bvin\b\W{0,4})[A-HJ-NPR-Z0-9]{17}\b", re.IGNORECASE), rf"\g<head>{MASK}"),
    (re.compile(r"(?P<head>\bplate=)[^\s&;,\"']+", re.IGNORECASE), rf"\g<head>{MASK}"),
    (re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@", re.IGNORECASE), rf"\g<head>{MASK}@"),
    # people
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), MASK),
    (re.compile(r"(?<![\w.:])\+\d(?:[ ()-]?\d){7,14}\b"), MASK),
)
_HINTS: Final = (
    "@", "+", "=", "bb", "idt", "token", "pass", "pin", "auth", "basic", "bearer", "vpn", "phone", "email", "secret",
    "plate", "vin", "iban", "vat", "tax", "street", "evcc",
)  # fmt: skip
"""Without any of these a text holds nothing that the patterns look for."""
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def mask_text(text: str) -> str:
    """Return a text with everything masked that looks like a secret, or like a person's address or number."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return text
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def is_secret_name(name: str) -> bool:
    """Tell whether a field of this name holds what is never told, however the name is written."""
    return _CAPITAL.sub("_", name).replace("-", "_").lower() in SECRET_NAMES


def mask_fields(fields: Mapping[str, Any], *, depth: int = 0) -> dict[str, Any]:
    """Return fields with the values masked whose names say so, in nested ones as well."""
    return {name: _mask(name, value, depth) for name, value in fields.items()}


def _mask(name: str, value: object, depth: int) -> object:
    if value is None or isinstance(value, bool):
        return value
    if is_secret_name(name):
        return MASK
    if isinstance(value, Mapping):
        fields = cast("Mapping[Any, Any]", value)
        return MASK if depth >= DEPTH_MAX else mask_fields({str(key): fields[key] for key in fields}, depth=depth + 1)
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return MASK if depth >= DEPTH_MAX else [_mask("", item, depth + 1) for item in items]
    return value
