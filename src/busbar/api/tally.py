"""What the HTTP door has done since the start, in plain numbers."""

from collections import Counter

from starlette.types import Scope

from busbar.kernel.buckets import Buckets

ANSWER_BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
API_PREFIX = "/api/v1"
WEB = "web"
"""Instead of a route: files of the web apps, and addresses that lead nowhere."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SIGN_INS = {f"{API_PREFIX}/auth/sign-in": "staff", f"{API_PREFIX}/driver/sign-in": "driver"}
CODE_KEY = "busbar.problem_code"
"""Where a request's scope keeps the code of the problem that it is answered with."""


class HttpTally:
    """Requests by the template of their route, never by their address: templates are few."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        """By method, route and status."""
        self.times: dict[str, Buckets] = {}
        """Seconds to the beginning of the answer, by route."""
        self.problems: Counter[str] = Counter()
        """Requests that were refused, by the code of the problem."""
        self.sign_in_failures: Counter[tuple[str, str]] = Counter()
        """By door and code."""

    def note(self, scope: Scope, *, status: int, elapsed_s: float) -> None:
        """Count a request whose answer begins."""
        route = name_route(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.requests[method, route, status] += 1
        if route not in self.times:
            self.times[route] = Buckets(ANSWER_BOUNDS_S)
        self.times[route].add(elapsed_s)
        code = scope.get(CODE_KEY)
        if code is not None:
            self.problems[code] += 1
            if route in SIGN_INS:
                self.sign_in_failures[SIGN_INS[route], code] += 1


def name_route(scope: Scope) -> str:
    """Return the template of the route that serves a request."""
    template = getattr(scope.get("route"), "path_format", None)
    if not isinstance(template, str):
        return WEB
    return API_PREFIX + template if str(scope["path"]).startswith(f"{API_PREFIX}/") else template
