"""What a drawing of a site may hold."""

import pytest

from busbar.canon.layouts import LayoutPiece, PieceKind, SiteLayout
from busbar.domain.stations.layout import MAX_CELLS, MAX_PIECES, LayoutError, check_layout

HERE = {"ST-1", "ST-2"}


def piece(kind=PieceKind.BAY, **fields):
    return LayoutPiece(kind=kind, **({"x": 0, "y": 0, "width": 2, "height": 3} | fields))


def check(*pieces, columns=20, rows=10):
    return check_layout(SiteLayout(columns=columns, rows=rows, pieces=pieces), stations=HERE)


def test_a_drawing_holds_bays_stations_and_what_lies_around_them():
    drawn = check(
        piece(PieceKind.STATION, station_id="ST-1", width=1, height=1),
        piece(x=18, y=7, station_id="ST-1", evse_id=2, label="12"),
        piece(PieceKind.LANE, width=20),
    )
    assert len(drawn.pieces) == 3
    assert check(columns=MAX_CELLS).pieces == ()


@pytest.mark.parametrize(
    "bad",
    [
        piece(width=0),
        piece(x=-1),
        piece(x=19),
        piece(y=8),
        piece(label="x" * 41),
        piece(PieceKind.STATION),
        piece(PieceKind.BUILDING, station_id="ST-1"),
        piece(station_id="ST-9"),
        piece(station_id="ST-1", evse_id=0),
    ],
)
def test_a_piece_that_cannot_be_is_named(bad):
    with pytest.raises(LayoutError) as refused:
        check(piece(), bad)
    assert refused.value.facts["piece"] == 1


def test_a_station_stands_in_one_place():
    station = piece(PieceKind.STATION, station_id="ST-1")
    with pytest.raises(LayoutError):
        check(station, station)


def test_grid_and_number_of_pieces_are_bounded():
    with pytest.raises(LayoutError):
        check(columns=3)
    with pytest.raises(LayoutError):
        check(rows=MAX_CELLS + 1)
    with pytest.raises(LayoutError):
        check(*[piece()] * (MAX_PIECES + 1))
