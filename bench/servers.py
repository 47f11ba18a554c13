"""Servers under the same load: what the comparisons need to know of one, and the peers that others wrote."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import ROOT
from bench.processes import list_tree
from bench.product import ServerError, find_free_port

RPC = Path(__file__).with_name("peers") / "rpc"
READY = "ready"


@dataclass(frozen=True)
class Server:
    """One that takes stations: where, and with which processes it does all of its work."""

    name: str
    port: int
    process_ids: tuple[int, ...]
    path: str = "/ocpp/"
    authority_file: Path | None = None

    @property
    def all_process_ids(self) -> list[int]:
        """Its processes and their children."""
        return [each for process_id in self.process_ids for each in list_tree(process_id)]

    def options(self) -> dict[str, object]:
        """Tell the load generator where it is and what to look at."""
        return {
            "port": self.port,
            "path": self.path,
            "authority": self.authority_file,
            "processes": ",".join(map(str, self.all_process_ids)),
        }


def command_of(peer: str) -> list[str]:
    """Tell how a peer is started, its port left out."""
    if peer == "ocpp-rpc":
        if not (RPC / "node_modules" / "ocpp-rpc").is_dir():
            raise ServerError(f"ocpp-rpc is not installed: `make bench` does it (npm ci in {RPC.relative_to(ROOT)})")
        return [str(Path(sys.executable).with_name("node")), str(RPC / "server.mjs")]
    module = {"ocpp 1.6": "ocpp_v16", "ocpp 2.0.1": "ocpp_v201", "picows echo": "echo"}[peer]
    return [sys.executable, "-m", f"bench.peers.{module}"]


@contextlib.contextmanager
def peer_started(peer: str, *, on_cores: Sequence[int]) -> Generator[Server]:
    """Run a peer on these cores until the end of the block."""
    port = find_free_port()
    process = subprocess.Popen(
        [*command_of(peer), str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    os.sched_setaffinity(process.pid, on_cores)
    try:
        if process.stdout is None or process.stdout.readline().strip() != READY:
            raise ServerError(f"{peer} did not start")
        yield Server(peer, port, (process.pid,))
    finally:
        for process_id in reversed(list_tree(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, 9)
        process.wait()
