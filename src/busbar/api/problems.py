"""Errors as HTTP problems (RFC 9457): the kind of error decides the status, its code is the stable name."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from busbar.api.tally import CODE_KEY, name_route
from busbar.db.outage import is_database_away
from busbar.kernel.errors import (
    BusbarError,
    ConflictError,
    DeniedError,
    InvalidError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)
from busbar.rating.coding import TariffError

PROBLEM_MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
_FIELDS_MAX = 50
_ECHO_MAX = 200

log = structlog.get_logger(__name__)

_KINDS: tuple[tuple[type[BusbarError], int], ...] = (
    (InvalidError, 422),
    (NotFoundError, 404),
    (ConflictError, 409),
    (DeniedError, 403),
    (LimitExceededError, 429),
    (UnavailableError, 503),
)
_STATUSES: Mapping[str, int] = {
    "denied.unauthenticated": 401,
    "denied.bearer": 401,
    "denied.credentials": 401,
    "denied.second_factor": 401,
    "denied.passkey": 401,
    "invalid.json": 400,
    "conflict.edition": 412,
    "conflict.exists": 412,
    "limit_exceeded.body": 413,
    "limit_exceeded.queue": 503,
    "limit_exceeded.streams": 503,
}
"""Codes whose status is not their kind's."""
_TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Sign-in needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Media type not supported",
    422: "Invalid",
    429: "Too many",
    500: "Internal error",
    503: "Not available now",
}
_HTTP_CODES: Mapping[int, str] = {404: "not_found.route", 405: "invalid.method", 413: "limit_exceeded.body"}


class UnauthenticatedError(DeniedError):
    """Nobody is signed in, or the sign-in has ended."""

    code = "denied.unauthenticated"


class RouteNotFoundError(NotFoundError):
    """There is nothing under this address."""

    code = "not_found.route"


class StorageOutageError(UnavailableError):
    """The database cannot be read now."""

    code = "unavailable.storage"


class FieldProblem(BaseModel):
    """One refused field of a request."""

    field: str
    """Where it stands, such as `body.evses.0.evse_id` or `query.limit`."""
    code: str
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    """`urn:busbar:` and the code."""
    title: str
    status: int
    detail: str
    """For people."""
    instance: str
    """The path that was asked."""
    code: str
    """Stable and machine-readable, such as `conflict.evse_busy`."""
    request_id: str
    """To find this request in the logs."""
    facts: dict[str, str | int | bool | None] = Field(default_factory=dict)
    """The facts of the case, such as the verdict about a token."""
    errors: list[FieldProblem] = Field(default_factory=list)
    """The refused fields of an invalid request."""


def name_status(error: BusbarError) -> int:
    """Return the HTTP status of an error."""
    if error.code in _STATUSES:
        return _STATUSES[error.code]
    return next((status for kind, status in _KINDS if isinstance(error, kind)), 500)


def request_id_of(request: Request) -> str:
    """Return the id under which this request is logged."""
    return str(request.scope.get("busbar.request_id", ""))


def answer_problem(
    request: Request,
    *,
    status: int,
    code: str,
    detail: str,
    facts: Mapping[str, str | int | bool | None] | None = None,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer that tells a problem."""
    request.scope[CODE_KEY] = code
    problem = Problem(
        type=f"urn:busbar:{code}",
        title=_TITLES.get(status, "Problem"),
        status=status,
        detail=detail,
        instance=request.url.path[:_ECHO_MAX],
        code=code,
        request_id=request_id_of(request),
        facts=dict(facts or {}),
        errors=errors or [],
    )
    body = json.dumps(problem.model_dump(mode="json"), ensure_ascii=True, separators=(",", ":"))
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA_TYPE, headers=all_headers)


async def answer_busbar_error(request: Request, error: Exception) -> Response:
    """Translate a kernel error."""
    assert isinstance(error, BusbarError)  # noqa: S101 - registered for this type alone
    status = name_status(error)
    headers: dict[str, str] = {}
    if status == 401:  # noqa: PLR2004 - RFC 9110: the status of missing credentials
        headers["WWW-Authenticate"] = "Bearer"
    if status in {429, 503}:
        headers["Retry-After"] = str(error.facts.get("retry_after_s") or error.facts.get("wait_s") or RETRY_AFTER_S)
    if status == 500:  # noqa: PLR2004 - a defect of ours: its text is for the log, not for the caller
        log.error("request failed", request_id=request_id_of(request), code=error.code, error=error.text)
        return answer_problem(request, status=500, code="internal", detail="Something broke on our side.")
    return answer_problem(
        request,
        status=status,
        code=error.code,
        detail=error.text,
        facts=error.facts,
        errors=_list_terms(error) if isinstance(error, TariffError) else [],
        headers=headers,
    )


def _list_terms(error: TariffError) -> list[FieldProblem]:
    """Say of refused terms every rule that they break, and where: `body.terms.elements[0].components[0].price`."""
    return [
        FieldProblem(
            field=f"body.terms.{each.path}".rstrip(".")[:_ECHO_MAX], code=each.code, detail=each.text[:_ECHO_MAX]
        )
        for each in error.problems[:_FIELDS_MAX]
    ]


async def answer_outage(request: Request, error: Exception) -> Response:
    """Say that the database cannot be read now: locked, out of connections, or gone. All else is our defect."""
    if not is_database_away(error):
        raise error
    log.error("request failed", request_id=request_id_of(request), code=StorageOutageError.code, error=str(error))
    return await answer_busbar_error(request, StorageOutageError("the database does not answer"))


async def answer_invalid_request(request: Request, error: Exception) -> Response:
    """Translate what pydantic says of a request."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type alone
    items: list[dict[str, Any]] = list(error.errors())
    if any(item["type"] == "json_invalid" for item in items):
        return answer_problem(request, status=400, code="invalid.json", detail="The body is not JSON.")
    errors = [
        FieldProblem(
            field=".".join(str(part) for part in item["loc"])[:_ECHO_MAX],
            code=str(item["type"]),
            detail=str(item["msg"])[:_ECHO_MAX],
        )
        for item in items[:_FIELDS_MAX]
    ]
    return answer_problem(
        request, status=422, code="invalid.request", detail="The request breaks the schema.", errors=errors
    )


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Translate what the framework itself says: unknown routes, wrong methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type alone
    code = _HTTP_CODES.get(error.status_code, "invalid.http")
    return answer_problem(
        request, status=error.status_code, code=code, detail=str(error.detail)[:_ECHO_MAX], headers=error.headers
    )


async def answer_defect(request: Request, error: Exception) -> Response:
    """Answer for a defect of ours; the trace goes to the log alone."""
    log.error("request broke", request_id=request_id_of(request), route=name_route(request.scope), exc_info=error)
    return answer_problem(request, status=500, code="internal", detail="Something broke on our side.")
