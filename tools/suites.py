"""Run every test suite and sum up: `suites.py [SUITE…]`. The last line printed is `N passed, N failed`.

A suite is a directory under tests/ or the web workspaces' own tests. A directory nobody listed here, a suite without
tests and a skipped test all count as failures: nothing is left out in silence. Services that a suite needs are found
or started before it (tools/services.py); a service that cannot be had fails the suite.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET  # the files read here are written by our own test runs

from prepare import WEB, find_chromium
from services import SERVICES, run_service
from steps import CACHE, ROOT, VENV_BIN, StepFailedError, build_environ, describe_elapsed

TESTS = ROOT / "tests"
RESULTS = CACHE / "results"
SUMMARY = RESULTS / "summary.txt"
FAILURES_TOLD_MAX = 20
LINES_TOLD_MAX = 8
LINE_TOLD_MAX_CHARS = 240
NO_SUITES = {"__pycache__", "fakes", "data"}  # what tests share, not tests
WORKERS = "2"
PLAIN = ("-p", "no:schemathesis")
"""For suites that draw no calls from the API's document: to load what draws them takes each process 0.3 s."""
WAITING_WORKERS = "3"
"""For suites that wait for processes, stations and pages more than they work: two of them leave processors idle."""
EVERY_SERVICE = ("postgresql", "redis", "rabbitmq")


@dataclass(frozen=True)
class Suite:
    """One run of a test runner: its name, the directories it covers, its command, and the services it needs."""

    name: str
    covers: tuple[str, ...]
    timeout_s: int
    options: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def is_present(self) -> bool:
        """Tell whether any of its directories exists."""
        return any((TESTS / name).is_dir() for name in self.covers)


@dataclass
class Outcome:
    """What a suite's reports say; `complaint` names a failure that is no test's (a crash, a time-out, no tests)."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    elapsed_s: float = 0.0
    complaint: str = ""
    skips: list[str] = field(default_factory=list[str])
    failures: list[str] = field(default_factory=list[str])
    """Of each failed test its name, and under it the first lines of what it said."""


PYTEST_SUITES = (
    Suite("house", ("house",), 600, (*PLAIN, "-n", WORKERS)),
    Suite("unit", ("unit",), 600, (*PLAIN, "-n", WORKERS)),
    Suite("contracts", ("contracts",), 1800, ("-n", WORKERS), EVERY_SERVICE),
    Suite("conformance", ("conformance",), 600, (*PLAIN, "-n", WORKERS)),
    Suite("properties", ("properties",), 600, (*PLAIN, "-n", WORKERS)),
    Suite("replay", ("replay",), 300, (*PLAIN, "-n", "0")),
    Suite("journeys", ("journeys",), 1800, (*PLAIN, "-n", WAITING_WORKERS, "--dist", "loadfile"), EVERY_SERVICE),
    Suite("chaos", ("chaos",), 1800, (*PLAIN, "-n", WAITING_WORKERS, "--dist", "worksteal"), EVERY_SERVICE),
)
WEB_SUITES = ("web", "browser")


def list_names() -> list[str]:
    """Give every suite's name in running order."""
    return [suite.name for suite in PYTEST_SUITES] + list(WEB_SUITES)


def list_unknown_directories() -> list[str]:
    """Name the directories under tests/ that no suite runs."""
    known = {name for suite in PYTEST_SUITES for name in suite.covers} | NO_SUITES | {"web"}
    return sorted(path.name for path in TESTS.iterdir() if path.is_dir() and path.name not in known)


class Services:
    """The services of a run: each found or started when a suite first needs it, and given back in the end."""

    def __init__(self, running: contextlib.ExitStack) -> None:
        self._running = running
        self._addresses: dict[str, str] = {}

    def provide(self, names: Sequence[str]) -> dict[str, str]:
        """Give the variables that tell the services' addresses; raise StepFailedError when one cannot be had."""
        services = [SERVICES[name] for name in names]
        for service in services:
            if service.variable not in self._addresses:
                self._addresses[service.variable] = self._running.enter_context(run_service(service))
        return {service.variable: self._addresses[service.variable] for service in services}


def run_pytest(suite: Suite, services: Services) -> Outcome:
    """Run one directory of Python tests."""
    try:
        environ = services.provide(suite.services)
    except StepFailedError as error:
        return Outcome(suite.name, complaint=f"{error}")
    report = RESULTS / f"{suite.name}.xml"
    places = [TESTS / name for name in suite.covers if (TESTS / name).is_dir()]
    command = [VENV_BIN / "python", "-m", "pytest", *places, *suite.options, f"--junitxml={report}", "--durations=5"]
    return run_suite(suite.name, command, directory=ROOT, report=report, timeout_s=suite.timeout_s, environ=environ)


def run_web() -> Outcome:
    """Run the unit tests of the web workspaces (vitest)."""
    report = RESULTS / "web.xml"
    outputs = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    command = ["npm", "run", "--silent", "test", "--", *outputs]
    return run_suite("web", command, directory=WEB, report=report, timeout_s=600)


def run_browser() -> Outcome:
    """Run tests/web in a real headless browser: Python files by pytest, JavaScript and TypeScript by Node."""
    chromium = find_chromium()
    if chromium is None:
        return Outcome("browser", complaint="no Chromium: install it, or name it in BUSBAR_TEST_CHROMIUM")
    environ = {"BUSBAR_TEST_CHROMIUM": chromium}
    report = RESULTS / "browser.xml"
    if any((TESTS / "web").rglob("test_*.py")):
        command: list[str | Path] = [
            VENV_BIN / "python",
            "-m",
            "pytest",
            TESTS / "web",
            f"--junitxml={report}",
            "--durations=5",
        ]
    else:
        files = [path for kind in ("mjs", "js", "ts") for path in (TESTS / "web").rglob(f"*.test.{kind}")]
        # The longest first, so that in the end no processor waits for one of them.
        files.sort(key=lambda path: (-path.stat().st_size, path))
        command = ["node", TESTS / "web" / "run.mjs", report, WAITING_WORKERS, *files]
    return run_suite("browser", command, directory=ROOT, report=report, timeout_s=1800, environ=environ)


def run_suite(
    name: str,
    command: Sequence[str | Path],
    *,
    directory: Path,
    report: Path,
    timeout_s: int,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a test runner, its output passed through, and read its report."""
    print(f"\n=== {name} ===", flush=True)
    report.unlink(missing_ok=True)
    started_at = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=directory, env=build_environ(environ), start_new_session=True
    )
    try:
        code = process.wait(timeout=timeout_s)
        complaint = ""
    except subprocess.TimeoutExpired:
        code, complaint = 1, f"took longer than {describe_elapsed(timeout_s)}"
        stop(process)
    except KeyboardInterrupt:
        stop(process)
        raise
    outcome = read_report(name, report)
    outcome.elapsed_s = time.monotonic() - started_at
    if not complaint and code != 0 and outcome.failed == 0:
        complaint = f"the test runner ended with exit code {code}"
    if not complaint and outcome.passed + outcome.failed == 0:
        complaint = "no tests ran"
    outcome.complaint = complaint
    return outcome


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a test runner and all that it started to end, and end what does not."""
    os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def list_cases(report: Path) -> Iterator[ET.Element]:
    """List the test cases of a JUnit report; none when the runner wrote no readable one."""
    try:
        yield from ET.parse(report).iter("testcase")  # noqa: S314 - written by our own test runner a moment ago
    except (OSError, ET.ParseError):
        return


def name_case(case: ET.Element) -> str:
    """Name a test case: where it stands, and what it is called."""
    place = case.get("file") or case.get("classname") or ""
    return f"{place.removeprefix(f'{ROOT}/')} {case.get('name', '')}".strip()


def describe_failure(case: ET.Element) -> str:
    """Write the name of a failed test and the first lines of its message; of its longer text where it has none."""
    told = next(part for kind in ("failure", "error") if (part := case.find(kind)) is not None)
    text = told.get("message") or told.text or ""
    lines = [line[:LINE_TOLD_MAX_CHARS] for line in text.splitlines() if line.strip()]
    return "\n".join([name_case(case), *(f"    {line}" for line in lines[:LINES_TOLD_MAX])])


def list_failures(outcomes: Sequence[Outcome]) -> list[str]:
    """List the failed tests of all suites, bounded: who reads no more than the end of the output finds them there."""
    told = [f"FAILED {outcome.name}: {failure}" for outcome in outcomes for failure in outcome.failures]
    left = len(told) - FAILURES_TOLD_MAX
    return told[:FAILURES_TOLD_MAX] + ([f"… and {left} more"] if left > 0 else [])


def read_report(name: str, report: Path) -> Outcome:
    """Count a JUnit report's cases."""
    outcome = Outcome(name)
    for case in list_cases(report):
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
            outcome.failures.append(describe_failure(case))
        elif case.find("skipped") is not None:
            outcome.skipped += 1
            outcome.skips.append(name_case(case))
        else:
            outcome.passed += 1
    return outcome


def summarise(outcomes: Sequence[Outcome]) -> tuple[str, bool]:
    """Write the closing table, its last line `N passed, N failed`, and tell whether all is well."""
    lines = [f"{'suite':<12} {'passed':>7} {'failed':>7} {'skipped':>8} {'time':>12}"]
    for outcome in outcomes:
        figures = f"{outcome.passed:>7} {outcome.failed:>7} {outcome.skipped:>8}"
        lines.append(
            f"{outcome.name:<12} {figures} {describe_elapsed(outcome.elapsed_s):>12}  {outcome.complaint}".rstrip()
        )
        lines.extend(f"    skipped, which counts as failed: {skip}" for skip in outcome.skips)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed + outcome.skipped + bool(outcome.complaint) for outcome in outcomes)
    lines.append(f"{passed} passed, {failed} failed")
    return "\n".join(lines), failed == 0


def interrupt(number: int, _frame: object) -> None:
    """Take any wish to end as Ctrl-C: runners lead sessions of their own and would go on without us."""
    raise KeyboardInterrupt(signal.Signals(number).name)


def main() -> int:
    """Run the suites named on the command line, or all."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", choices=[*list_names(), []], metavar="SUITE", help=", ".join(list_names()))
    wanted = set(parser.parse_args().suites) or set(list_names())
    RESULTS.mkdir(parents=True, exist_ok=True)
    SUMMARY.unlink(missing_ok=True)
    outcomes = [Outcome(name, complaint="tools/suites.py does not run it") for name in list_unknown_directories()]
    with contextlib.ExitStack() as running:
        services = Services(running)
        chosen = [suite for suite in PYTEST_SUITES if suite.name in wanted and suite.is_present()]
        outcomes += [run_pytest(suite, services) for suite in chosen]
    if "web" in wanted:
        outcomes.append(run_web())
    if "browser" in wanted and (TESTS / "web").is_dir():
        outcomes.append(run_browser())
    text, is_well = summarise(outcomes)
    SUMMARY.write_text(text + "\n", encoding="utf-8")
    print("\n".join(["", *list_failures(outcomes), "", text]), flush=True)
    return 0 if is_well else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
