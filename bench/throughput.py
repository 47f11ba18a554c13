"""`busbar up` on SQLite against servers that others wrote: server CPU of a message, at 100 to 5,000 connections."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.audit import audit
from bench.contest import Contest, Median, Pace
from bench.figure import Figure
from bench.processes import cores
from bench.product import SETTINGS, data_directory, register_tokens, started
from bench.servers import Server, peer_started

OURS = "busbar"
VERSIONS = ("1.6", "2.0.1")


@dataclass(frozen=True)
class Rival:
    """One to compare with: the least ratio that we owe, and the one we want."""

    name: str
    floor: float
    aim: float


RIVALS = {
    "1.6": (Rival("ocpp 1.6", 15, 30), Rival("ocpp-rpc", 1.0, 1.5), Rival("picows echo", 0.25, 0.40)),
    "2.0.1": (Rival("ocpp 2.0.1", 30, 55), Rival("ocpp-rpc", 1.0, 1.5), Rival("picows echo", 0.25, 0.40)),
}


def make_figure(
    name: str, rival: Rival, ours: Median, theirs: Median, *, audited: dict[str, Any], faults: int
) -> Figure:
    """Put two medians side by side."""
    return Figure(
        name=f"{name} / {rival.name}",
        ours=ours.us,
        theirs=theirs.us,
        unit="µs CPU/message",
        floor=rival.floor,
        aim=rival.aim,
        faults=ours.faults + theirs.faults + faults,
        conditions={"ours": ours.describe(), "theirs": theirs.describe(), "audit": audited, "settings": SETTINGS},
    )


@contextlib.contextmanager
def all_started(version: str, server_cores: list[int]) -> Iterator[tuple[str, list[Server]]]:
    """Run the product and its rivals on one core; give the database's address and the servers."""
    with contextlib.ExitStack() as running:
        product = running.enter_context(started(on_cores=server_cores))
        rivals = [running.enter_context(peer_started(each.name, on_cores=server_cores)) for each in RIVALS[version]]
        product.wait_until_ready()
        register_tokens(product.http_port)
        yield product.database_url, [Server(OURS, product.ocpp_port, (product.process.pid,)), *rivals]


def measure_version(version: str, pace: Pace) -> list[Figure]:
    """Measure one version of the protocol at every number of connections."""
    with data_directory() as directory, all_started(version, cores()[0]) as (database_url, servers):
        contest = Contest(pace, directory=directory, is_audited=[OURS])
        contest.warm_up(servers, version=version)
        medians = {
            connections: contest.take_turns(servers, version=version, connections=connections)
            for connections in pace.rounds
        }
        found = asyncio.run(audit(database_url, contest.books[OURS]))
    return [
        make_figure(
            f"SQLite {version}, {connections} connections",
            rival,
            medians[connections][OURS],
            medians[connections][rival.name],
            audited=found.describe(),
            faults=len(found.differences),
        )
        for connections in pace.rounds
        for rival in RIVALS[version]
    ]


def measure(pace: Pace) -> list[Figure]:
    """Measure both versions."""
    return [figure for version in VERSIONS for figure in measure_version(version, pace)]
