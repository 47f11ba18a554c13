"""The generated pages say what the sources say today."""

import ast
from enum import StrEnum
from typing import Annotated

import pytest
import typer

import cli_page
import error_page
import message_page
import reference
from busbar.api import problems
from busbar.canon.metering import Sample
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import StationId
from page_text import flatten, write_table
from tests.house.sources import name_of


@pytest.mark.parametrize("page", list(reference.PAGES), ids=lambda page: page.stem)
def test_pages_are_up_to_date(page):
    assert page.read_text(encoding="utf-8") == reference.PAGES[page](), f"{name_of(page)}: run make reference"


def test_every_code_that_a_door_answers_is_explained():
    known = {error.code for error in error_page.read_errors()} | set(error_page.ANSWERED_ALONE)
    answered = error_page.list_answered_codes() | set(problems._HTTP_CODES.values())
    assert answered <= known


def test_every_code_begins_with_its_kind():
    strangers = [
        error.code
        for error in error_page.read_errors()
        if not error.code.startswith((f"{error.kind.code}.", "internal"))
    ]
    assert strangers == []


def test_facts_are_the_keywords_that_errors_are_raised_with():
    tree = ast.parse("raise LostError('x', station_id=1)\nraise model.LostError('x', days=2)\nf(a=1)")
    assert list(error_page.list_raised_facts(tree)) == [
        ("LostError", frozenset({"station_id"})),
        ("LostError", frozenset({"days"})),
    ]


def test_a_code_of_several_rooms_is_explained_once():
    meanings = ["No such site.", "No such site, or not the operator's."]
    assert error_page.choose_meanings(NotFoundError, meanings) == ["No such site, or not the operator's."]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def paint(
    wall: Annotated[str, typer.Argument(help="Which wall.")],
    *,
    colour: Annotated[Colour | None, typer.Option(help="With which\ncolour.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    coats: Annotated[int, typer.Option(min=1, max=3)] = 2,
):
    """Paint a wall."""


def test_a_command_is_described_with_all_its_options():
    assert cli_page.write_command(paint, None) == (
        "\n## busbar paint\n\nPaint a wall.\n\n"
        "| option | value | default | meaning |\n|---|---|---|---|\n"
        "| `WALL` | text | required | Which wall. |\n"
        "| `--colour` | `red`, `blue` |  | With which colour. |\n"
        "| `--json` |  |  | For programs. |\n"
        "| `--coats` | whole number from 1 to 3 | `2` |  |\n"
    )


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (str, "text"),
        (int | None, "number?"),
        (tuple[Sample, ...], "Sample[]"),
        (StationId, "StationId"),
        (str | int, "one of text, number"),
        (None.__class__, "nothing"),
    ],
)
def test_types_are_named_for_people(annotation, name):
    assert message_page.name_type(annotation) == name


def test_cells_hold_one_line():
    assert flatten("One\n    or | two. ") == "One or \\| two."
    assert write_table(("a", "b"), [("1", "2")]) == "| a | b |\n|---|---|\n| 1 | 2 |\n"
