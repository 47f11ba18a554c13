"""Processes under test: their children, their memory, the cores they may use."""

import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
CORES = Path("/sys/devices/system/cpu")


def list_siblings(core: int) -> set[int]:
    """Name the processors that share a core with this one (hyper-threading), itself among them."""
    file = CORES / f"cpu{core}" / "topology" / "thread_siblings_list"
    found: set[int] = {core}
    for part in file.read_text(encoding="ascii").strip().split(",") if file.is_file() else []:
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def choose_cores(present: Iterable[int], siblings: set[int]) -> tuple[list[int], list[int]]:
    """Choose from the processors present one for the server and one for the load, on another core if any is."""
    first, *others = sorted(present)
    apart = [core for core in others if core not in siblings]
    return [first], [*apart, *others, first][:1]


def cores() -> tuple[list[int], list[int]]:
    """Return the processors for the server and for the load."""
    present = os.sched_getaffinity(0)
    return choose_cores(present, list_siblings(min(present)))


def list_tree(process_id: int) -> list[int]:
    """Name a process and all that descend from it."""
    found = [process_id]
    for task in (PROC / str(process_id) / "task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found += list_tree(int(child))
    return found


def read_status_kib(process_id: int, name: str) -> int:
    """Read a size from a process's status."""
    for line in (PROC / str(process_id) / "status").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0])
    return 0


def resident_kib(process_ids: Iterable[int]) -> int:
    """Sum up the resident memory of processes."""
    return sum(read_status_kib(process_id, "VmRSS") for process_id in process_ids)


def cpu_s(process_ids: Iterable[int]) -> float:
    """Sum up the time that processes, their threads and their ended children spent on a core."""
    ticks = 0
    for process_id in process_ids:
        stat = (PROC / str(process_id) / "stat").read_text(encoding="utf-8")
        ticks += sum(int(field) for field in stat[stat.rindex(")") + 2 :].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
