"""Running one role until it is told to stop."""

import asyncio
import signal
from typing import Protocol

import structlog
import uvloop

from busbar.app.config import Settings
from busbar.app.data_dir import keep_private
from busbar.app.logs import configure_logs
from busbar.app.memory import settle_memory
from busbar.app.start import StartError
from busbar.kernel.errors import BusbarError

log = structlog.get_logger(__name__)


class RoleProcess(Protocol):
    """What every role is, to whoever runs it."""

    async def start(self) -> None:
        """Open everything."""
        ...

    async def stop(self) -> None:
        """Finish what is in hand, and end."""
        ...

    def describe(self) -> str:
        """Say where it listens."""
        ...


def run_role(role: str, settings: Settings) -> None:
    """Run a role in this process until SIGINT or SIGTERM. Errors: `StartError`."""
    configure_logs(settings, is_demo=False)
    keep_private()
    try:
        uvloop.run(_serve(role, settings))
    except BusbarError as error:
        raise StartError(f"{error.text} ({error.code})") from None
    except OSError as error:
        raise StartError(f"{error}") from None


def _build(role: str, settings: Settings) -> RoleProcess:
    """Put a role together, without loading what only others need."""
    match role:
        case "gateway":
            from busbar.app.cluster.gateway import GatewayProcess  # noqa: PLC0415 - see above

            return GatewayProcess(settings)
        case "core":
            from busbar.app.cluster.core import CoreProcess  # noqa: PLC0415 - see above

            return CoreProcess(settings)
        case "api":
            from busbar.app.cluster.api import ApiProcess  # noqa: PLC0415 - see above

            return ApiProcess(settings)
        case _:
            from busbar.app.cluster.worker import WorkerProcess  # noqa: PLC0415 - see above

            return WorkerProcess(settings)


async def _serve(role: str, settings: Settings) -> None:
    process = _build(role, settings)
    settle_memory()  # before the start: that may have to wait for others
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    await process.start()
    log.info("role.started", role=role, listens=process.describe())
    await stopping.wait()
    log.info("role.stopping", role=role)
    await process.stop()
