"""The translator of OCPP 2.1: what it adds to 2.0.1."""

from busbar.gateways.ocpp.metering import to_utc
from busbar.gateways.ocpp.translation import Incoming, Step, UpHandler, answer_with, make_notified, notify, refuse
from busbar.gateways.ocpp.v2_up import Upward2
from busbar.gateways.ocpp.v201 import Translator2
from busbar.wire import ocpp21
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.version import Version

ID_TOKEN_MAX_CHARACTERS = 255


class Upward21(Upward2):
    """What a 2.1 station may send."""

    def list_handlers(self) -> dict[type[Payload], UpHandler]:
        """Give the handlers of everything that a 2.1 station may send."""
        added: dict[type[Payload], UpHandler] = {
            # Streams are taken, and each of their frames is kept as an event.
            ocpp21.OpenPeriodicEventStreamRequest: notify(ocpp21.OpenPeriodicEventStreamResponse(status="Accepted")),
            ocpp21.NotifyPeriodicEventStream: self.stream,
            # No dynamic schedule is kept here (K28.FR.12).
            ocpp21.PullDynamicScheduleUpdateRequest: notify(
                ocpp21.PullDynamicScheduleUpdateResponse(status="Rejected")
            ),
            ocpp21.GetCertificateChainStatusRequest: self.certificate_chain,
            # An answer would say that a VAT number is right or wrong, or that a battery is taken.
            ocpp21.VatNumberValidationRequest: refuse("VAT numbers are not validated here"),
            ocpp21.BatterySwapRequest: refuse("batteries are not swapped here"),
        }
        notices = (
            "ClosePeriodicEventStream",
            "NotifyDERAlarm",
            "NotifyDERStartStop",
            "NotifyPriorityCharging",
            "NotifySettlement",
            "ReportDERControl",
        )
        return super().list_handlers() | added | self.list_notices(notices)

    def stream(self, incoming: Incoming) -> Step:
        """NotifyPeriodicEventStream: sent, never answered."""
        request: ocpp21.NotifyPeriodicEventStream = incoming.request
        return Step(make_notified(incoming, at=to_utc(request.basetime)), answer_with(request))

    def certificate_chain(self, incoming: Incoming) -> Step:
        """GetCertificateChainStatus: we ask no responder, so every check has failed (M07.FR.02)."""
        request: ocpp21.GetCertificateChainStatusRequest = incoming.request
        statuses = [
            ocpp21.CertificateStatusType(
                certificate_hash_data=one.certificate_hash_data,
                source=one.source,
                status="Failed",
                next_update=incoming.received_at,
            )
            for one in request.certificate_status_requests
        ]
        answer = ocpp21.GetCertificateChainStatusResponse(certificate_status=statuses)
        return Step(make_notified(incoming), answer_with(answer))


class Translator21(Translator2):
    """OCPP 2.1."""

    def __init__(self) -> None:
        super().__init__(
            version=Version.V21,
            wire=ocpp21,
            up=Upward21(ocpp21),
            id_token_max_characters=ID_TOKEN_MAX_CHARACTERS,
        )
