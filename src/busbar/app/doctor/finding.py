"""What a check found, and how findings are shown."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warn", "bad"]
EXIT_CODES: dict[Level, int] = {"ok": 0, "warn": 1, "bad": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and for `warn` and `bad` what mends it."""

    level: Level
    check: str
    what: str
    remedy: str = ""


def exit_code_of(findings: Iterable[Finding]) -> int:
    """Give the exit code of the worst finding: 0 ok, 1 warn, 2 bad."""
    return max((EXIT_CODES[finding.level] for finding in findings), default=0)


def write_text(findings: Sequence[Finding]) -> str:
    """Write findings for people, one line each and a line below for the remedy."""
    width = max((len(finding.check) for finding in findings), default=0)
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{finding.level:<4}  {finding.check:<{width}}  {finding.what}")
        if finding.remedy:
            lines.append(f"{'':<4}  {'':<{width}}  -> {finding.remedy}")
    return "\n".join(lines)


def write_json(findings: Sequence[Finding]) -> str:
    """Write findings for programs: `{"worst": …, "findings": […]}`."""
    levels: list[Level] = ["ok", "warn", "bad"]
    worst = levels[exit_code_of(findings)]
    return json.dumps({"worst": worst, "findings": [asdict(finding) for finding in findings]}, indent=2)
