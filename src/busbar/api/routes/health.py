from fastapi import APIRouter, Request, Response

from busbar.api.problems import answer_problem
from busbar.api.services import Given

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def get_health() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def get_readiness(request: Request, services: Given) -> Response:
    """Tell whether requests can be served."""
    trouble = await services.check_ready()
    if trouble is not None:
        return answer_problem(request, status=503, code="unavailable.not_ready", detail=trouble)
    return Response('{"status":"ok"}', media_type="application/json", headers={"Cache-Control": "no-store"})
