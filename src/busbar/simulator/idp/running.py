"""`busbar idp`: the provider as a process of its own."""

import asyncio
import json
import os
import socket
from pathlib import Path
from typing import TextIO

import uvicorn

from busbar.kernel.clock import Clock
from busbar.simulator.idp.server import Idp

_OWNER_ONLY = 0o600


def run(*, clock: Clock, host: str, port: int, address: str | None, credentials: Path | None, out: TextIO) -> None:
    """Serve until Ctrl-C. Errors: OSError when the port is taken."""
    listener = socket.create_server((host, port), backlog=256)
    real_port = listener.getsockname()[1]
    idp = Idp(clock=clock, address=(address or f"http://{host}:{real_port}").rstrip("/"))
    if credentials is not None:
        handle = os.open(credentials, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(idp.credentials(), file, indent=2)
    out.write(f"identity provider on {idp.address}\n")
    out.flush()
    config = uvicorn.Config(idp.make_app(), log_level="warning", access_log=False, lifespan="on", server_header=False)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
