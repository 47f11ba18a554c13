"""What a brand may be: names, colours that can be read, texts, hosts, and pictures that are what they say they are."""

import re
import struct
import zlib
from decimal import Decimal

import msgspec

from busbar.canon.branding import AppBrand
from busbar.kernel.errors import ConflictError, InvalidError
from busbar.kernel.person import read_email

NAME_MAX_CHARS = 60
SHORT_NAME_MAX_CHARS = 20
TEXT_MAX_CHARS = 20_000
HOSTS_MAX = 10
HOST_MAX_CHARS = 253
LOGO_MAX_BYTES = 200_000
LOGO_MIN_PX = 192
LOGO_MAX_PX = 1024
LIGHT_GROUND = "#f5f4f1"
DARK_GROUND = "#121211"
LINEAR_UP_TO = Decimal("0.04045")
"""Below, a share of sRGB is linear (WCAG 2.2)."""
CONTRAST_MIN = Decimal("4.5")
"""What WCAG 2.2 AA asks of text."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,30}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_FLARE = Decimal("0.05")
_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNK_BYTES = 12
_HEADER_BYTES = 13
_KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA"})


class BrandNameError(InvalidError):
    """A name that is empty, too long, or holds control characters."""

    code = "invalid.brand_name"


class BrandColourError(InvalidError):
    """Not `#rrggbb`."""

    code = "invalid.brand_colour"


class BrandContrastError(InvalidError):
    """A colour that cannot be read on its ground; facts `colour`, `ground`."""

    code = "invalid.brand_contrast"


class BrandTextError(InvalidError):
    """A text that is too long or holds control characters."""

    code = "invalid.brand_text"


class BrandPhoneError(InvalidError):
    """Not a telephone number."""

    code = "invalid.brand_phone"


class BrandHostError(InvalidError):
    """Not a host name, or too many."""

    code = "invalid.brand_host"


class LogoError(InvalidError):
    """Not a square PNG of 192 to 1024 pixels and 200 kB at most."""

    code = "invalid.logo"


class BrandHostTakenError(ConflictError):
    """Another operator's app answers under this host name."""

    code = "conflict.brand_host_taken"


def shape_brand(brand: AppBrand) -> AppBrand:
    """Return a brand as it is kept. Errors: as `PutAppBrand`, but for hosts that others have."""
    return msgspec.structs.replace(
        brand,
        name=_read_name(brand.name, most=NAME_MAX_CHARS, is_needed=True),
        short_name=_read_name(brand.short_name, most=SHORT_NAME_MAX_CHARS, is_needed=False),
        accent_light=read_colour(brand.accent_light, ground=LIGHT_GROUND),
        accent_dark=read_colour(brand.accent_dark, ground=DARK_GROUND),
        imprint=_read_text(brand.imprint),
        terms=_read_text(brand.terms),
        support_phone=_read_phone(brand.support_phone.strip()),
        support_email=read_email(brand.support_email) if brand.support_email.strip() else "",
        hosts=read_hosts(brand.hosts),
    )


def _read_name(text: str, *, most: int, is_needed: bool) -> str:
    name = text.strip()
    if len(name) > most or _CONTROL.search(name) or "\n" in name or (is_needed and not name):
        raise BrandNameError(f"a name has at most {most} characters, and no control characters")
    return name


def _read_text(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > TEXT_MAX_CHARS or _CONTROL.search(text):
        raise BrandTextError(f"a text has at most {TEXT_MAX_CHARS} characters, and no control characters")
    return text


def _read_phone(text: str) -> str:
    if text and not _PHONE.fullmatch(text):
        raise BrandPhoneError("this is no telephone number")
    return text


def read_colour(colour: str | None, *, ground: str) -> str | None:
    """Return a colour that can be read on its ground. Errors: `invalid.brand_colour`, `invalid.brand_contrast`."""
    if colour is None:
        return None
    colour = colour.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise BrandColourError("a colour is # and six hexadecimal digits")
    if measure_contrast(colour, ground) < CONTRAST_MIN:
        raise BrandContrastError("the colour cannot be read on its ground", colour=colour, ground=ground)
    return colour


def measure_contrast(one: str, other: str) -> Decimal:
    """Return the contrast ratio of two `#rrggbb` colours as WCAG 2.2 defines it: 1 to 21."""
    dark, light = sorted((_measure_luminance(one), _measure_luminance(other)))
    return (light + _FLARE) / (dark + _FLARE)


def _measure_luminance(colour: str) -> Decimal:
    shares = [Decimal(int(colour[at : at + 2], 16)) / 255 for at in (1, 3, 5)]
    weights = (Decimal("0.2126"), Decimal("0.7152"), Decimal("0.0722"))
    return sum((weight * _make_linear(share) for weight, share in zip(weights, shares, strict=True)), Decimal(0))


def _make_linear(share: Decimal) -> Decimal:
    if share <= LINEAR_UP_TO:
        return share / Decimal("12.92")
    return ((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")


def read_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return host names in lower case, each once, in order. Errors: `invalid.brand_host`."""
    found = sorted({host.strip().lower().rstrip(".") for host in hosts})
    if len(found) > HOSTS_MAX:
        raise BrandHostError(f"at most {HOSTS_MAX} host names")
    for host in found:
        labels = host.split(".")
        if len(host) > HOST_MAX_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
            raise BrandHostError("a host name is letters, digits, hyphens and dots, without port", host=host[:100])
    return tuple(found)


def clean_logo(content: bytes) -> bytes:
    """Return a PNG with nothing in it but its picture: no texts, no places, no trailing bytes. Errors: `invalid.logo`.

    Every chunk's length and checksum is looked at; what a reader would not need is left out.
    """
    if len(content) > LOGO_MAX_BYTES or not content.startswith(_PNG):
        raise LogoError(f"a logo is a PNG of {LOGO_MAX_BYTES} bytes at most")
    kept, at, names = [_PNG], len(_PNG), list[bytes]()
    while not names or names[-1] != b"IEND":
        if at + _CHUNK_BYTES > len(content):
            raise LogoError("the picture is cut off")
        (length,) = struct.unpack_from(">I", content, at)
        end = at + _CHUNK_BYTES + length
        if end > len(content):
            raise LogoError("the picture is cut off")
        name, body = content[at + 4 : at + 8], content[at + 4 : end - 4]
        if zlib.crc32(body) != struct.unpack_from(">I", content, end - 4)[0]:
            raise LogoError("the picture is damaged")
        if not names:
            _check_header(name, body[4:])
        if name in _KEPT_CHUNKS:
            kept.append(content[at:end])
        names.append(name)
        at = end
    if b"IDAT" not in names:
        raise LogoError("there is no picture in it")
    return b"".join(kept)


def _check_header(name: bytes, body: bytes) -> None:
    if name != b"IHDR" or len(body) != _HEADER_BYTES:
        raise LogoError("the picture has no header")
    width, height = struct.unpack_from(">II", body)
    if width != height or not LOGO_MIN_PX <= width <= LOGO_MAX_PX:
        raise LogoError(f"a logo is square, {LOGO_MIN_PX} to {LOGO_MAX_PX} pixels", width=width, height=height)


def measure_logo(content: bytes) -> int:
    """Return how many pixels wide a kept logo is."""
    return struct.unpack_from(">I", content, len(_PNG) + 8)[0]
