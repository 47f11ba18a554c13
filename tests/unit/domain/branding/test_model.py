"""What a brand and its logo may be."""

import struct
import zlib

import pytest

from busbar.canon.branding import AppBrand
from busbar.domain.branding import model
from busbar.kernel.errors import BusbarError


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def draw(width=192, height=192, *, extra=b"", has_picture=True):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + bytes((width + 7) // 8) for _ in range(height)))
    picture = chunk(b"IDAT", rows) if has_picture else b""
    return b"\x89PNG\r\n\x1a\n" + header + extra + picture + chunk(b"IEND", b"")


def code_of(call, *args, **kwargs):
    with pytest.raises(BusbarError) as raised:
        call(*args, **kwargs)
    return raised.value.code


def test_a_brand_is_kept_in_order():
    given = AppBrand(
        name="  Luce ", accent_light="#0B5FA5", accent_dark="#7AB8F0", support_phone="+39 011 555", imprint="A\r\nB",
        support_email="help@luce.example", hosts=("App.Luce.example.", "app.luce.example", "b.example"),
    )  # fmt: skip
    brand = model.shape_brand(given)
    assert (brand.name, brand.accent_light, brand.imprint) == ("Luce", "#0b5fa5", "A\nB")
    assert brand.hosts == ("app.luce.example", "b.example")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "invalid.brand_name"),
        ({"name": "x" * 61}, "invalid.brand_name"),
        ({"short_name": "a\nb"}, "invalid.brand_name"),
        ({"accent_light": "blue"}, "invalid.brand_colour"),
        ({"accent_light": "#7ab8f0"}, "invalid.brand_contrast"),
        ({"accent_dark": "#0b5fa5"}, "invalid.brand_contrast"),
        ({"terms": "x\x00"}, "invalid.brand_text"),
        ({"terms": "x" * 20_001}, "invalid.brand_text"),
        ({"support_phone": "call me"}, "invalid.brand_phone"),
        ({"support_email": "nobody"}, "invalid.email"),
        ({"hosts": ("a b",)}, "invalid.brand_host"),
        ({"hosts": ("a.example:80",)}, "invalid.brand_host"),
        ({"hosts": tuple(f"h{number}.example" for number in range(11))}, "invalid.brand_host"),
    ],
)
def test_what_a_brand_may_not_be(given, code):
    assert code_of(model.shape_brand, AppBrand(**({"name": "Luce"} | given))) == code


def test_contrast_is_that_of_the_standard():
    assert round(model.measure_contrast("#000000", "#ffffff"), 1) == 21
    assert model.measure_contrast("#777777", "#777777") == 1


def test_a_logo_keeps_nothing_but_its_picture():
    texts = chunk(b"tEXt", b"Comment\0<script>") + chunk(b"eXIf", b"a place")
    assert model.clean_logo(draw(extra=texts) + b"trailing") == draw()
    assert model.measure_logo(draw(512, 512)) == 512


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", draw(191, 191), draw(192, 200), draw(1025, 1025),
        draw()[:-6], draw().replace(b"IDAT", b"IDAX"), draw(has_picture=False), draw() + b"x" * 200_000,
        b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b""), b"\x89PNG\r\n\x1a\n" + b"\xff" * 40,
    ],
)  # fmt: skip
def test_what_a_logo_may_not_be(content):
    assert code_of(model.clean_logo, content) == "invalid.logo"
