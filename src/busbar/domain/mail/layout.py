"""Letters as they are read: plain text, and HTML that loads nothing from anywhere."""

from collections.abc import Mapping
from html import escape

import msgspec

from busbar.canon.mail import LetterKind
from busbar.domain.mail.texts import FEET, SUPPORT, TEXTS, choose_language
from busbar.ports.mailer import NAME_MAX_CHARS, SUBJECT_MAX_CHARS

COPPER = "#a4522a"
_INK, _SOFT, _GROUND, _LINE = "#1d1c1a", "#5d5a55", "#f5f4f1", "#dedbd5"
_FONTS = "-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif"


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes: the operator as its customers know it."""

    name: str
    accent: str | None = None
    """`#rrggbb`, readable on white and under white."""
    support_phone: str = ""
    support_email: str = ""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is written."""

    subject: str
    text: str
    html: str
    language: str
    sender_name: str
    reply_to: str


def write(
    kind: LetterKind, *, language: str, brand: Brand, values: Mapping[str, str] | None = None, link: str = ""
) -> Written:
    """Write a letter in a language, with its values and its link; empty paragraphs are left out."""
    spoken = choose_language(language)
    words = TEXTS[spoken][kind]
    filled = {"brand": brand.name, **(values or {})}
    subject = _flatten(words.subject.format_map(filled))[:SUBJECT_MAX_CHARS]
    paragraphs = [text for each in words.paragraphs if (text := _flatten(each.format_map(filled)))]
    feet = [FEET[spoken]]
    contact = " · ".join(part for part in (brand.support_phone, brand.support_email) if part)
    if contact:
        feet.insert(0, SUPPORT[spoken].format(contact=contact))
    first, *others = paragraphs
    before, after = (others[:1], others[1:]) if link else (others, [])
    return Written(
        subject=subject,
        text=_write_text([first, *before], after, feet, button=words.button, link=link, name=brand.name),
        html=_write_html([first, *before], after, feet, button=words.button, link=link, brand=brand, language=spoken),
        language=spoken,
        sender_name=_flatten(brand.name)[:NAME_MAX_CHARS],
        reply_to=brand.support_email,
    )


def _flatten(text: str) -> str:
    """Return a text without what would break its line: names are people's own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _write_text(before: list[str], after: list[str], feet: list[str], *, button: str, link: str, name: str) -> str:
    parts = [*before, *([f"{button}:\n{link}"] if link else []), *after, f"{name}\n\n-- \n" + "\n".join(feet)]
    return "\n\n".join(parts) + "\n"


def _write_html(
    before: list[str], after: list[str], feet: list[str], *, button: str, link: str, brand: Brand, language: str
) -> str:
    accent = brand.accent or COPPER
    paragraph = f'<p style="margin:0 0 16px;font-size:16px;line-height:1.5;color:{_INK}">'

    def say(texts: list[str]) -> str:
        return "".join(f"{paragraph}{escape(text)}</p>" for text in texts)

    pressed = ""
    if link:
        address = escape(link, quote=True)
        pressed = (
            f'<p style="margin:8px 0 24px"><a href="{address}" style="display:inline-block;padding:12px 24px;'
            f"background:{accent};color:#ffffff;border-radius:6px;font-size:16px;font-weight:600;"
            f'text-decoration:none">{escape(button)}</a></p>'
            f'<p style="margin:0 0 24px;font-size:13px;line-height:1.5;color:{_SOFT};word-break:break-all">'
            f"{address}</p>"
        )
    small = "".join(f'<p style="margin:0 0 4px">{escape(text)}</p>' for text in feet)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body style="margin:0;padding:0;background:{_GROUND};font-family:{_FONTS}">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" '
        'style="padding:24px 12px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:560px;background:#ffffff;border:1px solid {_LINE};border-top:4px solid {accent}">'
        f'<tr><td style="padding:28px 32px 8px;font-size:18px;font-weight:600;color:{accent}">{escape(brand.name)}'
        f'</td></tr><tr><td style="padding:16px 32px 12px">{say(before)}{pressed}{say(after)}</td></tr>'
        f'<tr><td style="padding:16px 32px 24px;border-top:1px solid {_LINE};font-size:12px;line-height:1.5;'
        f'color:{_SOFT}">{small}</td></tr></table></td></tr></table></body></html>\n'
    )
