"""The small HTTP door of a process that has no other: whether it lives, whether it is ready, and its figures."""

import hmac
import socket
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from busbar.app.config import Settings
from busbar.app.http import HttpDoor, bind
from busbar.ports.watching import Condition, Watch

CONNECTIONS_MAX = 64


class HealthDoor:
    """Serves /healthz, /readyz and /metrics."""

    def __init__(self, settings: Settings, watch: Watch) -> None:
        """Take the port. Errors: `unavailable.port`."""
        self._watch = watch
        self._metrics_token = settings.metrics_token
        self._listener: socket.socket = bind(settings.bind, settings.health_port, setting="BUSBAR_HEALTH_PORT")
        routes = [
            Route("/healthz", self._tell_health),
            Route("/readyz", self._tell_readiness),
            Route("/metrics", self._tell_metrics),
        ]
        self._door = HttpDoor(
            Starlette(routes=routes),
            self._listener,
            shutdown_timeout_s=1,
            timeout_s=settings.http_timeout_s,
            connections_max=CONNECTIONS_MAX,
        )

    @property
    def port(self) -> int:
        """The port in use."""
        return self._door.port

    async def start(self) -> None:
        """Serve."""
        await self._door.start()

    async def stop(self) -> None:
        """Close."""
        await self._door.stop()

    async def _tell_health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _tell_readiness(self, _request: Request) -> Response:
        parts = await self._watch.check()
        is_down = any(part.condition is Condition.DOWN for part in parts)
        said = {part.name: part.text or part.condition.value for part in parts}
        body = {"status": "not ready" if is_down else "ok", "parts": said}
        return JSONResponse(body, status_code=503 if is_down else 200, headers={"Cache-Control": "no-store"})

    async def _tell_metrics(self, request: Request) -> Response:
        if not self._may_read(request):
            return JSONResponse({"status": "denied"}, status_code=403)
        scrape = await self._watch.scrape(request.headers.get("Accept", ""))
        return Response(scrape.body, headers={"Content-Type": scrape.media_type, "Cache-Control": "no-store"})

    def _may_read(self, request: Request) -> bool:
        """Figures are for the token's bearer or, without one, for programs of this machine; as at the API's door."""
        if self._metrics_token is not None:
            shown = request.headers.get("Authorization", "")
            return hmac.compare_digest(shown.encode(), f"Bearer {self._metrics_token.get_secret_value()}".encode())
        try:
            return request.client is not None and ip_address(request.client.host).is_loopback
        except ValueError:
            return False
