import errno
import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from types import SimpleNamespace

import pytest

from busbar.adapters.system.synchrony import Synchrony
from busbar.app.config import Settings
from busbar.app.doctor import clock, exit_code_of, machine, ports, storage, write_json, write_text
from busbar.app.doctor.finding import Finding

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOOPBACK = ip_address("127.0.0.1")
OK = Finding("ok", "a", "fine")
WARN = Finding("warn", "bb", "so so", "mend it")
BAD = Finding("bad", "c", "broken", "replace it")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("findings", "code"), [([], 0), ([OK], 0), ([OK, WARN], 1), ([BAD, WARN, OK], 2)])
def test_the_worst_finding_decides_the_exit_code(findings, code):
    assert exit_code_of(findings) == code


def test_findings_are_written_for_people_and_for_programs():
    assert write_text([OK, WARN]) == "ok    a   fine\nwarn  bb  so so\n          -> mend it"
    shown = json.loads(write_json([OK, WARN]))
    assert shown["worst"] == "warn"
    assert shown["findings"][0] == {"level": "ok", "check": "a", "what": "fine", "remedy": ""}


@pytest.mark.parametrize(
    ("requirements", "level"),
    [
        (["pytest>=1"], "ok"),
        (["pytest>=1,<2"], "bad"),
        (["pytest>=1000"], "bad"),
        (["no-such-package>=1"], "bad"),
        (['no-such-package>=1; extra == "scale"'], "ok"),
        (["sqlalchemy[asyncio]>=2.1,<2.2"], "ok"),
    ],
)
def test_packages_are_compared_with_their_bounds(requirements, level):
    assert machine.check_packages(requirements).level == level


def test_a_data_directory_that_is_missing_is_no_fault(tmp_path):
    findings = machine.check_data_dir(Settings(data_dir=tmp_path / "a" / "b"))
    assert findings[0] == Finding("ok", "data directory", f"{tmp_path}/a/b is created at the first start")
    assert not (tmp_path / "a").exists()


def test_a_data_directory_that_is_a_file_is_a_fault(tmp_path):
    (tmp_path / "data").touch()
    assert machine.check_data_dir(Settings(data_dir=tmp_path / "data"))[0].level == "bad"
    assert machine.check_data_dir(Settings(data_dir=tmp_path / "data" / "busbar"))[0].level == "bad"


def test_a_data_directory_is_left_as_it_was(tmp_path):
    assert machine.check_data_dir(Settings(data_dir=tmp_path))[0].level == "ok"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free_mib", "level"), [(50, "bad"), (1000, "warn"), (50_000, "ok")])
def test_little_room_is_told(free_mib, level, tmp_path, monkeypatch):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: SimpleNamespace(free=free_mib * 1024**2))
    assert machine.check_free_space(tmp_path).level == level


@pytest.mark.parametrize(("limit", "level"), [(1024, "warn"), (100_000, "ok"), (machine.resource.RLIM_INFINITY, "ok")])
def test_open_files_are_compared_with_the_stations_allowed(limit, level, tmp_path):
    assert machine.check_open_files(Settings(data_dir=tmp_path), limit=limit).level == level


def test_web_apps_that_are_not_built_are_named(tmp_path):
    (tmp_path / "console").mkdir()
    (tmp_path / "console" / "index.html").touch()
    finding = machine.check_web_apps(tmp_path)
    assert (finding.level, finding.what) == ("bad", "not built: driver")


@pytest.mark.parametrize(
    ("synchrony", "level"),
    [(None, "warn"), (Synchrony(False, 16_000), "warn"), (Synchrony(True, 40), "ok"), (Synchrony(True, 5000), "warn")],
)
def test_the_clock_is_judged_by_who_keeps_it(synchrony, level):
    assert clock.judge_synchrony(synchrony).level == level


@pytest.mark.parametrize(("ahead", "level"), [(-HOUR, "ok"), (timedelta(seconds=3), "ok"), (HOUR, "bad")])
def test_a_file_from_the_future_shows_a_clock_set_back(ahead, level, tmp_path):
    witness = tmp_path / "busbar.sqlite3"
    witness.touch()
    written_at = datetime.fromtimestamp(witness.stat().st_mtime, UTC)
    finding = clock.check_witnesses([witness, tmp_path / "gone"], now=written_at - ahead)
    assert finding.level == level


@pytest.mark.parametrize(("current", "level"), [(None, "warn"), ("0002", "bad"), ("0003", "ok"), ("0004", "bad")])
def test_the_schema_is_compared_with_what_the_program_knows(current, level):
    assert storage.judge_revision(current, head="0003").level == level


def test_a_port_left_to_the_system_is_always_free():
    assert ports.check_port("http_port", LOOPBACK, 0).level == "ok"


@pytest.mark.parametrize(
    ("error", "port", "word"),
    [
        (errno.EACCES, 80, "administrator"),
        (errno.EADDRNOTAVAIL, 8080, "no address of this machine"),
        (errno.EAFNOSUPPORT, 8080, "EAFNOSUPPORT"),
    ],
)
def test_a_port_that_cannot_be_opened_says_why(error, port, word, monkeypatch):
    monkeypatch.setattr(ports, "try_listen", lambda *_: error)
    finding = ports.check_port("http_port", LOOPBACK, port)
    assert finding.level == "bad"
    assert word in finding.what
    assert finding.remedy


@pytest.fixture
def proc(tmp_path):
    """A small /proc in which process 4711 listens on port 8080."""
    header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
    rows = [
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9001 1",
        "   1: 0100007F:1FF4 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 9002 1",
    ]
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text("\n".join([header, *rows]) + "\n")
    descriptors = tmp_path / "4711" / "fd"
    descriptors.mkdir(parents=True)
    (descriptors / "7").symlink_to("socket:[9001]")
    (tmp_path / "4711" / "cmdline").write_bytes(b"/usr/bin/nginx\0-g\0daemon off;\0")
    (tmp_path / "self").mkdir()
    return tmp_path


def test_the_holder_of_a_port_is_named(proc, monkeypatch):
    monkeypatch.setattr(ports, "try_listen", lambda *_: errno.EADDRINUSE)
    finding = ports.check_port("http_port", LOOPBACK, 8080, proc=proc)
    assert finding.level == "bad"
    assert "process 4711: /usr/bin/nginx -g daemon off;" in finding.what
    assert "BUSBAR_HTTP_PORT" in finding.remedy


def test_a_running_busbar_is_no_fault(proc, monkeypatch):
    monkeypatch.setattr(ports, "try_listen", lambda *_: errno.EADDRINUSE)
    (proc / "4711" / "cmdline").write_bytes(b"/srv/.venv/bin/python\0/srv/.venv/bin/busbar\0up\0")
    assert ports.check_port("http_port", LOOPBACK, 8080, proc=proc).level == "ok"


def test_a_holder_that_cannot_be_seen_is_not_guessed(proc, monkeypatch):
    monkeypatch.setattr(ports, "try_listen", lambda *_: errno.EADDRINUSE)
    assert ports.find_holder(8180, proc=proc) is None
    assert "may not be looked at" in ports.check_port("ocpp_port", LOOPBACK, 8180, proc=proc).what
