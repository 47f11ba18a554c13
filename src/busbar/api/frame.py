"""What goes around every request: its id, its bound, security headers, and an answer even when something breaks."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from busbar.api.problems import answer_defect, answer_problem
from busbar.api.tally import HttpTally, name_route
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.ports.tracing import CURRENT, NO_TRACER, Span, Tracer

API_PREFIX = "/api/"
CONTENT_POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "worker-src 'self' blob:; "
    "connect-src 'self'; "
    "object-src 'none'; "
    "base-uri 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Nothing from another host. Inline styles: the component library writes them; WebAssembly: the QR reader."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_BROKEN = 500
"""From this status on it is our fault."""
_HSTS = "max-age=31536000"

log = structlog.get_logger(__name__)


def make_headers(*, is_https: bool, map_origins: Sequence[str] = ()) -> dict[str, str]:
    """Return what every answer carries. `map_origins`: hosts of map tiles, the only others that a page may ask."""
    added = "".join(f" {origin}" for origin in map_origins)
    policy = CONTENT_POLICY
    for directive in ("connect-src 'self'", "img-src 'self'"):
        policy = policy.replace(directive, directive + added)
    secured = {"Strict-Transport-Security": _HSTS} if is_https else {}
    return HEADERS | {"Content-Security-Policy": policy} | secured


class RequestFrame:
    """Names each request, adds the headers, and answers for what nobody else caught."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        ids: IdSource,
        clock: Clock,
        tally: HttpTally,
        tracer: Tracer = NO_TRACER,
        headers: Mapping[str, str],
        is_logging: bool = False,
    ) -> None:
        """`headers` are added to every answer; see `make_headers`."""
        self._app = app
        self._clock = clock
        self._tally = tally
        self._tracer = tracer
        self._is_logging = is_logging
        self._ids = ids
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._ids.new()
        scope["busbar.request_id"] = request_id
        begun_s = self._clock.monotonic_s()
        span = self._begin_span(scope)
        is_started = False

        async def send_framed(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                self._note(scope, span, status=message["status"], begun_s=begun_s)
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(API_PREFIX):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                await self._app(scope, receive, send_framed)
        except asyncio.CancelledError:  # the server stops, and this request took longer than it waits
            if not is_started:
                response = answer_problem(
                    Request(scope), status=503, code="unavailable.stopping", detail="The server is stopping."
                )
                await response(scope, receive, send_framed)
        except Exception as error:  # noqa: BLE001 - the supervisor of this door: one bad request harms no other
            response = await answer_break(scope, error, is_started=is_started)
            if response is not None:
                await response(scope, receive, send_framed)

    def _begin_span(self, scope: Scope) -> Span | None:
        """Follow a request, as its sender says or if it is its turn; it ends when its answer begins."""
        if not self._tracer.is_on:
            return None
        parent = Headers(scope=scope).get("traceparent")
        span = self._tracer.begin(f"http {scope['method']}", parent=parent, request_id=scope["busbar.request_id"])
        CURRENT.set(None if span is None else span.context)
        return span

    def _note(self, scope: Scope, span: Span | None, *, status: int, begun_s: float) -> None:
        if span is not None:
            span.end(str(status) if status >= _BROKEN else "")
        elapsed_s = self._clock.monotonic_s() - begun_s
        self._tally.note(scope, status=status, elapsed_s=elapsed_s)
        if self._is_logging:
            log_access(scope, status=status, elapsed_s=elapsed_s)


async def answer_break(scope: Scope, error: Exception, *, is_started: bool) -> Response | None:
    """Say what is left to be said when a request broke: nothing to whoever left, or has half an answer already."""
    about = {"request_id": scope["busbar.request_id"], "route": name_route(scope)}
    if isinstance(error, ClientDisconnect):  # it left before all of its question was here: no defect of ours
        log.info("request broke off", **about)
        return None
    if is_started:
        log.error("answer broke off", **about, exc_info=error)
        return None
    return await answer_defect(Request(scope), error)


def log_access(scope: Scope, *, status: int, elapsed_s: float) -> None:
    """Write a line about a request: by its route, never by its address, which may name people or their tokens."""
    log.info(
        "http.request",
        method=scope["method"],
        route=name_route(scope),
        status=status,
        elapsed_ms=round(elapsed_s * 1000),
        request_id=scope["busbar.request_id"],
    )


class BodyBound:
    """Refuses a request whose body is larger than the bound, before or while it is read."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("Content-Length", "0")
        if not length.isdecimal() or int(length) > self._max_bytes:
            response = answer_problem(
                Request(scope),
                status=413,
                code="limit_exceeded.body",
                detail=self._explain(),
            )
            # The connection stays: one closed while the body is still coming would take the answer with it.
            await response(scope, receive, send)
            return
        read = 0

        async def receive_bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._max_bytes:
                raise HTTPException(413, self._explain())
            return message

        await self._app(scope, receive_bounded, send)

    def _explain(self) -> str:
        return f"a body has at most {self._max_bytes} bytes"
