"""Signposts before the routers: a router is looked through only for paths that may be one of its own.

Without them every request is held against each of some three hundred routes before its own: 2 ms of a processor for a
payment provider's notice, whose router comes last. A router is known by the first part of its paths after the prefix.
"""

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match

Scope = MutableMapping[str, Any]
Look = Callable[[Scope], tuple[Match, Scope]]


def include(app: FastAPI, router: APIRouter, *, prefix: str = "", is_shown: bool = True) -> None:
    """Take a router into the app, behind a signpost where all its paths begin with words."""
    known = len(app.router.routes)
    app.include_router(router, prefix=prefix, include_in_schema=is_shown)
    words = list_words(router.routes)
    if words is None:
        return
    for route in app.router.routes[known:]:
        guarded: Any = route  # a method of this one route is put in place of its class's
        guarded.matches = put_up(route.matches, prefix=prefix, words=words)


def list_words(routes: Iterable[BaseRoute]) -> frozenset[str] | None:
    """Return the first parts of the paths of routes; None: one of them begins with a parameter, or has no path."""
    words: set[str] = set()
    for route in routes:
        word = find_word(getattr(route, "path", ""))
        if not word or "{" in word:
            return None
        words.add(word)
    return frozenset(words)


def find_word(path: str) -> str:
    """Return the first part of a path."""
    return path.lstrip("/").partition("/")[0]


def put_up(look: Look, *, prefix: str, words: frozenset[str]) -> Look:
    """Return a look that is taken only at paths with one of the words after the prefix."""

    def look_if_fitting(scope: Scope) -> tuple[Match, Scope]:
        path: str = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path.startswith(prefix) and find_word(path[len(prefix) :]) not in words:
            return Match.NONE, {}
        return look(scope)

    return look_if_fitting
