"""The API as a document: the same from a running house and from none."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import cache
from threading import Lock
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from fastapi.routing import APIRoute

from busbar import __version__
from busbar.api import signposts
from busbar.api.descriptions import describe_models, describe_parameters
from busbar.api.editions import CHANGING, list_editable
from busbar.api.live import EVENTS, TOPICS
from busbar.api.problems import PROBLEM_MEDIA_TYPE, Problem
from busbar.api.routes import (
    auth,
    branding,
    closings,
    companion,
    complaints,
    configuration,
    documents,
    driver_auth,
    driver_documents,
    driver_door,
    drivers,
    events,
    factors,
    health,
    identity,
    jobs,
    ledger,
    mail,
    maps,
    offers,
    operations,
    operators,
    paying,
    payment_accounts,
    payments,
    purchases,
    refusals,
    reporting,
    reports,
    reservations,
    roaming,
    sessions,
    settlement,
    sites,
    staff,
    statements,
    station_commands,
    stations,
    tariffs,
    telemetry,
    templates,
    tokens,
    wall,
    wallets,
    webhooks,
    wirelog,
    workbench,
)
from busbar.rating.tariff import Tariff as Terms

API_PREFIX = "/api/v1"
DESCRIPTION = """Everything that the console and the driver app do, and more, for programs.

**Signing in.** Programs send `Authorization: Bearer` with an API key (`bb_…`) or with the token of a sign-in. Browsers
may sign in with `transport: cookie`; their writes then carry the header `X-Busbar-Request: 1`. Platform staff choose
the operator that they act for with the header `X-Busbar-Operator`.

**Lists** are given in pages: `limit`, and `next_cursor` handed back as `cursor`.

**Writes** that carry an `Idempotency-Key` are done once: a repeat gets the first answer again.

**Edits** of what somebody else may edit too carry `If-Match` with the `ETag` of what was read.

**Errors** are problem details (RFC 9457) with a stable `code`.

**Numbers** are whole, and their unit is the end of their name: `energy_wh`, `power_w`, `current_ma`.
"""
ROUTERS: tuple[APIRouter, ...] = (
    auth.router,
    factors.router,
    identity.router,
    operators.router,
    staff.router,
    webhooks.router,
    sites.router,
    stations.router,
    station_commands.router,
    wirelog.router,
    refusals.router,
    telemetry.router,
    wall.router,
    maps.router,
    sessions.router,
    tariffs.router,
    purchases.router,
    offers.router,
    ledger.router,
    wallets.router,
    closings.router,
    tokens.router,
    drivers.router,
    templates.router,
    configuration.router,
    documents.router,
    reports.router,
    reporting.router,
    statements.router,
    statements.driver_router,
    settlement.router,
    roaming.router,
    events.router,
    mail.router,
    jobs.router,
    operations.router,
    driver_auth.router,
    events.driver_router,
    driver_door.router,
    payments.router,
    payment_accounts.router,
    paying.router,
    offers.driver_router,
    companion.router,
    branding.router,
    branding.driver_router,
    reservations.router,
    reservations.driver_router,
    complaints.router,
    complaints.driver_router,
    workbench.router,
    driver_documents.router,
)
WEBHOOK_HEADERS = {
    "webhook-id": "Of the message; the same at every attempt and replay.",
    "webhook-timestamp": "Of this attempt, in seconds since 1970.",
    "webhook-signature": "`v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`; several for two secrets.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 2000},
    "description": "Change it only while this `ETag` is still its own; else nothing is done: 412, `conflict.edition`.",
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "const": "*"},
    "description": "`*`: make it, but only if there is none yet; else nothing is done: 412, `conflict.exists`.",
}
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def name_operation(route: APIRoute) -> str:
    """Return the operation's id: the function's name, in the case of the clients' language."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def build(*, lifespan: Lifespan | None = None) -> FastAPI:
    """Return the app with its routes and document, but nothing behind them."""
    app = FastAPI(
        title="Busbar",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=name_operation,
        redirect_slashes=False,
    )
    for router in ROUTERS:
        signposts.include(app, router, prefix=API_PREFIX)
    signposts.include(app, health.router)
    signposts.include(app, paying.notices, is_shown=False)
    describing = Lock()

    @cache
    def describe_once() -> dict[str, Any]:
        return describe(app)

    @cache
    def write_once() -> bytes:
        return msgspec.json.encode(describe_once())

    app.openapi = describe_once

    @app.get("/openapi.json", include_in_schema=False)
    def show_openapi() -> Response:  # pyright: ignore[reportUnusedFunction] - the decorator keeps it
        with describing:  # in a thread: the first time takes a second, and no station waits for a document
            body = write_once()
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    return app


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, with problem details as the answer to every error."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0"
    )
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["4XX"] = {"description": "Refused.", "content": content}
            operation["responses"]["5XX"] = {"description": "Not done: try again later.", "content": content}
    describe_models(schemas)
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    describe_parameters(document["paths"][API_PREFIX + route.path][method.lower()], route)
    add_editions(document)
    add_terms(document)
    add_events(document)
    add_webhooks(document)
    return tidy(document)


def add_editions(document: dict[str, Any]) -> None:
    """Say where what is read has an `ETag`, and a change may name it."""
    for editable in list_editable(ROUTERS, prefix=API_PREFIX):
        for method, operation in document["paths"][editable.path].items():
            if method == "get":
                operation["responses"]["200"]["headers"] = {
                    "ETag": {"description": "The edition of what can be changed of it.", "schema": {"type": "string"}}
                }
            elif method.upper() in CHANGING:
                operation.setdefault("parameters", []).append(IF_MATCH)
                if method == "put" and "201" in operation["responses"]:
                    operation["parameters"].append(IF_NONE_MATCH)


def add_terms(document: dict[str, Any]) -> None:
    """Add what a tariff says, from the struct that reads it, and point to it wherever one stands."""
    _, components = msgspec.json.schema_components([Terms], ref_template="#/components/schemas/Tariff{name}")
    text = json.dumps({f"Tariff{name}": schema for name, schema in components.items()})
    text = text.replace('TariffTariff"', 'TariffTerms"').replace("TariffTariff", "Tariff")
    document["components"]["schemas"].update(json.loads(text))
    pointed = json.loads(json.dumps(document), object_hook=_point_to_terms)
    document.clear()
    document.update(pointed)


def _point_to_terms(part: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": "#/components/schemas/TariffTerms"} if part.get("format") == "TariffTerms" else part


def add_events(document: dict[str, Any]) -> None:
    """Add the data of live events, each as `Live` and the event's name."""
    template = "#/components/schemas/Live{name}"
    kinds = sorted(TOPICS, key=lambda kind: kind.__name__)
    _, components = msgspec.json.schema_components(kinds, ref_template=template)
    for name, schema in components.items():
        schema.get("properties", {}).pop("message", None)
        if "message" in schema.get("required", ()):
            schema["required"].remove("message")
        if name in {"StationCommandRequested", "StationCommandAnswered"}:
            schema["properties"]["request"] = {"type": "string", "description": "The kind of request."}
        if name == "StationCommandAnswered":
            schema["properties"]["outcome"] = {"$ref": "#/components/schemas/Outcome"}
    used = _list_references([components[kind.__name__] for kind in kinds], components)
    schemas = document["components"]["schemas"]
    schemas.update({f"Live{name}": schema for name, schema in components.items() if name in used})
    for path in ("/events", "/driver/events", "/driver/station-events"):
        named = {kind.__name__: {"$ref": template.format(name=kind.__name__)} for kind in kinds}
        document["paths"][API_PREFIX + path]["get"]["x-events"] = named


def add_webhooks(document: dict[str, Any]) -> None:
    """Add the messages that webhooks are sent: for each event its envelope and headers."""
    schemas = document["components"]["schemas"]
    tested = {name: {"type": "string"} for name in ("operator_id", "webhook_id", "name")}
    schemas["LiveWebhookTested"] = {"type": "object", "properties": tested, "required": [*tested]}
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": text}
        for name, text in WEBHOOK_HEADERS.items()
    ]
    document["webhooks"] = {
        event: {
            "post": {
                "summary": event,
                "tags": ["webhooks"],
                "parameters": headers,
                "requestBody": {"required": True, "content": {"application/json": {"schema": _envelop(event)}}},
                "responses": {"2XX": {"description": "Taken. Anything else is tried again."}},
            }
        }
        for event in (*EVENTS, "WebhookTested")
    }


def _envelop(event: str) -> dict[str, Any]:
    data = {"$ref": f"#/components/schemas/Live{event}"}
    properties = {
        "type": {"type": "string", "const": event},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": data,
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


def _list_references(roots: list[Any], components: dict[str, Any]) -> set[str]:
    """Return the names of the components that these schemas reach, with their own."""
    found = {name for name, schema in components.items() if any(schema is root for root in roots)}
    waiting = list(found)
    while waiting:
        text = json.dumps(components[waiting.pop()])
        fresh = {name for name in components if f'schemas/Live{name}"' in text} - found
        found |= fresh
        waiting += fresh
    return found


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """Give models that go both ways a plain name for each way, and drop titles that only repeat names."""
    text = json.dumps(document).replace("-Output", "").replace("-Input", "Body")
    return json.loads(text, object_hook=_drop_title)


def _drop_title(part: dict[str, Any]) -> dict[str, Any]:
    is_schema = isinstance(part.get("title"), str) and not part.keys() & {"version", "paths", "status"}
    if is_schema:
        del part["title"]
    return part


def render() -> str:
    """Return the document as stable JSON text."""
    return json.dumps(build().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
