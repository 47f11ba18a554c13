"""The document: whole, stable, fit for generated clients."""

import json

import pytest

from busbar.api.live import TOPICS
from busbar.api.openapi import render


@pytest.fixture(scope="module")
def document():
    return json.loads(render())


def list_operations(document):
    return [(method, path, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def list_references(part):
    if isinstance(part, list):
        return {found for item in part for found in list_references(item)}
    if not isinstance(part, dict):
        return set()
    here = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return here | {found for item in part.values() for found in list_references(item)}


def test_the_document_is_the_same_each_time():
    assert render() == render()


def test_every_operation_has_a_name_of_its_own_a_tag_and_words(document):
    operations = [operation for _, _, operation in list_operations(document)]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(name.isalnum() and name[0].islower() for name in names)
    assert all(operation["tags"] and operation["description"] for operation in operations)


def test_every_operation_tells_problems(document):
    for _, _, operation in list_operations(document):
        assert {"4XX", "5XX"} <= set(operation["responses"])
        assert "422" not in operation["responses"]
        assert "application/problem+json" in operation["responses"]["4XX"]["content"]


def test_every_reference_leads_somewhere(document):
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert list_references(document) <= known


def test_schemas_have_plain_names(document):
    assert all(name.isalnum() for name in document["components"]["schemas"])


def test_live_events_are_described(document):
    named = document["paths"]["/api/v1/events"]["get"]["x-events"]
    assert set(named) == {kind.__name__ for kind in TOPICS}
    answered = document["components"]["schemas"]["LiveStationCommandAnswered"]["properties"]
    assert answered["request"]["type"] == "string"
    assert "message" not in answered


def test_fields_carry_their_docstrings(document):
    schemas = document["components"]["schemas"]
    assert schemas["Session"]["properties"]["stop_reason"]["description"] == "The station's word, verbatim."
    parameters = document["paths"]["/api/v1/sessions"]["get"]["parameters"]
    described = {parameter["name"]: parameter.get("description") for parameter in parameters}
    assert described["id_token"] == "The token's value; case does not matter."


def test_every_way_in_is_named(document):
    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == {"staffToken", "staffCookie", "driverToken", "driverCookie"}


@pytest.mark.parametrize("path", ["/api/v1/stations", "/api/v1/sessions", "/api/v1/driver/sessions"])
def test_fields_of_answers_are_always_there(document, path):
    page = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][page.rpartition("/")[2]]
    assert set(schema["required"]) == {"items", "next_cursor", "total"}
