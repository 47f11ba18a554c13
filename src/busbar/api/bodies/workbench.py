from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import PRINTABLE, Body, EvseNumber, StationIdText
from busbar.canon.layouts import PieceKind
from busbar.canon.workbench import ListName

ViewName = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, pattern=PRINTABLE)]
ViewText = Annotated[str, StringConstraints(max_length=1500, pattern=r"^[!-~]*$")]
Cell = Annotated[int, Field(ge=0, le=119)]
Cells = Annotated[int, Field(ge=1, le=120)]
Label = Annotated[str, StringConstraints(max_length=40, strip_whitespace=True, pattern=PRINTABLE)]


class SavedViewBody(Body):
    """A list to be kept under a name."""

    list_name: ListName
    name: ViewName
    query: ViewText = ""
    """Filters, order and columns: what stands after `?` in the list's address."""
    is_shared: bool = False
    """Let all staff of the operator see it."""


class LayoutPieceBody(Body):
    """A rectangle of the drawing, in cells of its grid; the first cell is at the top left."""

    kind: PieceKind
    x: Cell
    y: Cell
    width: Cells
    height: Cells
    label: Label = ""
    station_id: StationIdText | None = None
    """Which station stands here, or serves this bay."""
    evse_id: EvseNumber | None = None
    """Which of its EVSEs serves this bay; left out: all of them."""


class SiteLayoutBody(Body):
    """How a site is drawn; without pieces the drawing is removed."""

    columns: Annotated[int, Field(ge=4, le=120)]
    rows: Annotated[int, Field(ge=4, le=120)]
    pieces: Annotated[tuple[LayoutPieceBody, ...], Field(max_length=600)] = ()
