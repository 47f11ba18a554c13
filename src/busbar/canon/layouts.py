"""How a site is drawn: its bays, stations and buildings on a grid, as seen from above."""

from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.kernel.ids import OperatorId, SiteId, StationId


class PieceKind(StrEnum):
    """What a piece of the drawing is."""

    BAY = "bay"
    STATION = "station"
    BUILDING = "building"
    LANE = "lane"
    GREEN = "green"


class LayoutPiece(Noun, frozen=True, kw_only=True):
    """A rectangle of the drawing, in cells of its grid; the first cell is at the top left."""

    kind: PieceKind
    x: int
    y: int
    width: int
    height: int
    label: str = ""
    station_id: StationId | None = None
    """Which station stands here, or serves this bay."""
    evse_id: int | None = None
    """Which of its EVSEs serves this bay; None: all of them."""


class SiteLayout(Noun, frozen=True, kw_only=True):
    """The drawing of a site."""

    columns: int
    rows: int
    pieces: tuple[LayoutPiece, ...] = ()


class SaveSiteLayout(Command[None], frozen=True, kw_only=True):
    """Draw a site anew; a drawing without pieces is none.

    Errors: `not_found.site`, `invalid.layout` (fact `piece`: which one, from 0).
    """

    operator_id: OperatorId
    actor: str
    site_id: SiteId
    layout: SiteLayout
