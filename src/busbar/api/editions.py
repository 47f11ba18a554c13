"""Editions of what people edit: `ETag` and `If-Match` (RFC 9110), so that two people who edit the same thing notice.

Every path that can be read and changed has editions. An edition is a hash over the fields that a change may name, as
they are read: what a station reports about itself meanwhile makes no new edition of what somebody wrote about it.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from weakref import WeakValueDictionary

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from busbar.api.problems import answer_problem
from busbar.kernel.errors import ConflictError

CHANGING = frozenset({"PUT", "PATCH", "DELETE"})
MATCH_MAX_CHARACTERS = 2000
HASH_CHARACTERS = 32
SPELLED_OTHERWISE: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "/drivers/{driver_id}": {"is_blocked": ("status",)},
        "/tariffs/{tariff_id}": {"terms": ("draft",)},
    }
)
"""Fields of a change that are read under other names."""
_NOT_TOLD = frozenset({429, *range(500, 600)})
"""Answers that leave open what is there: nothing is changed under a condition that could not be judged."""
_DROPPED = frozenset({b"if-match", b"if-none-match", b"content-length", b"content-type", b"idempotency-key"})


class EditionChangedError(ConflictError):
    """Somebody has changed it since it was read."""

    code = "conflict.edition"


class ThereAlreadyError(ConflictError):
    """It was to be made only if there was none, and there is one."""

    code = "conflict.exists"


class Editable:
    """A path that can be read and changed, and the fields that make its editions; none: all of them."""

    def __init__(self, path: str, fields: Iterable[str]) -> None:
        self.path = path
        self.fields = tuple(sorted(fields))
        self._pattern: re.Pattern[str] = compile_path(path)[0]

    def matches(self, path: str) -> bool:
        """Tell whether a request's path is this one."""
        return self._pattern.match(path) is not None

    def name_edition(self, body: bytes) -> str:
        """Return the entity tag of what was read."""
        if self.fields:
            read: dict[str, Any] = json.loads(body)
            body = json.dumps({name: read.get(name) for name in self.fields}, sort_keys=True).encode()
        return f'"{hashlib.sha256(body).hexdigest()[:HASH_CHARACTERS]}"'


def list_editable(routers: Iterable[APIRouter], *, prefix: str) -> list[Editable]:
    """Return the paths that can be read and changed."""
    routes: dict[str, dict[str, APIRoute]] = {}
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    routes.setdefault(route.path, {})[method] = route
    return [
        Editable(prefix + path, _choose_fields(path, methods))
        for path, methods in routes.items()
        if "GET" in methods and CHANGING & methods.keys()
    ]


def _choose_fields(path: str, methods: Mapping[str, APIRoute]) -> set[str]:
    read = _fields_of(methods["GET"].response_model)
    changed: set[str] = set()
    for method in CHANGING & methods.keys():
        body = methods[method].body_field
        if body is not None:
            changed |= _fields_of(body.field_info.annotation)
    others = SPELLED_OTHERWISE.get(path, {})
    spelled = {name for field in changed for name in others.get(field, (field,))}
    return spelled & read


def _fields_of(model: Any) -> set[str]:
    return set(getattr(model, "model_fields", {}))


class _Condition:
    """What a change is to be done under."""

    def __init__(self, headers: Headers) -> None:
        self._wanted = ", ".join(headers.getlist("if-match"))
        self._is_to_be_new = headers.get("if-none-match", "").strip() == "*"
        self.is_given = bool(self._wanted) or self._is_to_be_new

    def judge(self, edition: str) -> ConflictError | None:
        """Say why what is there, in this edition, is not to be changed."""
        if self._wanted and not _names(self._wanted, edition):
            return EditionChangedError("it has been changed since it was read")
        return ThereAlreadyError("there is one already") if self._is_to_be_new else None


class Editions:
    """Gives what is read its `ETag`, and lets a change with `If-Match` pass only while that is still the edition.

    A change with `If-None-Match: *` passes only while there is nothing: it makes, and never overwrites.

    Changes of one path that name an edition follow each other within a process. With several API processes two of them
    may still pass in the same few milliseconds, as they may without `If-Match`.
    """

    def __init__(self, app: ASGIApp, *, editable: Iterable[Editable]) -> None:
        self._app = app
        self._editable: dict[int, list[Editable]] = {}
        for one in editable:
            self._editable.setdefault(one.path.count("/"), []).append(one)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        method = scope.get("method")
        editable = self._find(scope) if method == "GET" or method in CHANGING else None
        if editable is None:
            await self._app(scope, receive, send)
        elif method == "GET":
            await self._read(editable, scope, receive, send)
        else:
            condition = _Condition(Headers(scope=scope))
            if condition.is_given:
                await self._change(editable, condition, scope, receive, send)
            else:
                await self._app(scope, receive, send)

    def _find(self, scope: Scope) -> Editable | None:
        path = str(scope["path"])
        return next((one for one in self._editable.get(path.count("/"), ()) if one.matches(path)), None)

    async def _read(self, editable: Editable, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()
        await self._app(scope, receive, answer.take)
        if answer.status == 200:  # noqa: PLR2004 - RFC 9110: what was asked for
            answer.headers["ETag"] = editable.name_edition(answer.body)
        await answer.give(send)

    async def _change(
        self, editable: Editable, condition: _Condition, scope: Scope, receive: Receive, send: Send
    ) -> None:
        path = str(scope["path"])
        turn = self._turns.setdefault(path, asyncio.Lock())
        async with turn:
            present = _Answer()
            await self._app(_as_reading(scope), _nothing, present.take)
            if present.status in _NOT_TOLD:
                await present.give(send)
                return
            # Whoever may not read it, or finds nothing there, is told so by the change itself.
            edition = editable.name_edition(present.body) if present.status == 200 else None  # noqa: PLR2004 - as above
            error = None if edition is None else condition.judge(edition)
            if edition is not None and error is not None:
                request = Request(scope)
                headers = {"ETag": edition}
                response = answer_problem(request, status=412, code=error.code, detail=error.text, headers=headers)
                await response(scope, receive, send)
                return
            await self._app(scope, receive, send)


class _Answer:
    """An answer that is looked at before it is given."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self._start: Message = {}
        self._rest: list[Message] = []

    async def take(self, message: Message) -> None:
        """Take a part."""
        if message["type"] == "http.response.start":
            self._start, self.status = message, int(message["status"])
        else:
            self._rest.append(message)
            self.body += message.get("body", b"")

    @property
    def headers(self) -> MutableHeaders:
        """Its headers, which may be changed."""
        return MutableHeaders(scope=self._start)

    async def give(self, send: Send) -> None:
        """Send it on."""
        for message in (self._start, *self._rest):
            await send(message)


def _as_reading(scope: Scope) -> Scope:
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _DROPPED]
    return {**scope, "method": "GET", "headers": headers, "query_string": b"", "state": dict(scope.get("state", {}))}


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _names(wanted: str, edition: str) -> bool:
    """Tell whether a list of entity tags holds this one; weak ones never do (RFC 9110, 13.1.1)."""
    tags = [tag.strip() for tag in wanted[:MATCH_MAX_CHARACTERS].split(",")]
    return "*" in tags or edition in tags
