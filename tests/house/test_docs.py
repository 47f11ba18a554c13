"""Decisions are one page each, links lead somewhere, and the settings page lists every setting."""

import re
from pathlib import Path

import pytest

import reference
from tests.house.sources import ROOT, expect_none, list_files, name_of

DECISIONS = ROOT / "docs" / "decisions"
PAGE_LINES_MAX = 60
SECTIONS = ("## Situation", "## Decision", "## Consequences")
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)


def slug_of(heading: str) -> str:
    """Give the anchor that a heading gets on a forge: lower case, words joined by hyphens."""
    words = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return words.strip().replace(" ", "-")


def find_dead_links(page: Path) -> list[str]:
    """Name the relative links of a page that lead to no file, or to no heading of one."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    dead: list[str] = []
    for match in LINK.finditer(text):
        target, _, anchor = match["target"].partition("#")
        if ":" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists():
            dead.append(match["target"])
        elif anchor and file.suffix == ".md":
            headings = HEADING.findall(file.read_text(encoding="utf-8"))
            if anchor not in {slug_of(heading) for heading in headings}:
                dead.append(match["target"])
    return dead


def find_decision_faults(page: Path) -> list[str]:
    """Name what a decision lacks: a number in its name, its sections, one page's length."""
    text = page.read_text(encoding="utf-8")
    faults = [f"no section {section}" for section in SECTIONS if section not in text]
    if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name):
        faults.append("the name is not NNNN-words-with-hyphens.md")
    if len(text.splitlines()) > PAGE_LINES_MAX:
        faults.append(f"longer than {PAGE_LINES_MAX} lines")
    return faults


def test_links_lead_somewhere():
    pages = [path for path in list_files() if path.suffix == ".md"]
    found = {name_of(page): find_dead_links(page) for page in pages}
    expect_none(found)


def test_decisions_are_one_page_each():
    found = {
        page.name: find_decision_faults(page) for page in sorted(DECISIONS.glob("*.md")) if page.name != "README.md"
    }
    expect_none(found)


def test_decisions_are_numbered_once():
    numbers = [page.name[:4] for page in DECISIONS.glob("*.md") if page.name != "README.md"]
    assert len(numbers) == len(set(numbers))


def test_the_settings_page_is_up_to_date():
    assert reference.SETTINGS_PAGE.read_text(encoding="utf-8") == reference.write_settings(), "run make reference"


def test_the_rule_finds_dead_links(tmp_path):
    page = tmp_path / "page.md"
    (tmp_path / "other.md").write_text("# One `word`, two\n")
    page.write_text(
        "[a](other.md) [b](gone.md) [c](https://example.org/x) [d](#here) [e](other.md#one-word-two) [f](other.md#no)\n"
        "# Here\n```\n[g](gone-too.md)\n```\n"
    )
    assert find_dead_links(page) == ["gone.md", "other.md#no"]


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("0001-one-core.md", "\n".join(SECTIONS), 0),
        ("one-core.md", "\n".join(SECTIONS), 1),
        ("0001-one-core.md", "## Decision", 2),
        ("0001-one-core.md", "\n".join(SECTIONS) + "\n" * PAGE_LINES_MAX, 1),
    ],
)
def test_the_rule_finds_poor_decisions(name, text, count, tmp_path):
    (tmp_path / name).write_text(text)
    assert len(find_decision_faults(tmp_path / name)) == count
