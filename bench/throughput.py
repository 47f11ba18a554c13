"""The product against servers that others wrote: server CPU of a message, at 100, 1,000 and 5,000 connections."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from bench.audit import audit
from bench.contest import Contest, Median, Pace
from bench.figure import Figure
from bench.processes import cores
from bench.product import SETTINGS, data_directory, register_tokens, started
from bench.servers import Server, peer_started

OURS = "busbar"


@dataclass(frozen=True)
class Rival:
    """One to compare with: the least ratio that we owe, and the one we want."""

    name: str
    floor: float | None
    aim: float | None


@dataclass(frozen=True)
class Standing:
    """The product as it stands: where its rows are, and what takes stations."""

    database_url: str
    server: Server
    conditions: Mapping[str, Any]


@dataclass(frozen=True)
class House:
    """A form of the product: how it is started, and what it owes for each version of the protocol."""

    name: str
    start: Callable[[], AbstractContextManager[Standing]]
    rivals: Mapping[str, Sequence[Rival]]


@contextlib.contextmanager
def sqlite_started() -> Iterator[Standing]:
    """Run `busbar up` on SQLite."""
    with started(on_cores=cores()[0]) as product:
        product.wait_until_ready()
        register_tokens(product.http_port)
        server = Server(OURS, product.ocpp_port, (product.process.pid,))
        yield Standing(product.database_url, server, {"settings": SETTINGS})


SQLITE = House(
    "SQLite",
    sqlite_started,
    {
        "1.6": (Rival("ocpp 1.6", 15, 30), Rival("ocpp-rpc", 1.0, 1.5), Rival("picows echo", 0.25, 0.40)),
        "2.0.1": (Rival("ocpp 2.0.1", 30, 55), Rival("ocpp-rpc", 1.0, 1.5), Rival("picows echo", 0.25, 0.40)),
    },
)


def make_figure(name: str, rival: Rival, ours: Median, theirs: Median, conditions: dict[str, Any]) -> Figure:
    """Put two medians side by side."""
    return Figure(
        name=f"{name} / {rival.name}",
        ours=ours.us,
        theirs=theirs.us,
        unit="µs CPU/message",
        floor=rival.floor,
        aim=rival.aim,
        faults=ours.faults + theirs.faults + len(conditions["audit"].get("differences", ())),
        conditions={"ours": ours.describe(), "theirs": theirs.describe(), **conditions},
    )


def measure_version(house: House, version: str, pace: Pace) -> list[Figure]:
    """Measure one version of the protocol at every number of connections."""
    with contextlib.ExitStack() as running:
        directory = running.enter_context(data_directory())
        rivals = [
            running.enter_context(peer_started(rival.name, on_cores=cores()[0])) for rival in house.rivals[version]
        ]
        standing = running.enter_context(house.start())
        servers = [standing.server, *rivals]
        contest = Contest(pace, directory=directory, is_audited=[OURS])
        contest.warm_up(servers, version=version)
        medians = {
            connections: contest.take_turns(servers, version=version, connections=connections)
            for connections in pace.rounds
        }
        found = asyncio.run(audit(standing.database_url, contest.books[OURS]))
    return [
        make_figure(
            f"{house.name} {version}, {connections} connections",
            rival,
            medians[connections][OURS],
            medians[connections][rival.name],
            {"audit": found.describe(), **standing.conditions},
        )
        for connections in pace.rounds
        for rival in house.rivals[version]
    ]


def measure(house: House, pace: Pace) -> Iterator[Figure]:
    """Measure both versions."""
    for version in house.rivals:
        yield from measure_version(house, version, pace)
