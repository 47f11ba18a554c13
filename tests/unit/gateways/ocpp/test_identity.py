import base64

import pytest

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.identity import (
    BadPathError,
    CredentialsError,
    UnknownPathError,
    choose_protocol,
    read_password,
    read_station_id,
    verify_password,
)
from busbar.kernel.ids import StationId
from busbar.kernel.secret import hash_secret

KEY = b"k" * 32
STATION = StationId("AL1000")


def basic(raw):
    return (f"Basic {base64.b64encode(raw).decode()}",)


@pytest.mark.parametrize(
    ("target", "station_id"),
    [
        ("/ocpp/CS001", "CS001"),
        ("/ocpp/RDAM%20123", "RDAM 123"),
        ("/ocpp/DE*BUS*E1:2?token=x", "DE*BUS*E1:2"),
        ("/ocpp/%E6%9E%AA", "枪"),
        ("/ocpp/" + "%41" * 48, "A" * 48),
    ],
)
def test_the_station_id_is_the_decoded_end_of_the_path(target, station_id):
    assert read_station_id(target) == station_id


@pytest.mark.parametrize(
    "target", ["/", "/ocpp", "/ocpp/", "/OCPP/x", "/ocpp/a/b", "/ocpp/%2f", "/ocpp/a%7f", "/ocpp/%20"]
)
def test_where_no_station_can_be_is_an_unknown_path(target):
    with pytest.raises(UnknownPathError):
        read_station_id(target)


@pytest.mark.parametrize("target", ["/ocpp/%", "/ocpp/%4", "/ocpp/%G1", "/ocpp/%C3", "/ocpp/" + "a" * 1100])
def test_what_is_not_encoded_is_a_bad_path(target):
    with pytest.raises(BadPathError):
        read_station_id(target)


def test_the_newest_protocol_wins_and_names_are_exact():
    assert choose_protocol(["ocpp1.6", "ocpp2.1", "ocpp2.0.1"]) is Protocol.OCPP21
    assert choose_protocol(["ocpp1.6", "ocpp2.0.1"]) is Protocol.OCPP201
    assert choose_protocol(["ocpp2.0", "ocpp1.6"]) is Protocol.OCPP16
    assert choose_protocol(["ocpp2.0", "Ocpp1.6", ""]) is None


def test_the_example_of_the_specification_is_read():
    # OCPP-J 1.6, 6.2.2
    authorization = ("Basic QUwxMDAwOgABAgMEBQYH////////////////",)
    password = read_password(authorization, STATION)
    assert password == bytes.fromhex("0001020304050607ffffffffffffffffffffffff")
    assert verify_password(password, hash_secret("0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF", KEY), KEY)


def test_a_password_may_hold_any_bytes_and_an_identity_a_colon():
    assert read_password(basic(b"AL1000:a:b\x00"), STATION) == b"a:b\x00"
    assert read_password(basic(b"A:B:secret"), StationId("A:B")) == b"secret"
    assert read_password(("basic   " + base64.b64encode(b"AL1000:x").decode() + " ",), STATION) == b"x"


@pytest.mark.parametrize(
    "authorization",
    [
        (),
        ("",),
        ("Basic",),
        ("Basic ===",),
        ("Digest abc",),
        basic(b"AL1000"),
        basic(b"AL1001:x"),
        basic(b"al1000:x"),
        basic(b"AL1000:x") * 2,
    ],
)
def test_other_credentials_are_refused(authorization):
    with pytest.raises(CredentialsError):
        read_password(authorization, STATION)


def test_only_the_right_password_is_verified():
    hashed = hash_secret("right", KEY)
    assert verify_password(b"right", hashed, KEY)
    assert not verify_password(b"wrong", hashed, KEY)
    assert not verify_password(b"right", hashed, b"j" * 32)
    assert not verify_password(b"", hashed, KEY)
