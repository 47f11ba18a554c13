"""Only a door's supervisor catches everything; every silenced check says why; nothing is left for later."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import expect_none, is_generated, list_modules, list_texts, name_of

SUPERVISOR = re.compile(r"#.*\bsupervisor\b")
SILENCERS = (
    re.compile(r"#\s*noqa\b:?\s*(?P<codes>[A-Z]+\d+(?:[, ]+[A-Z]+\d+)*)?(?P<reason>.*)"),
    re.compile(r"#\s*(?:type|pyright):\s*ignore(?P<codes>\[[^\]]*\])?(?P<reason>.*)"),
)
WORD = re.compile(r"[A-Za-z]{2,}")
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b")
SKIPS = re.compile(
    r"\b(?:pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)|(?:it|test|describe)\.(?:skip|todo|only))\b"
)
EVERYTHING = {"Exception", "BaseException"}


def find_broad_handlers(source: str) -> list[str]:
    """Name the handlers that catch everything and are not marked, on the same line, as a door's supervisor."""
    lines = source.splitlines()
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            kinds = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            is_broad = any(kind is None or (isinstance(kind, ast.Name) and kind.id in EVERYTHING) for kind in kinds)
            if is_broad and not SUPERVISOR.search(lines[node.lineno - 1]) and not raises_again(node):
                found.append(f"line {node.lineno}: {lines[node.lineno - 1].strip()}")
    return found


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler ends by raising what it caught: it cleans up and hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def list_comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def find_silent_silencers(source: str) -> list[str]:
    """Name the comments that silence a check without saying which one, or why; once per file and check is enough."""
    silent: list[tuple[str, str]] = []
    explained: set[str] = set()
    for line, comment in list_comments(source):
        for match in (match for pattern in SILENCERS if (match := pattern.search(comment))):
            if match["codes"] and WORD.search(match["reason"]):
                explained.add(match["codes"])
            else:
                silent.append((match["codes"] or "", f"line {line}: {comment}"))
    return [text for codes, text in silent if codes not in explained]


def list_written() -> list[Path]:
    """List the texts that people write: hashes in a lock spell any three letters sooner or later."""
    return [path for path in list_texts() if path.suffix != ".lock" and path.name != "package-lock.json"]


def test_only_supervisors_catch_everything():
    found = {name_of(path): find_broad_handlers(path.read_text(encoding="utf-8")) for path in list_modules("src")}
    expect_none(found)


def test_every_silenced_check_says_why():
    modules = [path for path in list_modules("src", "tools", "tests", "bench", "chaos") if not is_generated(path)]
    found = {name_of(path): find_silent_silencers(path.read_text(encoding="utf-8")) for path in modules}
    expect_none(found)


def test_nothing_is_left_for_later():
    found = {name_of(path): UNFINISHED.findall(path.read_text(encoding="utf-8")) for path in list_written()}
    expect_none(
        {name: marks for name, marks in found.items() if not name.endswith(".lock") and "lock.json" not in name}
    )


def test_no_test_is_skipped():
    tests = [path for path in list_texts() if path.suffix in {".py", ".mjs", ".ts", ".tsx"} and "test" in path.name]
    found = {name_of(path): SKIPS.findall(path.read_text(encoding="utf-8")) for path in tests}
    expect_none(found)


@pytest.mark.parametrize(
    ("handler", "count"),
    [
        ("except Exception:", 1),
        ("except BaseException as error:", 1),
        ("except (OSError, Exception):", 1),
        ("except:", 1),
        ("except OSError:", 0),
        ("except Exception:  # supervisor: one station's fault is not another's", 0),
    ],
)
def test_the_rule_finds_broad_handlers(handler, count):
    assert len(find_broad_handlers(f"try:\n    pass\n{handler}\n    pass\n")) == count


def test_a_handler_that_raises_again_is_no_supervisor():
    assert find_broad_handlers("try:\n    pass\nexcept BaseException:\n    undo()\n    raise\n") == []


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# noqa", 1),
        ("# noqa: S603", 1),
        ("# noqa: S603, S607", 1),
        ("# noqa: S603 - the command is our own", 0),
        ("# type: ignore[arg-type]", 1),
        ("# pyright: ignore[reportAny] - the library is untyped", 0),
        ("# pyright: ignore", 1),
    ],
)
def test_the_rule_finds_silencers_without_reason(comment, count):
    assert len(find_silent_silencers(f"x = 1  {comment}\n")) == count


def test_a_reason_holds_for_the_same_check_further_down():
    assert find_silent_silencers("a()  # noqa: S603 - our own command\nb()  # noqa: S603\nc()  # noqa: S607\n") == [
        "line 3: # noqa: S607"
    ]


def test_the_rules_find_marks_of_unfinished_work():
    assert UNFINISHED.findall("# TO" + "DO: later")
    assert SKIPS.findall("@pytest.mark." + "skip(reason='slow')")
    assert SKIPS.findall("it." + "only('works')")
