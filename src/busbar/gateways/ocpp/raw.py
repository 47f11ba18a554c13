"""Requests that people hand over in the station's own language."""

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.translation import VERSIONS, OcppRequestError
from busbar.wire.ocppj import NotSendableError, PayloadError, Role, dialect_of
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.version import Version


def read_raw_call(version: Version, action: str, payload_json: str) -> Payload:
    """Read a request given as JSON and check it against its schema. Errors: OcppRequestError with the `path`."""
    try:
        return dialect_of(version).read_request(action, payload_json.encode(), sender=Role.CSMS)
    except NotSendableError as error:
        raise OcppRequestError(error.text, path="action") from error
    except PayloadError as error:
        raise OcppRequestError(error.text, path=error.path, violation=error.error_code.value) from error


def check_request(protocol: Protocol, action: str, payload_json: str) -> None:
    """Raise OcppRequestError (`invalid.ocpp_request`, fact `path`) unless this may be sent to such a station."""
    read_raw_call(VERSIONS[protocol], action, payload_json)
