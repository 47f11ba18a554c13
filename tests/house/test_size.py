"""Files up to 500 lines, functions up to 70: a reader holds one of them in mind."""

import ast

from tests.house.sources import ROOT, expect_none, is_generated, list_files, list_modules, name_of, parse

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
SOURCE_SUFFIXES = {".css", ".html", ".mjs", ".py", ".ts", ".tsx", ".sh"}


def find_long_functions(tree: ast.Module) -> list[str]:
    return [
        f"{node.name} has {length} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def count_excess(text: str) -> int:
    return max(0, len(text.splitlines()) - FILE_LINES_MAX)


def test_no_file_is_too_long():
    sources = [path for path in list_files() if path.suffix in SOURCE_SUFFIXES and not is_generated(path)]
    excess = {path: count_excess(path.read_text(encoding="utf-8")) for path in sources}
    expect_none({name_of(path): [f"{lines} lines too many"] for path, lines in excess.items() if lines})


def test_no_function_is_too_long():
    modules = [path for path in list_modules("src", "tools", "tests", "bench", "chaos") if not is_generated(path)]
    found = {name_of(path): find_long_functions(parse(path)) for path in modules}
    expect_none(found)


def test_the_rule_finds_what_is_too_long():
    body = "\n".join(["    pass"] * FUNCTION_LINES_MAX)
    assert find_long_functions(ast.parse(f"def walk():\n{body}")) == [f"walk has {FUNCTION_LINES_MAX + 1} lines"]
    assert find_long_functions(ast.parse("async def walk():\n    pass")) == []
    assert count_excess("x\n" * (FILE_LINES_MAX + 3)) == 3


def test_only_files_that_say_so_count_as_generated():
    assert is_generated(ROOT / "src/busbar/wire/ocpp201/messages.py")
    assert not is_generated(ROOT / "src/busbar/__init__.py")
