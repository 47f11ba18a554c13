from datetime import UTC, datetime, timedelta

import pytest

from busbar.gateways.ocpp.refusal_list import RefusalList, guess_name, strip_port
from busbar.gateways.ocpp.socket import Stumble
from busbar.ports.refusals import RefusalKind

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Ticking:
    def __init__(self):
        self.at = NOON

    def now(self):
        self.at += timedelta(seconds=1)
        return self.at


def stumble(name, *, host="10.0.0.1", port=5000, kind=RefusalKind.BLOCKED, **more):
    given = {"code": "denied.x", "is_encrypted": False, "detail": "no", "target": f"/ocpp/{name}"} | more
    return Stumble(kind=kind, name=name, peer_address=f"{host}:{port}", **given)


def make_list(entries_max=10):
    return RefusalList(clock=Ticking(), entries_max=entries_max)


def test_the_same_visit_again_is_counted_from_whichever_port_it_comes():
    kept = make_list()
    for port in (1, 2, 3):
        kept.note(stumble("A", port=port))
    kept.note(stumble("A", kind=RefusalKind.WRONG_PASSWORD))
    newest, older = kept.list_newest()
    assert (newest.kind, newest.count) == ("wrong_password", 1)
    assert (older.kind, older.count, older.address) == ("blocked", 3, "10.0.0.1")
    assert older.first_at == NOON + timedelta(seconds=1)
    assert older.last_at == NOON + timedelta(seconds=3)


def test_one_address_fills_no_more_than_half_and_pushes_out_its_own():
    kept = make_list(entries_max=10)
    kept.note(stumble("honest", host="10.0.0.2"))
    for number in range(1000):
        kept.note(stumble(f"N{number}"))
    names = [one.name for one in kept.list_newest()]
    assert names == ["N999", "N998", "N997", "N996", "N995", "honest"]


def test_many_addresses_fill_no_more_than_all_of_it():
    kept = make_list(entries_max=10)
    for number in range(1000):
        kept.note(stumble("N", host=f"10.0.{number // 250}.{number % 250}"))
    assert len(kept.list_newest()) == 10


def test_a_visitors_texts_are_cut_and_cleaned():
    kept = make_list()
    kept.note(stumble("A", target="/x\x00" + "y" * 900 + "?secret", detail="d" * 900, protocols=("p\n" * 300,)))
    (one,) = kept.list_newest()
    assert one.path == "/x\N{REPLACEMENT CHARACTER}" + "y" * 117
    assert len(one.detail) == 200
    assert len(one.offered) == 100
    assert one.offered.isprintable()


@pytest.mark.parametrize(
    ("path", "name"),
    [("/steve/CP-1", "CP-1"), ("/CP-1/", "CP-1"), ("/", None), ("/ocpp/", None), (None, None), ("/" + "a" * 49, None)],
)
def test_the_last_part_of_a_wrong_path_may_be_a_name(path, name):
    assert guess_name(path) == name


@pytest.mark.parametrize(
    ("peer", "host"), [("10.0.0.1:5000", "10.0.0.1"), ("[::1]:5000", "::1"), ("unknown", "unknown")]
)
def test_the_port_says_nothing(peer, host):
    assert strip_port(peer) == host
