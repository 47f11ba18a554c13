"""What all paper is put together of: texts in three scripts, tables, the operator's logo, the foot of a page."""

import base64
import io
from typing import Any
from xml.sax.saxutils import escape

import msgspec

LATIN, LATIN_BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
LOGO_HEIGHT_MM = 14
LOGO_WIDTH_MM = 50
FOOT_MAX_CHARS = 160


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """How the operator's documents look."""

    color: str = "#1f5f8b"
    logo_png: str = ""
    footer: str = ""


def register_fonts() -> None:
    """Make the Chinese font known."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - heavy, and only who wants paper needs it
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415 - heavy: see `register_fonts`

    fonts: Any = pdfmetrics
    if CHINESE not in fonts.getRegisteredFontNames():
        fonts.registerFont(UnicodeCIDFont(CHINESE))


def is_chinese(text: str) -> bool:
    """Tell whether a text has signs that the Latin fonts lack."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return True
    return False


def write_text(text: str, *, size: float = 9, is_bold: bool = False, color: str = "#1d2129", align: Any = 0) -> Any:
    """Set a text; its line breaks stay."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 - heavy: see `register_fonts`
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 - heavy: see `register_fonts`
    from reportlab.platypus import Paragraph  # noqa: PLC0415 - heavy: see `register_fonts`

    style = ParagraphStyle(
        "x", fontName=LATIN_BOLD if is_bold else LATIN, fontSize=size, leading=size * 1.4,
        textColor=HexColor(color), alignment=align, wordWrap="CJK" if is_chinese(text) else None,
    )  # fmt: skip
    marked = "<br/>".join(_mark(line) for line in text.split("\n"))
    return Paragraph(marked, style)


def _mark(text: str) -> str:
    return f'<font name="{CHINESE}">{escape(text)}</font>' if is_chinese(text) else escape(text)


def draw_logo(paper: Paper) -> Any:
    """Return the operator's logo, or None."""
    from reportlab.lib.units import mm  # noqa: PLC0415 - heavy: see `register_fonts`
    from reportlab.platypus import Image  # noqa: PLC0415 - heavy: see `register_fonts`

    if not paper.logo_png:
        return None
    picture = Image(io.BytesIO(base64.b64decode(paper.logo_png)))
    scale = min(LOGO_HEIGHT_MM * mm / picture.imageHeight, LOGO_WIDTH_MM * mm / picture.imageWidth)
    picture.drawHeight, picture.drawWidth = picture.imageHeight * scale, picture.imageWidth * scale
    picture.hAlign = "LEFT"
    return picture


def draw_foot(canvas: Any, template: Any, *, left: str, right: str) -> None:
    """Write the foot of a page."""
    from reportlab.lib.units import mm  # noqa: PLC0415 - heavy: see `register_fonts`

    canvas.saveState()
    canvas.setFillGray(0.45)
    width = template.pagesize[0]
    for text, x, draw in (
        (left[:FOOT_MAX_CHARS], 20 * mm, canvas.drawString),
        (right, width - 20 * mm, canvas.drawRightString),
    ):
        canvas.setFont(CHINESE if is_chinese(text) else LATIN, 7.5)
        draw(x, 12 * mm, text)
    canvas.restoreState()


def lay_table(
    rows: list[list[Any]],
    *,
    widths: tuple[float, ...],
    padding: float = 0,
    rules: list[Any] | None = None,
    repeat: int = 0,
) -> Any:
    """Lay cells out in columns, their widths in millimetres; colours in rules are texts."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 - heavy: see `register_fonts`
    from reportlab.lib.units import mm  # noqa: PLC0415 - heavy: see `register_fonts`
    from reportlab.platypus import Table  # noqa: PLC0415 - heavy: see `register_fonts`

    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding + 1.5),
    ]
    style += [(*rule[:-1], HexColor(rule[-1])) for rule in rules or []]
    return Table(rows, colWidths=[width * mm for width in widths], style=style, repeatRows=repeat)
