from datetime import datetime

from busbar.canon.layouts import PieceKind
from busbar.canon.workbench import ListName
from busbar.views.shapes.model import Shape


class SavedView(Shape):
    """A list as somebody wants to see it again."""

    view_id: str
    list_name: ListName
    name: str
    query: str
    """Filters, order and columns: what stands after `?` in the list's address."""
    is_shared: bool
    """All staff of the operator see it."""
    is_own: bool
    """The caller made it."""
    changed_at: datetime


class SavedViewList(Shape):
    """The caller's own views and those that are shared, by name."""

    items: list[SavedView]


class LayoutPiece(Shape):
    """A rectangle of the drawing, in cells of its grid; the first cell is at the top left."""

    kind: PieceKind
    x: int
    y: int
    width: int
    height: int
    label: str
    station_id: str | None
    """Which station stands here, or serves this bay."""
    evse_id: int | None
    """Which of its EVSEs serves this bay; null: all of them."""


class SiteLayout(Shape):
    """How a site is drawn; without pieces it was not drawn yet."""

    site_id: str
    columns: int
    rows: int
    pieces: list[LayoutPiece]
    changed_at: datetime | None
