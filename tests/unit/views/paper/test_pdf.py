import base64
import io
import zlib
from decimal import Decimal

import msgspec
import openpyxl
import pypdf
import pytest

from busbar.canon.pricing import OfferRefusal, OfferSource, RefusalReason
from busbar.views.paper.pdf import Place, write_pdf
from busbar.views.paper.printing import Paper, is_chinese
from busbar.views.paper.sheets import FAPIAO_HEAD, list_fapiao, write_csv, write_xlsx
from busbar.views.paper.words import WORDS, name_line, write_decimal, write_refusals
from tests.unit.domain.invoicing.making import LINES, make_credit_note, make_invoice, make_receipt
from tests.unit.domain.invoicing.test_model import make_request

PLACE = Place(station="Colonna 3", site="Parcheggio Nord", zone="Europe/Rome")


def make_png() -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = chunk(b"IHDR", bytes.fromhex("00000002000000020802000000"))
    return base64.b64encode(
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(14))) + chunk(b"IEND", b"")
    ).decode()


def read(document, **options):
    content = write_pdf(document, place=PLACE, paper=Paper(footer="Cap. soc. 10.000 €", logo_png=make_png()), **options)
    return content, pypdf.PdfReader(io.BytesIO(content))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "it",
            ["Fattura", "F2026-000017", "Rossi & Figli Srl", "Energia (elettricità), punta", "13,34 EUR", "02/03/2026"],
        ),
        ("en", ["Invoice", "Energy (electricity), peak", "13.34 EUR", "Occupancy", "Bill to"]),
    ],
)
def test_an_invoice_on_paper(language, words):
    _, pages = read(make_invoice(), language=language)
    text = pages.pages[0].extract_text()
    assert [word for word in words if word not in text] == []


def test_chinese_on_paper_has_a_chinese_font():
    content, pages = read(make_receipt(), language="zh")
    fonts = {
        str(font["/BaseFont"])
        for font in (each.get_object() for each in pages.pages[0]["/Resources"]["/Font"].values())
    }
    assert "/STSong-Light" in fonts
    assert len(pages.pages) == 1
    assert (
        write_pdf(
            make_receipt(), place=PLACE, paper=Paper(footer="Cap. soc. 10.000 €", logo_png=make_png()), language="zh"
        )
        == content
    )


REFUSED = (
    OfferRefusal(offer_id="o-1", name="Primavera", reason=RefusalReason.ELSEWHERE),
    OfferRefusal(offer_id="o-2", name="WELCOME", source=OfferSource.COUPON, reason=RefusalReason.ONE_COUPON),
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("it", ["Offerte che non hanno ridotto nulla: Primavera (vale in altri siti); WELCOME (un buono per sessione"]),
        ("en", ["Offers that took nothing off: Primavera (it holds at other sites); WELCOME (one coupon a session"]),
    ],
)
def test_a_receipt_says_why_offers_took_nothing_off(language, words):
    receipt = msgspec.structs.replace(make_receipt(), refusals=REFUSED)
    text = " ".join(read(receipt, language=language)[1].pages[0].extract_text().split())
    assert [word for word in words if word not in text] == []
    invoice = msgspec.structs.replace(make_invoice(), refusals=REFUSED)
    assert "Primavera" not in read(invoice, language=language)[1].pages[0].extract_text()


@pytest.mark.parametrize("language", WORDS)
def test_every_refusal_has_words(language):
    said = [write_refusals([OfferRefusal(offer_id="o", reason=reason)], language) for reason in RefusalReason]
    assert len(set(said)) == len(RefusalReason)
    assert write_refusals((), language) == ""


def test_a_month_of_sessions_fits_on_a_page_by_joined_lines():
    _, pages = read(make_invoice(*(f"s-{index}" for index in range(300))))
    assert len(pages.pages) == 1
    assert "3.703,5 kWh" in pages.pages[0].extract_text()


def test_a_credit_note_says_what_it_takes_back_and_why():
    text = read(make_credit_note())[1].pages[0].extract_text()
    assert [
        word for word in ("Nota di credito", "F2026-000017", "Errore nel contatore", "-13,34 EUR") if word not in text
    ] == []


def test_words_are_there_in_every_language():
    assert set(WORDS["en"]) == set(WORDS["it"]) == set(WORDS["zh"])
    receipt = make_receipt()
    assert [name_line(line, "zh") for line in receipt.lines] == ["电量 (电费), 峰", "占位费", "优惠, Inverno -10 %"]
    assert [write_decimal(Decimal("12345.60"), language) for language in ("en", "it")] == ["12,345.6", "12.345,6"]
    assert [is_chinese(text) for text in ("€ è", "电")] == [False, True]
    assert len(LINES) == len(receipt.lines)


def test_tables_for_tax_software():
    request = msgspec.structs.replace(make_request(), session_ids=("s-1",))
    rows = list_fapiao([(request, [make_receipt()])])
    assert len(rows) == 3
    assert {len(row) for row in rows} == {len(FAPIAO_HEAD)}
    assert rows[0][9:17] == [
        "*供电*电量 (电费), 峰", "1100101020000000000", "kWh", Decimal("12.345"), Decimal("0.74686108"),
        Decimal("9.22"),
        Decimal("0.22"), Decimal("1.66"),
    ]  # fmt: skip
    assert rows[2][11:14] == ["次", 1, Decimal("-1.49")]


def test_csv_holds_no_formula():
    written = write_csv(["a", "b"], [["=1+1", Decimal("-0.5")], ["电", None]])
    assert written.decode("utf-8-sig").splitlines() == ["a,b", "'=1+1,-0.5", "电,"]


def test_xlsx_is_read_by_another_program():
    book = openpyxl.load_workbook(
        io.BytesIO(write_xlsx(["名称", "n"], [["a<b&", 5], [None, Decimal("0.25")]], title="发票[1]"))
    )
    assert book.sheetnames == ["发票 1 "]
    assert list(book.active.iter_rows(values_only=True)) == [("名称", "n"), ("a<b&", 5), (None, 0.25)]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Day · version 1"), ("it", "Day · versione 1"), ("zh", "Day · 第 1 版")]
)
def test_a_receipt_says_by_which_tariff_and_version_it_was_priced(language, words):
    _, pages = read(make_receipt(), language=language)
    assert words in pages.pages[0].extract_text()
