from html.parser import HTMLParser
from string import Formatter

import pytest

from busbar.canon.mail import LetterKind
from busbar.domain.mail.layout import Brand, write
from busbar.domain.mail.texts import FEET, SUPPORT, TEXTS, choose_language

BRAND = Brand(name="Rete <Blu>", accent="#0b5fa5", support_phone="+39 011 1", support_email="aiuto@blu.example")
VALUES = {
    "operator": "Blu S.p.A.",
    "name": 'Ada "&" Co',
    "until": "3 marzo",
    "title": "Ricavi",
    "period": "febbraio",
    "summary": "",
    "reference": "S-1",
    "sessions": "3",
    "energy": "1 kWh",
    "amount": "2 €",
}
LINK = 'https://x.example/password#token="&<'


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("language", ["en", "it", "zh"])
@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_letter_says_in_html_what_it_says_in_plain_text(kind, language):
    has_link = bool(TEXTS[language][kind].button)
    written = write(kind, language=language, brand=BRAND, values=VALUES, link=LINK if has_link else "")
    assert "{" not in written.subject + written.text
    reader = read(written.html)
    for line in written.text.splitlines():
        if line not in {"", "-- "}:
            assert line.rstrip(":") in reader.text, line
    links = [attributes["href"] for tag, attributes in reader.seen if tag == "a"]
    assert links == ([LINK] if has_link else [])
    assert (LINK in written.text) is has_link
    assert not [tag for tag, _ in reader.seen if tag in {"script", "img", "link", "iframe", "form"}]
    assert "url(" not in written.html
    assert ("html", {"lang": language}) in reader.seen


def test_languages_say_the_same_things():
    def list_names(words):
        texts = (words.subject, *words.paragraphs)
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    for kind in LetterKind:
        names = {language: list_names(TEXTS[language][kind]) for language in TEXTS}
        assert names["en"] == names["it"] == names["zh"], kind
        assert len({len(TEXTS[language][kind].paragraphs) for language in TEXTS}) == 1
    assert set(FEET) == set(SUPPORT) == set(TEXTS)


def test_a_name_breaks_neither_subject_nor_text():
    brand = Brand(name="Evil\r\nBcc: all@x.example")
    written = write(LetterKind.TRIAL, language="en", brand=brand)
    assert written.subject == "Evil Bcc: all@x.example: mail works"
    assert written.sender_name == "Evil Bcc: all@x.example"


def test_a_language_that_is_none_of_ours_is_english():
    assert [choose_language(each) for each in ("zh-Hans", "IT", "fr", "")] == ["zh", "it", "en", "en"]
    assert write(LetterKind.TRIAL, language="fr-CA", brand=BRAND).language == "en"


def test_support_is_told_where_there_is_one():
    with_support = write(LetterKind.TRIAL, language="it", brand=BRAND)
    assert "Domande? +39 011 1 · aiuto@blu.example" in with_support.text
    assert with_support.reply_to == "aiuto@blu.example"
    without = write(LetterKind.TRIAL, language="it", brand=Brand(name="Blu"))
    assert "Domande" not in without.text
    assert "#a4522a" in without.html
