"""A table on paper: a title, facts beside each other, columns, and sums; upright, or lying where it is wide."""

import io
from collections.abc import Sequence
from typing import Any

import msgspec

from busbar.views.paper.printing import Paper, draw_foot, draw_logo, lay_table, register_fonts, write_text

UPRIGHT_MM, LYING_MM = 170, 257
COLUMNS_UPRIGHT_MAX = 6


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its name, how wide it is beside the others, and whether it holds numbers."""

    name: str
    weight: float = 1
    is_number: bool = True


class TablePaper(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on it; every cell is a text by now."""

    title: str
    author: str
    subtitle: str = ""
    facts: Sequence[tuple[str, str]] = ()
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    sums: Sequence[tuple[str, str]] = ()
    """The last one is the one that counts."""
    foot: str = ""
    """At the right, before the number of the page."""


def write_table(content: TablePaper, *, paper: Paper) -> bytes:
    """Write it as PDF."""
    from reportlab.lib.pagesizes import A4, landscape  # noqa: PLC0415 - heavy, and only who wants paper needs it
    from reportlab.lib.units import mm  # noqa: PLC0415 - heavy: see `register_fonts`
    from reportlab.platypus import SimpleDocTemplate, Spacer  # noqa: PLC0415 - heavy: see `register_fonts`

    register_fonts()
    is_lying = len(content.columns) > COLUMNS_UPRIGHT_MAX
    width = LYING_MM if is_lying else UPRIGHT_MM
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer, pagesize=landscape(A4) if is_lying else A4, leftMargin=20 * mm, rightMargin=20 * mm,
        topMargin=18 * mm, bottomMargin=22 * mm, title=content.title, author=content.author, invariant=1,
    )  # fmt: skip

    def draw(canvas: Any, page: Any) -> None:
        draw_foot(canvas, page, left=paper.footer, right=f"{content.foot} {page.page}".strip())

    story: list[Any] = [
        _head(content, paper, width),
        Spacer(1, 6 * mm),
        write_text(content.title, size=18, is_bold=True),
    ]
    if content.subtitle:
        story += [Spacer(1, 2 * mm), write_text(content.subtitle, size=10, color="#4e5969")]
    if content.facts:
        story += [Spacer(1, 5 * mm), _facts(content, width)]
    story += [Spacer(1, 6 * mm), _body(content, paper, width)]
    if content.sums:
        story += [Spacer(1, 3 * mm), _sums(content, paper, width)]
    template.build(story, onFirstPage=draw, onLaterPages=draw)
    return buffer.getvalue()


def _head(content: TablePaper, paper: Paper, width: float) -> Any:
    logo = draw_logo(paper)
    left = [] if logo is None else [logo]
    left.append(write_text(content.author, size=12, is_bold=True, color=paper.color))
    return lay_table([[left]], widths=(width,), rules=[("LINEBELOW", (0, 0), (-1, 0), 1.2, paper.color)])


def _facts(content: TablePaper, width: float) -> Any:
    half = (len(content.facts) + 1) // 2
    rows: list[list[Any]] = []
    for index in range(half):
        row: list[Any] = []
        beside = content.facts[index + half] if index + half < len(content.facts) else ("", "")
        for name, value in (content.facts[index], beside):
            row += [write_text(name, size=8, color="#86909c"), write_text(value, size=8.5)]
        rows.append(row)
    return lay_table(rows, widths=(width * 0.15, width * 0.35, width * 0.15, width * 0.35), padding=1.5)


def _body(content: TablePaper, paper: Paper, width: float) -> Any:
    aligns = [2 if column.is_number else 0 for column in content.columns]
    head = [
        write_text(column.name, size=8, is_bold=True, color="#ffffff", align=align)
        for column, align in zip(content.columns, aligns, strict=True)
    ]
    rows = [
        [write_text(cell, size=8.5, align=align) for cell, align in zip(row, aligns, strict=True)]
        for row in content.rows
    ]
    weights = sum(column.weight for column in content.columns)
    widths = tuple(width * column.weight / weights for column in content.columns)
    rules = [
        ("BACKGROUND", (0, 0), (-1, 0), paper.color),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, "#e5e6eb"),
    ]
    return lay_table([head, *rows], widths=widths, padding=3.2, rules=rules, repeat=1)


def _sums(content: TablePaper, paper: Paper, width: float) -> Any:
    rows: list[list[Any]] = []
    for index, (name, value) in enumerate(content.sums):
        is_last = index == len(content.sums) - 1
        size = 11 if is_last else 9
        rows.append([
            "",
            write_text(name, size=size, is_bold=is_last, align=2),
            write_text(value, size=size, is_bold=is_last, align=2),
        ])  # fmt: skip
    rules = [("LINEABOVE", (1, -1), (-1, -1), 1, paper.color)]
    return lay_table(rows, widths=(width * 0.45, width * 0.33, width * 0.22), padding=2, rules=rules)
