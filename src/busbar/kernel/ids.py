"""Typed keys. Ids made by us are time-ordered (UUIDv7, 32 hexadecimal digits): sorting by id sorts by age."""

import re
from datetime import datetime
from typing import NewType, Protocol

OperatorId = NewType("OperatorId", str)
SiteId = NewType("SiteId", str)
StationId = NewType("StationId", str)
"""The station's own identity as it stands in its connection URL; unique in an installation, 1..48 characters."""
ConnectionId = NewType("ConnectionId", str)
"""One connection of a station; of two ids of one station the greater is the newer (fencing)."""
ReportId = NewType("ReportId", str)
FactId = NewType("FactId", str)
CommandId = NewType("CommandId", str)
"""Made by whoever asks; a repeat with the same id is the same command."""
SessionId = NewType("SessionId", str)
TransactionRef = NewType("TransactionRef", str)
"""The station's own transaction id, opaque (in 1.6 the decimal digits of the integer that we assign)."""
DriverId = NewType("DriverId", str)
TokenId = NewType("TokenId", str)
GroupId = NewType("GroupId", str)
StaffId = NewType("StaffId", str)
ApiKeyId = NewType("ApiKeyId", str)
SignInId = NewType("SignInId", str)
"""One sign-in of a member of staff or of a driver."""
TemplateId = NewType("TemplateId", str)
ViewId = NewType("ViewId", str)
"""A list that staff keep under a name."""
JobId = NewType("JobId", str)
VehicleId = NewType("VehicleId", str)
ComplaintId = NewType("ComplaintId", str)
PhotoId = NewType("PhotoId", str)
ReservationId = NewType("ReservationId", str)
TariffId = NewType("TariffId", str)
TransferId = NewType("TransferId", str)
"""Made by whoever asks for the transfer, unique with its operator; a repeat with the same id is the same transfer."""
ReceivableId = NewType("ReceivableId", str)
CompanyId = NewType("CompanyId", str)
DocumentId = NewType("DocumentId", str)
"""A receipt, an invoice, a credit note: ours, beside the number that its reader knows."""
InvoiceRequestId = NewType("InvoiceRequestId", str)
PaymentId = NewType("PaymentId", str)
"""A payment at a provider, as we call it."""
AssignmentId = NewType("AssignmentId", str)
OfferId = NewType("OfferId", str)
RefundId = NewType("RefundId", str)
CouponId = NewType("CouponId", str)
PlanId = NewType("PlanId", str)
WhatIfId = NewType("WhatIfId", str)
PartnerId = NewType("PartnerId", str)
"""A roaming partner: whose drivers charge here, and who pays for them."""
CdrId = NewType("CdrId", str)
PayeeId = NewType("PayeeId", str)
"""Who gets a part of the revenue: the owner of a site, an operator, the platform."""
AgreementId = NewType("AgreementId", str)
SettlementId = NewType("SettlementId", str)
PayoutId = NewType("PayoutId", str)
PasskeyId = NewType("PasskeyId", str)
WebhookId = NewType("WebhookId", str)
DeliveryId = NewType("DeliveryId", str)
"""One event on its way to one webhook, with all attempts."""
LetterId = NewType("LetterId", str)
"""A mail to one person; also its Message-ID."""
ReportScheduleId = NewType("ReportScheduleId", str)


_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_key(text: str) -> bool:
    """Tell whether a text from outside may be one of our keys at all; what may not need not be looked up."""
    return _KEY.fullmatch(text) is not None


def find_first_id(at: datetime) -> str:
    """Return what sorts before every id that was made at this instant or later, and after all earlier ones."""
    return f"{int(at.timestamp() * 1000):012x}"


class IdSource(Protocol):
    """Makes new ids: 32 hexadecimal digits, time-ordered, never repeated."""

    def new(self) -> str:
        """Return the next id."""
        ...
