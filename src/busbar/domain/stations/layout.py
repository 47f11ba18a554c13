"""What a drawing of a site may hold: pure."""

from collections.abc import Container

from busbar.canon.layouts import LayoutPiece, PieceKind, SiteLayout
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import StationId

MIN_CELLS = 4
MAX_CELLS = 120
"""Columns, and rows, of a grid."""
MAX_PIECES = 600
MAX_LABEL = 40
MAX_EVSE_ID = 1000


class LayoutError(InvalidError):
    """The drawing cannot be kept; `piece` says which part of it."""

    code = "invalid.layout"


def check_layout(layout: SiteLayout, *, stations: Container[StationId]) -> SiteLayout:
    """Return the drawing if it fits its grid and names only these stations. Errors: LayoutError."""
    if not (MIN_CELLS <= layout.columns <= MAX_CELLS and MIN_CELLS <= layout.rows <= MAX_CELLS):
        raise LayoutError(f"a grid has {MIN_CELLS} to {MAX_CELLS} columns and rows")
    if len(layout.pieces) > MAX_PIECES:
        raise LayoutError(f"a drawing has at most {MAX_PIECES} pieces")
    standing: set[StationId] = set()
    for place, piece in enumerate(layout.pieces):
        fault = _find_misfit(piece, layout) or _find_stranger(piece, stations)
        if fault is None and piece.kind is PieceKind.STATION and piece.station_id in standing:
            fault = "a station stands in one place"
        if fault is not None:
            raise LayoutError(fault, piece=place)
        if piece.kind is PieceKind.STATION and piece.station_id is not None:
            standing.add(piece.station_id)
    return layout


def _find_misfit(piece: LayoutPiece, layout: SiteLayout) -> str | None:
    if piece.width < 1 or piece.height < 1:
        return "a piece covers at least one cell"
    if piece.x < 0 or piece.y < 0 or piece.x + piece.width > layout.columns or piece.y + piece.height > layout.rows:
        return "the piece does not fit into the grid"
    if len(piece.label) > MAX_LABEL:
        return f"a label has at most {MAX_LABEL} characters"
    return None


def _find_stranger(piece: LayoutPiece, stations: Container[StationId]) -> str | None:
    if piece.station_id is None:
        return "a station that is drawn has its id" if piece.kind is PieceKind.STATION else None
    if piece.kind not in {PieceKind.STATION, PieceKind.BAY}:
        return "only bays and stations belong to a station"
    if piece.station_id not in stations:
        return "the station is not one of this site"
    if piece.evse_id is not None and not 1 <= piece.evse_id <= MAX_EVSE_ID:
        return "EVSE numbers begin at 1"
    return None
