"""How the Python peers are started: on uvloop, on the port of the first argument."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import uvloop

BACKLOG = 4096
"""Connections that wait to be taken: as many as the product's doors let wait."""


def serve(listen: Callable[[int], Awaitable[object]]) -> None:
    """Run until killed."""

    async def run() -> None:
        await listen(int(sys.argv[1]))
        print("ready", flush=True)
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
