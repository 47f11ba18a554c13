"""The web apps and the interactive documentation, from files that were built beforehand."""

from pathlib import Path, PurePosixPath

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from busbar.api.problems import answer_problem

HASHED_DIR = "assets"
_FOREVER = "public, max-age=31536000, immutable"
_FRESH = "no-cache"
_HINT = "The web apps are not built: run `make up`, or `npm run build` in web/."
_OWN_ROOTS = frozenset({"api", "docs", "openapi.json", "healthz", "readyz"})

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


class WebApp(StaticFiles):
    """A single-page app: its files, and its page for every address that is none of them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._page = directory / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, the page, or a hint that nothing was built."""
        request = Request(scope)
        parts = PurePosixPath(path).parts
        if scope["path"].startswith("/api/") or (parts and scope["path"].strip("/").split("/")[0] in _OWN_ROOTS):
            raise HTTPException(404, "There is nothing under this address.")
        if not await anyio.to_thread.run_sync(self._page.is_file):
            return answer_problem(request, status=503, code="unavailable.web", detail=_HINT)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or "." in (parts[-1] if parts else ""):  # noqa: PLR2004 - a file that is not there
                raise
            path, response = "index.html", await super().get_response("index.html", scope)
        is_hashed = HASHED_DIR in PurePosixPath(path).parts
        response.headers["Cache-Control"] = _FOREVER if is_hashed else _FRESH
        return response


class DocFiles(StaticFiles):
    """The files of the interactive documentation."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._root = directory

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or a hint that nothing was built."""
        if not await anyio.to_thread.run_sync(self._root.is_dir):
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
    app.mount("/docs/files", DocFiles(web_dir / "docs"))
    app.mount("/app", WebApp(web_dir / "driver"))
    app.mount("/", WebApp(web_dir / "console"))
