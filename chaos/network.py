"""What can be done to a network of processes and its servers; each fault ends by itself and waits for its victims."""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Iterator
from random import Random
from typing import TYPE_CHECKING

from chaos.link import Link
from tests.journeys.cluster import LEASE_S, Member

if TYPE_CHECKING:
    from chaos.cluster import ClusterWorld

Fault = Callable[[Random], Awaitable[None]]

ROLES = ("core", "gateway", "api", "worker")
LONG_S = (LEASE_S + 1.0, LEASE_S + 5.0)
"""Longer than a lease lasts, and than the broker waits for a sign of life."""
HOLD_S = (2.0, 8.0)
"""Stations give up waiting after five seconds."""
SHORT_S = (1.0, 3.0)
ABSENCE_S = (0.0, 2.0)
CLOCK_MAX_S = 7200
PARTINGS = (
    ("gateway", ("rabbitmq",)),
    ("gateway", ("redis",)),
    ("gateway", ("rabbitmq", "redis")),
    ("core", ("postgresql",)),
    ("core", ("rabbitmq",)),
    ("core", ("redis",)),
    ("core", ("postgresql", "rabbitmq", "redis")),
    ("api", ("postgresql", "rabbitmq", "redis")),
    ("worker", ("postgresql", "rabbitmq", "redis")),
)


class NetworkFaults:
    """The faults of a world of processes."""

    def __init__(self, world: "ClusterWorld") -> None:
        self._world = world

    def list_faults(self) -> dict[str, Fault]:
        """Name the faults that can be inflicted here, in the order of a run's first round."""
        faults: dict[str, Fault] = {f"kill {role}": self._make_kill(role) for role in ROLES}
        faults |= {f"stop {role}": self._make_stop(role) for role in ("core", "gateway")}
        faults |= {f"freeze {role}": self._make_freeze(role) for role in ROLES}
        for role, peers in PARTINGS:
            faults[f"part {role} from {', '.join(peers)}"] = self._make_parting(role, peers)
        faults["full disk of gateway"] = self._fill_gateway
        if self._world.has_clocks:
            faults |= {f"set clock of {role}": self._make_set_clock(role) for role in ROLES}
        for name in self._world.servers:
            faults[f"restart {name}"] = self._make_restart(name)
            faults[f"freeze {name}"] = self._make_freeze_server(name)
            if name != "redis":
                faults[f"full disk of {name}"] = self._make_fill(name)
        return faults | {"cut link": self._cut_link, "silent link": self._hold_link}

    def _choose(self, role: str, chance: Random) -> Member:
        return chance.choice(list(self._list_members(role)))

    def _list_members(self, role: str) -> Iterator[Member]:
        return (member for member in self._world.cluster.members.values() if member.role == role)

    # ---- processes ---------------------------------------------------------------------------------------------------

    def _make_kill(self, role: str) -> Fault:
        async def kill(chance: Random) -> None:
            member = self._choose(role, chance)
            member.kill()
            await asyncio.sleep(chance.uniform(*ABSENCE_S))
            await member.start()

        return kill

    def _make_stop(self, role: str) -> Fault:
        async def stop(chance: Random) -> None:
            member = self._choose(role, chance)
            await member.stop()
            await member.start()

        return stop

    def _make_freeze(self, role: str) -> Fault:
        async def freeze(chance: Random) -> None:
            member = self._choose(role, chance)
            member.freeze()
            try:
                await asyncio.sleep(chance.uniform(*LONG_S))
            finally:
                member.thaw()
            await member.wait_until_ready()

        return freeze

    async def _fill_gateway(self, chance: Random) -> None:
        """Let no file of a gateway grow (its wire log, its output): what a full disk does to a process."""
        member = self._choose("gateway", chance)
        assert member.process is not None  # noqa: S101 - it runs between two faults
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(member.process.pid, resource.RLIMIT_FSIZE, (0, unlimited))
        await asyncio.sleep(chance.uniform(*SHORT_S))
        resource.prlimit(member.process.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
        await member.wait_until_ready()

    def _make_set_clock(self, role: str) -> Fault:
        async def set_clock(chance: Random) -> None:
            member = self._choose(role, chance)
            self._world.clocks[member.name].set(chance.randint(-CLOCK_MAX_S, CLOCK_MAX_S))

        return set_clock

    # ---- the network -------------------------------------------------------------------------------------------------

    def _make_parting(self, role: str, peers: tuple[str, ...]) -> Fault:
        async def part(chance: Random) -> None:
            member = self._choose(role, chance)
            links = [self._world.links[f"{member.name} {peer}"] for peer in peers]
            way = chance.choice([Link.hold, Link.refuse])
            for link in links:
                way(link)
            await asyncio.sleep(chance.uniform(*LONG_S))
            for link in links:
                link.heal()
            await member.wait_until_ready()

        return part

    async def _cut_link(self, _chance: Random) -> None:
        self._world.links["stations"].cut()

    async def _hold_link(self, chance: Random) -> None:
        self._world.links["stations"].hold()
        await asyncio.sleep(chance.uniform(*HOLD_S))
        self._world.links["stations"].heal()

    # ---- servers -----------------------------------------------------------------------------------------------------

    def _make_restart(self, name: str) -> Fault:
        async def restart(chance: Random) -> None:
            server = self._world.servers[name]
            await asyncio.to_thread(chance.choice([server.kill, server.stop]))
            await asyncio.sleep(chance.uniform(*ABSENCE_S))
            await server.start()
            await self._wait_for_all()

        return restart

    def _make_freeze_server(self, name: str) -> Fault:
        async def freeze(chance: Random) -> None:
            server = self._world.servers[name]
            server.freeze()
            try:
                await asyncio.sleep(chance.uniform(*LONG_S))
            finally:
                server.thaw()
            await self._wait_for_all()

        return freeze

    def _make_fill(self, name: str) -> Fault:
        async def fill(chance: Random) -> None:
            server = self._world.servers[name]
            await server.fill_disk(is_full=True)
            await asyncio.sleep(chance.uniform(*HOLD_S))
            await server.fill_disk(is_full=False)
            await self._wait_for_all()

        return fill

    async def _wait_for_all(self) -> None:
        await asyncio.gather(*(member.wait_until_ready() for member in self._world.cluster.members.values()))
