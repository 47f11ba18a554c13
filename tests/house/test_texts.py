"""The repository names no registry, no machine and no other host at run time, and holds no lock that does."""

import json
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, expect_none, list_files, list_texts, name_of

HERE = Path(__file__)
FORBIDDEN_FILES = {"uv.lock", "pylock.toml", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "Pipfile.lock", ".env"}
REGISTRY = re.compile(
    r"(?:files\.pythonhosted\.org|\bpypi\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|npmmirror|mirrors?\.[a-z0-9-]+\."
    r"|index-url|find-links|https?://[^/\s]*(?:artifactory|nexus|devpi|verdaccio))",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.~$/}])/(?:work/|root/|home/[a-z]\w*/|Users/\w+/|tmp/brief|opt/pypi|opt/wheels)")
ADDRESS = re.compile(r"""https?://(?P<host>\[[0-9a-f:]+\]|[^\s/"'`:<>)}\]$,;\\]+)""", re.IGNORECASE)
OUR_HOSTS = re.compile(
    r"^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|[\w.-]+\.(?:example|test|invalid|localhost|local)|(?:[\w-]+\.)*example\.(?:com|org|net)"
    r"|www\.w3\.org|schemas\.openxmlformats\.org|\{.*|\$.*|HOST|host|server|busbar)$"
)
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*|<!--.*?-->", re.DOTALL)


def find_foreign_hosts(source: str) -> list[str]:
    """Name the hosts of addresses outside comments that are no machine of ours, no example and no mere namespace."""
    hosts = [match["host"] for match in ADDRESS.finditer(COMMENT.sub("", source))]
    return [host for host in hosts if not OUR_HOSTS.match(host)]


def find_resolved(lock: str) -> list[str]:
    """Name the packages whose npm lock entry says where they were fetched from."""
    return [
        name
        for name, entry in json.loads(lock).get("packages", {}).items()
        if "resolved" in entry and not entry.get("link")
    ]


def list_scanned() -> list[Path]:
    return [path for path in list_texts() if path != HERE]


def test_no_file_that_names_registries_is_kept():
    assert [name_of(path) for path in list_files() if path.name in FORBIDDEN_FILES] == []


def test_no_registry_is_named():
    found = {name_of(path): REGISTRY.findall(path.read_text(encoding="utf-8")) for path in list_scanned()}
    expect_none(found)


def test_npm_locks_do_not_say_where_packages_came_from():
    locks = [path for path in list_files() if path.name == "package-lock.json"]
    assert locks
    expect_none({name_of(path): find_resolved(path.read_text(encoding="utf-8")) for path in locks})


def test_no_path_of_a_machine_is_named():
    found = {name_of(path): MACHINE_PATH.findall(path.read_text(encoding="utf-8")) for path in list_scanned()}
    expect_none(found)


def test_nothing_is_loaded_from_another_host():
    web = [
        path
        for path in list_texts()
        if path.is_relative_to(ROOT / "web") and path.suffix in {".css", ".html", ".ts", ".tsx"}
    ]
    web = [path for path in web if ".test." not in path.name]
    found = {name_of(path): find_foreign_hosts(path.read_text(encoding="utf-8")) for path in web}
    expect_none(found)


@pytest.mark.parametrize(
    ("source", "hosts"),
    [
        ('<script src="https://cdn.jsdelivr.net/npm/x.js"></script>', ["cdn.jsdelivr.net"]),
        ("@import url(https://fonts.googleapis.com/css?family=Inter);", ["fonts.googleapis.com"]),
        ("fetch(`http://127.0.0.1:${port}/api`)", []),
        ('<svg xmlns="http://www.w3.org/2000/svg">', []),
        ("// as https://echarts.apache.org describes\nconst x = 1;", []),
        ("placeholder: 'https://charging.example.org'", []),
    ],
)
def test_the_rule_finds_foreign_hosts(source, hosts):
    assert find_foreign_hosts(source) == hosts


@pytest.mark.parametrize(
    ("place", "text"), [("work", "/{}/main/x"), ("root", "cd /{}/x"), ("home", "open('/{}/ada/x')")]
)
def test_the_rule_finds_machine_paths(place, text):
    assert MACHINE_PATH.search(text.format(place))


@pytest.mark.parametrize(
    "text", ["src/busbar/work/x", "./work/x", "https://x/work/", "/var/lib/busbar", "~/.local/share"]
)
def test_the_rule_leaves_other_paths_alone(text):
    assert not MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["https://pypi.org/simple", "--index-url x", "https://registry.npmjs.org/a", "mirrors.some.edu.cn"]
)
def test_the_rule_finds_registries(text):
    assert REGISTRY.search(text)


def test_the_rule_finds_resolved_entries():
    packages = {
        "": {"name": "busbar"},
        "node_modules/a": {"resolved": "somewhere"},
        "kit": {"resolved": "kit", "link": True},
    }
    assert find_resolved(json.dumps({"packages": packages})) == ["node_modules/a"]
