import ssl

import pytest

from busbar.gateways.ocpp.stumbles import CODES, read_bad_request, read_tls_failure
from busbar.ports.refusals import RefusalKind


def fail(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}] {reason.lower().replace('_', ' ')} (_ssl.c:1006)")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("HTTP_REQUEST", "plain_on_tls_port"),
        ("TLSV1_ALERT_UNKNOWN_CA", "tls_untrusted"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "tls_untrusted"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "tls_untrusted"),
        ("SSLV3_ALERT_CERTIFICATE_UNKNOWN", "tls_untrusted"),
        ("CERTIFICATE_VERIFY_FAILED", "tls_client_certificate"),
        ("UNSUPPORTED_PROTOCOL", "tls_version"),
        ("NO_SHARED_CIPHER", "tls_version"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "tls_version"),
        ("WRONG_VERSION_NUMBER", "tls_version"),
        ("BAD_RECORD_TYPE", "tls_failed"),
    ],
)
def test_the_words_of_tls_become_kinds(reason, kind):
    stumble = read_tls_failure(fail(reason), peer_address="10.0.0.1:1")
    assert stumble.kind == kind
    assert stumble.code == CODES[stumble.kind]
    assert stumble.is_encrypted
    assert stumble.detail == reason


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), ssl.SSLEOFError(8, "EOF")])
def test_who_only_went_away_left_nothing(error):
    assert read_tls_failure(error, peer_address="10.0.0.1:1") is None


@pytest.mark.parametrize(
    ("head", "is_encrypted", "kind", "target"),
    [
        (b"\x16\x03\x01\x02", False, RefusalKind.TLS_ON_PLAIN_PORT, None),
        (b"\x16\x03\x01\x02", True, RefusalKind.NOT_WEBSOCKET, None),
        (b"GET /ocpp/A HTTP/1.1\r\n\r\n", False, RefusalKind.NOT_WEBSOCKET, "/ocpp/A"),
        (b"POST /a\xff HTTP/1.0\r\n\r\n", False, RefusalKind.NOT_WEBSOCKET, "/a\N{REPLACEMENT CHARACTER}"),
        (b"hello", False, RefusalKind.NOT_WEBSOCKET, None),
        (b"", False, RefusalKind.NOT_WEBSOCKET, None),
    ],
)
def test_what_is_no_upgrade_is_told_apart(head, is_encrypted, kind, target):
    stumble = read_bad_request(head, peer_address="10.0.0.1:1", is_encrypted=is_encrypted, detail="x")
    assert (stumble.kind, stumble.target) == (kind, target)
