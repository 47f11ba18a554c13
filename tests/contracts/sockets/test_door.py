import base64

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from busbar.canon.stations import Admission, AdmissionRequested, AdmissionStatus, StationConnected
from busbar.kernel.errors import UnavailableError
from busbar.kernel.secret import hash_secret

from .conftest import SECRET_KEY


def basic(name, password):
    raw = password if isinstance(password, bytes) else password.encode()
    return {"Authorization": "Basic " + base64.b64encode(name.encode() + b":" + raw).decode()}


def admit(password=None, **more):
    hashed = None if password is None else hash_secret(password, SECRET_KEY)
    return Admission(status=AdmissionStatus.ADMITTED, password_hash=hashed, **more)


async def refuse(site, path="/ocpp/CS-1", **options):
    with pytest.raises(InvalidStatus) as caught:
        await connect(f"ws://127.0.0.1:{site.gateway.port}{path}", subprotocols=["ocpp1.6"], **options)
    return caught.value.response


@pytest.mark.parametrize(
    ("encoded", "name"),
    [("CS001", "CS001"), ("RDAM%20123", "RDAM 123"), ("%E5%9C%BA%2A1", "场*1"), ("a" * 48, "a" * 48), ("x?y=z", "x")],
)
async def test_the_identity_is_the_decoded_end_of_the_path(site, encoded, name):
    async with site.plug_in(name=encoded) as station:
        assert await station.is_well()
    (connected,) = site.core.of(StationConnected)
    assert connected.station_id == name
    assert connected.remote_address.startswith("127.0.0.1:")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 404),
        ("/ocpp", 404),
        ("/ocpp/", 404),
        ("/other/CS1", 404),
        ("/ocpp/a/b", 404),
        ("/ocpp/a%2Fb", 404),
        ("/ocpp/a%00b", 404),
        ("/ocpp/a%0Ab", 404),
        ("/ocpp/" + "a" * 49, 404),
        ("/ocpp/%20CS1", 404),
        ("/ocpp/%zz", 400),
        ("/ocpp/%ff", 400),
        ("/ocpp/" + "a" * 2000, 400),
    ],
)
async def test_what_cannot_be_a_station_is_turned_away_unasked(site, path, status):
    response = await refuse(site, path)
    assert response.status_code == status
    assert site.core.reports == []


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["ocpp1.6"], "ocpp1.6"),
        (["ocpp1.6", "ocpp2.0.1", "ocpp2.1"], "ocpp2.1"),
        (["ocpp2.0.1", "ocpp1.6"], "ocpp2.0.1"),
        (["ocpp2.0", "ocpp1.5", "ocpp1.6", "wamp"], "ocpp1.6"),
    ],
)
async def test_the_newest_offered_protocol_wins(site, offered, chosen):
    async with site.plug_in(offered) as station:
        assert station.socket.subprotocol == chosen
        assert await station.is_well()
    assert site.core.of(AdmissionRequested)[0].protocol == chosen


@pytest.mark.parametrize("offered", [[], ["ocpp2.0"], ["OCPP1.6"]])
async def test_without_a_common_protocol_the_handshake_completes_and_the_connection_closes(site, offered):
    async with site.plug_in(offered) as station:
        assert station.socket.subprotocol is None
        assert (await station.wait_end())[0] == 1002
    assert site.core.reports == []
    assert any("no sub-protocol" in note for note in site.notes())


@pytest.mark.parametrize(
    "password", ["0001020304050607FFFF", "with:colons:inside", "pässwörd", b"\x00\x01\xfe\xff" * 5]
)
async def test_the_right_password_opens(site, password):
    site.core.replies[AdmissionRequested] = admit(password)
    async with site.plug_in(additional_headers=basic("CS-1", password)) as station:
        assert await station.is_well()


async def test_a_binary_key_is_recognised_by_its_hexadecimal_text(site):
    # OCPP-J 1.6, 6.2.2: AuthorizationKey is set as 40 hexadecimal digits, the header carries the 20 bytes.
    key = bytes(range(230, 250))
    for text in (key.hex(), key.hex().upper()):
        site.core.replies[AdmissionRequested] = admit(text)
        name = f"CS-{text[:2]}"
        async with site.plug_in(name=name, additional_headers=basic(name, key)) as station:
            assert await station.is_well()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("CS-1", "wrong"),
        basic("CS-2", "right"),
        basic("CS-1", ""),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer right"},
        [("Authorization", basic("CS-1", "right")["Authorization"]), ("Authorization", "Basic eDp5")],
    ],
)
async def test_any_other_credentials_get_401_and_leave_a_note_without_them(site, headers):
    site.core.replies[AdmissionRequested] = admit("right")
    response = await refuse(site, additional_headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic realm=")
    (note,) = site.notes()
    assert note.startswith("refused: ")
    assert "right" not in note
    assert "eDp5" not in note
    assert site.core.of(StationConnected) == []


async def test_without_a_stored_password_none_is_asked_for(site):
    async with site.plug_in(additional_headers=basic("CS-1", "whatever")) as station:
        assert await station.is_well()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Admission(status=AdmissionStatus.UNKNOWN), 404),
        (Admission(status=AdmissionStatus.BLOCKED), 403),
        (UnavailableError("the core is away"), 503),
        (ZeroDivisionError("a defect"), 500),
    ],
)
async def test_what_the_core_refuses_stays_outside(site, answer, status):
    site.core.replies[AdmissionRequested] = answer
    response = await refuse(site)
    assert response.status_code == status
    assert b"defect" not in response.body
    assert site.core.of(StationConnected) == []
    site.core.replies.clear()
    async with site.plug_in() as station:
        assert await station.is_well()


async def test_a_storm_of_one_station_asks_once_and_a_new_password_counts_at_once(site):
    site.core.replies[AdmissionRequested] = admit("old")
    for _ in range(3):
        async with site.plug_in(additional_headers=basic("CS-1", "old")):
            pass
    assert len(site.core.of(AdmissionRequested)) == 1
    site.core.replies[AdmissionRequested] = admit("new")
    async with site.plug_in(additional_headers=basic("CS-1", "new")) as station:
        assert await station.is_well()
    assert (await refuse(site, additional_headers=basic("CS-1", "old"))).status_code == 401


async def test_no_more_stations_than_the_bound_but_a_known_one_may_come_again(open_site):
    site = await open_site(connected_max_stations=1)
    async with site.plug_in():
        response = await refuse(site, "/ocpp/CS-2")
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        async with site.plug_in() as again:
            assert await again.is_well()
