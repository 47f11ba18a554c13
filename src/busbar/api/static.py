"""The web apps and the interactive documentation, from files that were built beforehand."""

import asyncio
import re
from collections.abc import Sequence
from mimetypes import guess_type
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from busbar.api.problems import answer_problem
from busbar.api.routes import maps

HASHED_DIR = "assets"
_FOREVER = "public, max-age=31536000, immutable"
_FRESH = "no-cache"
_HINT = "The web apps are not built: run `make up`, or `npm run build` in web/."
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PAGE = "index.html"
_NOT_FOUND = 404
_FILE_SUFFIXES = frozenset(
    {".css", ".html", ".ico", ".js", ".json", ".map", ".mjs", ".png", ".svg", ".txt", ".wasm", ".webmanifest", ".woff2"}
)
"""A page in place of such a file would be wrong; any other dot is part of an address: of a station, a guest's link."""
_OWN_ROOTS = frozenset({"api", "docs", "openapi.json", "healthz", "map", "metrics", "readyz"})

DOCS_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Busbar API</title>
<link rel="stylesheet" href="/docs/files/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/files/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
DOCS_START = """SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  persistAuthorization: true,
  docExpansion: 'none',
  validatorUrl: null,
});
"""

router = APIRouter(include_in_schema=False)


_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")
"""Of what a reader names, that it does not take."""
_BYTES = "application/octet-stream"
_COMPRESSED = (("br", ".br"), ("gzip", ".gz"))
"""Names of compressions, the best first, and how files end that were written with them when the web apps were built."""


class BuiltFiles(StaticFiles):
    """Files of a directory that may not be built yet."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self.root = directory

    async def check_config(self) -> None:
        """Take the directory as it is: whether it is there is looked at with each request."""

    async def is_built(self) -> bool:
        """Tell whether there is anything to serve."""
        return await asyncio.to_thread(self.root.is_dir)


class WebApp(BuiltFiles):
    """A single-page app: its files, and its page for every address that is none of them."""

    def __init__(self, directory: Path, *, own_routes: Sequence[BaseRoute] = ()) -> None:
        """`own_routes`: those that the app's addresses must not hide."""
        super().__init__(directory)
        self._own_routes = tuple(own_routes)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, the page, or a hint that nothing was built."""
        if path.partition("/")[0] in _OWN_ROOTS and self._own_routes:
            self._refuse(scope)
        if not await self.is_built():
            return answer_problem(Request(scope), status=503, code="unavailable.web", detail=_HINT)
        is_hashed = HASHED_DIR in PurePosixPath(path).parts
        try:
            response = await self._find_compressed(path, scope) if is_hashed else None
            response = response or await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != _NOT_FOUND or path.startswith("..") or PurePosixPath(path).suffix in _FILE_SUFFIXES:
                raise
            is_hashed, response = False, await super().get_response(_PAGE, scope)
        response.headers["Cache-Control"] = _FOREVER if is_hashed else _FRESH
        return response

    async def _find_compressed(self, path: str, scope: Scope) -> Response | None:
        """Return a file as it was compressed beforehand, if the reader takes one of those."""
        accepted = Headers(scope=scope).get("Accept-Encoding", "")
        names = {choice.partition(";")[0].strip() for choice in accepted.split(",") if not _REFUSED.search(choice)}
        for name, ending in _COMPRESSED:
            if name not in names:
                continue
            try:
                response = await super().get_response(path + ending, scope)
            except HTTPException:
                continue
            response.headers["Content-Type"] = guess_type(path)[0] or _BYTES
            response.headers["Content-Encoding"] = name
            response.headers.add_vary_header("Accept-Encoding")
            return response
        return None

    def _refuse(self, scope: Scope) -> None:
        """Say what is wrong with an address that looks like one of our own: the method, or all of it."""
        methods = [method for method in _METHODS if self._has_route({**scope, "method": method})]
        if methods:
            raise HTTPException(405, "There is no such method here.", headers={"Allow": ", ".join(methods)})
        raise HTTPException(_NOT_FOUND, "There is nothing under this address.")

    def _has_route(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._own_routes)


class DocFiles(BuiltFiles):
    """The files of the interactive documentation."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or a hint that nothing was built."""
        if not await self.is_built():
            return answer_problem(Request(scope), status=503, code="unavailable.web", detail=_HINT)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FRESH
        return response


@router.get("/docs")
async def show_docs() -> HTMLResponse:
    """Show the interactive documentation."""
    return HTMLResponse(DOCS_PAGE, headers={"Cache-Control": _FRESH})


@router.get("/docs/start.js")
async def start_docs() -> PlainTextResponse:
    """Start the interactive documentation: a file, so that no script stands in the page."""
    return PlainTextResponse(DOCS_START, media_type="text/javascript", headers={"Cache-Control": _FRESH})


def mount_web(app: FastAPI, web_dir: Path) -> None:
    """Serve what was built; to be called last, since the console takes every address that is left."""
    app.include_router(router)
    app.include_router(maps.files_router)
    app.mount("/docs/files", DocFiles(web_dir / "docs"))
    app.mount("/app", WebApp(web_dir / "driver"))
    app.mount("/", WebApp(web_dir / "console", own_routes=app.routes))
