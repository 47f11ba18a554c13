"""A setting that nobody reads is a promise that nobody keeps."""

import ast

from busbar.app.config import Settings
from tests.house.sources import PACKAGE, expect_none, list_modules, parse

ABOUT_SETTINGS = (PACKAGE / "app" / "config.py", PACKAGE / "app" / "doctor")
READ_BY_CONFIG = {  # what config.py itself turns into `database` and `public_address`
    "database_url",
    "public_url",
}


def list_attributes(tree: ast.Module) -> set[str]:
    """Name the attributes that a module reads."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.ctx, ast.Load)}


def find_unread(names: set[str], trees: list[ast.Module]) -> list[str]:
    return sorted(names.difference(*(list_attributes(tree) for tree in trees)))


def test_every_setting_is_read():
    modules = [path for path in list_modules("src") if not any(path.is_relative_to(place) for place in ABOUT_SETTINGS)]
    unread = find_unread(set(Settings.model_fields) - READ_BY_CONFIG, [parse(path) for path in modules])
    expect_none({"src/busbar/app/config.py": [f"nobody reads {name}" for name in unread]})


def test_the_rule_finds_what_nobody_reads():
    trees = [ast.parse("run(port=settings.http_port)"), ast.parse("settings.call_timeout_s = 3")]
    assert find_unread({"http_port", "call_timeout_s"}, trees) == ["call_timeout_s"]
