"""What the audit of the database lets pass, and what it finds."""

import pytest

from bench.audit import Entry, Row, compare, find_difference, read_books

HEAD = (
    "station_id\tconnector\ttransaction_ref\tis_begun\tis_ended\tmeter_start_wh\tmeter_wh\tsamples_sent\t"
    "samples_acknowledged\n"
)


def entry(**fields) -> Entry:
    return Entry(
        **{
            "station_id": "CP000001",
            "transaction_ref": "7",
            "is_begun": True,
            "is_ended": True,
            "meter_start_wh": 1000,
            "meter_wh": 2260,
            "samples_sent": 280,
            "samples_acknowledged": 280,
            **fields,
        }
    )


def row(**fields) -> Row:
    return Row(**{"is_ended": True, "energy_wh": 1260, "record_energy_wh": 1260, "samples": 280, **fields})


def test_books_are_read(tmp_path):
    file = tmp_path / "books.tsv"
    file.write_text(HEAD + "CP000001\t1\t7\t1\t0\t1000\t2260\t280\t270\n", encoding="ascii")
    assert read_books(file) == [entry(is_ended=False, samples_acknowledged=270)]


@pytest.mark.parametrize(
    ("kept", "rows"),
    [
        (entry(), [row()]),
        (entry(samples_acknowledged=270), [row()]),
        (entry(is_ended=False), [row(is_ended=False, energy_wh=900, record_energy_wh=None)]),
        (entry(is_ended=False), [row()]),
        (entry(is_begun=False, is_ended=False), []),
    ],
    ids=["all there", "more than was acknowledged", "still open", "ended without an answer", "never acknowledged"],
)
def test_what_was_acknowledged_is_there(kept, rows):
    assert find_difference(kept, rows) is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "0 sessions"),
        ([row(), row()], "2 sessions"),
        ([row(samples=279)], "279 samples"),
        ([row(samples=281)], "281 samples"),
        ([row(is_ended=False)], "has not ended"),
        ([row(energy_wh=1259)], "1259 Wh"),
        ([row(record_energy_wh=None)], "None Wh in the meter record"),
    ],
)
def test_what_is_lost_or_made_up_is_found(rows, said):
    assert said in (find_difference(entry(), rows) or "")


def test_all_books_are_compared():
    rows = {("CP000001", "7"): [row()], ("CP000002", "7"): [row(samples=0)]}
    audit = compare([entry(), entry(station_id="CP000002"), entry(transaction_ref="8")], rows)
    assert (audit.transactions, audit.samples, len(audit.differences)) == (3, 840, 2)
    assert audit.differences[0].startswith("CP000002 7: 0 samples")
