import pytest

from busbar.kernel.masking import DEPTH_MAX, MASK, is_secret_name, mask_fields, mask_text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('[2,"1","Authorize",{"idTag":"04A1B2C3"}]', "04A1B2C3"),
        ('[2,"1","StartTransaction",{"connectorId":1,"idTag": "AB CD"}]', "AB CD"),
        (r'{"frame": "[2,\"1\",\"Authorize\",{\"idTag\":\"04A1B2C3\"}]"}', "04A1B2C3"),
        ('{"idToken":{"idToken":"SECRET1","type":"ISO14443"}}', "SECRET1"),
        ('{"groupIdToken":{"idToken":"GROUP9"}}', "GROUP9"),
        ("{'parentIdTag': 'PARENT7'}", "PARENT7"),
        ('{"key":"AuthorizationKey","value":"stationpw"}', "stationpw"),
        ('{"variable":{"name":"BasicAuthPassword"},"attributeValue":"stationpw"}', "stationpw"),
        ('{"connectionData":{"basicAuthPassword":"stationpw","apn":{"apnPassword":"apnpw1"}}}', "apnpw1"),
        ("Authorization: Basic Q1M6cHc=", "Q1M6cHc="),
        ("authorization='Bearer abc.def'", "abc.def"),
        ("header Bearer eyJhbGciOiJIUzI1NiJ9.e30.sig refused", "eyJhbGciOiJIUzI1NiJ9"),
        ("key bb_a1b2c3d4_Zm9vYmFyYmF6cXV4 refused", "Zm9vYmFyYmF6cXV4"),
        ("token bbs_Zm9vYmFyYmF6cXV4 ended", "Zm9vYmFyYmF6cXV4"),
        ("token bbd_Zm9vYmFyYmF6cXV4 ended", "Zm9vYmFyYmF6cXV4"),
        ("Cookie: busbar_staff=abcdef123; x=1", "abcdef123"),
        ("postgresql://busbar:geheim@db.example.org/busbar", "geheim"),
        ("amqp://guest:gu3st@127.0.0.1:5672/%2F", "gu3st"),
        ("dsn host=db password=geheim user=busbar", "geheim"),
        ("?token=abc123&x=1", "abc123"),
        ("no such person: ada.lovelace+x@example.co.uk", "ada.lovelace"),
        ("call +39 011 555 1234 now", "555 1234"),
        ("call +8613812345678", "13812345678"),
        ('{"email":"not an address"}', "not an address"),
        ('{"phone": "0115551234"}', "0115551234"),
        ('{"vin":"WVWZZZ1JZXW000001"}', "WVWZZZ1JZXW000001"),
        ("vehicle with vin WVWZZZ1JZXW000001 refused", "WVWZZZ1JZXW000001"),
        ('{"plate": "AB 123 CD"}', "AB 123 CD"),
        ("plate=AB123CD", "AB123CD"),
        ('{"iban":"DE89370400440532013000"}', "DE89370400440532013000"),
        ("the IBAN DE89 3704 0044 0532 0130 00 is not ours", "0532 0130"),
        ('{"vat_id":"IT12345678901","street":"Via Roma 1"}', "Via Roma 1"),
        ('{"vat_id":"IT12345678901","street":"Via Roma 1"}', "IT12345678901"),
    ],
)
def test_a_text_does_not_tell(text, secret):
    masked = mask_text(text)
    assert secret not in masked
    assert MASK in masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "ocpp.connected station_id=CS-1 peer=127.0.0.1:50000 protocol=ocpp1.6",
        "2026-11-28T12:00:00.123456+00:00 batch committed",
        "connection_id=01a22210c981700781461237fb9b2d5c",
        "schema.migrated after=0001 before=None",
        "a bearer token is needed; basic things first",
        "the tax of a private ibanez, a template, a vineyard and a streetcar",
        "took 12 ms, +5 % more than 1234567890",
        "https://charging.example.org:8443/app/ answers",
        '[2,"1","MeterValues",{"connectorId":1,"transactionId":7}]',
    ],
)
def test_what_is_no_secret_is_told_as_it_is(text):
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "name", ["password", "newPassword", "Set-Cookie", "Authorization", "id_token", "idTag", "email", "display_name"]
)
def test_names_of_secrets_are_known_however_written(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["station_id", "tokens_max", "name", "email_count", "consumer", "error"])
def test_names_of_other_things_are_not(name):
    assert not is_secret_name(name)


def test_nested_fields_are_masked_by_their_names():
    fields = {
        "event": "x",
        "body": {"email": "ada@example.org", "items": [{"idTag": "A1", "n": 1}]},
        "password": "p",
        "token": None,
        "id_token": {"value": "A1"},
    }
    assert mask_fields(fields) == {
        "event": "x",
        "body": {"email": MASK, "items": [{"idTag": MASK, "n": 1}]},
        "password": MASK,
        "token": None,
        "id_token": MASK,
    }


def test_what_lies_too_deep_is_masked_as_a_whole():
    value = "secret"
    for _ in range(DEPTH_MAX + 3):
        value = {"a": value}
    assert "secret" not in str(mask_fields({"a": value}))
