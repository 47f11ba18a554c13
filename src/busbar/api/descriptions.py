"""What fields mean, for the OpenAPI document: read from the source when the document is made, not at each start.

Pydantic can do this too (`use_attribute_docstrings`), but for every class when it is imported: 0.3 s of each start.
"""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

OWN_PACKAGE = "busbar."


def describe_models(schemas: dict[str, Any]) -> None:
    """Add the docstrings of fields to the schemas of our models."""
    docs = {model.__name__: read_docs(model) for model in _list_models(BaseModel)}
    for name, schema in schemas.items():
        _describe(schema.get("properties", {}), docs.get(name.removesuffix("-Input").removesuffix("-Output"), {}))


def describe_parameters(operation: dict[str, Any], route: APIRoute) -> None:
    """Add the docstrings of fields to the parameters of an operation whose query is a model."""
    for field in route.dependant.query_params:
        model = field.field_info.annotation
        if not isinstance(model, type) or not issubclass(model, BaseModel):
            continue
        docs = read_docs(model)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and parameter["name"] in docs:
                parameter.setdefault("description", docs[parameter["name"]])
                parameter["schema"].setdefault("description", docs[parameter["name"]])


def read_docs(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstrings of a model's fields by name, those of its own class before inherited ones."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if kind.__module__.startswith(OWN_PACKAGE):
            found |= _read_module(inspect.getsourcefile(kind) or "").get(kind.__name__, {})
    return found


@cache
def _read_module(path: str) -> dict[str, dict[str, str]]:
    """Return what stands as text below each annotated name of each class of a file."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {node.name: dict(_read_class(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _read_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            yield field.target.id, inspect.cleandoc(below.value.value)


def _describe(properties: dict[str, Any], docs: dict[str, str]) -> None:
    for name, schema in properties.items():
        if name in docs:
            schema.setdefault("description", docs[name])


def _list_models(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith(OWN_PACKAGE):
            yield child
        yield from _list_models(child)
