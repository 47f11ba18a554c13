import hmac
import json
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from busbar.api.credentials import name_address
from busbar.api.problems import answer_problem
from busbar.api.services import Given
from busbar.kernel.errors import DeniedError
from busbar.ports.watching import Condition

router = APIRouter(include_in_schema=False)

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""What a proxy writes: whoever stands behind one is not of this machine, whatever address the request comes from."""


class MetricsAccessError(DeniedError):
    """The metrics are for the token's bearer or, without one, for programs of the same machine."""

    code = "denied.metrics"


@router.get("/healthz")
async def get_health() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def get_readiness(request: Request, services: Given) -> Response:
    """Tell whether requests can be served, and how each part is."""
    parts = await services.watch.check()
    said = {part.name: part.text or part.condition.value for part in parts}
    down = [part for part in parts if part.condition is Condition.DOWN]
    if down:
        detail = "; ".join(part.text for part in down)
        return answer_problem(request, status=503, code="unavailable.not_ready", detail=detail, facts=said)
    body = json.dumps({"status": "ok", "parts": said})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/metrics")
async def get_metrics(request: Request, services: Given) -> Response:
    """Give all metrics to Prometheus."""
    check_reader(request, services.settings.metrics_token)
    scrape = await services.watch.scrape(request.headers.get("Accept", ""))
    return Response(scrape.body, headers={"Content-Type": scrape.media_type, "Cache-Control": "no-store"})


def check_reader(connection: HTTPConnection, token: SecretStr | None) -> None:
    """Raise unless the caller may read the metrics. Errors: `denied.metrics`."""
    if token is not None:
        shown = connection.headers.get("Authorization", "")
        if not hmac.compare_digest(shown.encode(), f"Bearer {token.get_secret_value()}".encode()):
            raise MetricsAccessError("give Authorization: Bearer and the metrics token")
    elif not is_of_this_machine(connection):
        raise MetricsAccessError("set BUSBAR_METRICS_TOKEN to read the metrics from another machine")


def is_of_this_machine(connection: HTTPConnection) -> bool:
    """Tell whether a request comes from a program of this machine, and through no proxy."""
    if any(name in connection.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(name_address(connection)).is_loopback
    except ValueError:
        return False
