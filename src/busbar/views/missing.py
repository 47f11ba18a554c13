"""What was asked for is not there, or not for the caller's eyes: the answer is the same."""

from busbar.kernel.errors import NotFoundError


class OperatorMissingError(NotFoundError):
    """No such operator."""

    code = "not_found.operator"


class StaffMissingError(NotFoundError):
    """No such member of staff."""

    code = "not_found.staff"


class ApiKeyMissingError(NotFoundError):
    """No such API key."""

    code = "not_found.api_key"


class SiteMissingError(NotFoundError):
    """No such site."""

    code = "not_found.site"


class SavedViewMissingError(NotFoundError):
    """No such saved view."""

    code = "not_found.saved_view"


class StationMissingError(NotFoundError):
    """No such station."""

    code = "not_found.station"


class CommandMissingError(NotFoundError):
    """No such station command."""

    code = "not_found.command"


class SessionMissingError(NotFoundError):
    """No such session."""

    code = "not_found.session"


class RecordMissingError(NotFoundError):
    """The session has no closed meter record yet."""

    code = "not_found.meter_record"


class TokenMissingError(NotFoundError):
    """No such token."""

    code = "not_found.token"


class GroupMissingError(NotFoundError):
    """No such token group."""

    code = "not_found.group"


class DriverMissingError(NotFoundError):
    """No such driver."""

    code = "not_found.driver"


class LetterMissingError(NotFoundError):
    """No such letter."""

    code = "not_found.letter"


class ScheduleMissingError(NotFoundError):
    """No such report that comes round."""

    code = "not_found.report_schedule"


class LogoMissingError(NotFoundError):
    """The operator has no logo."""

    code = "not_found.logo"


class ReservationMissingError(NotFoundError):
    """No such reservation."""

    code = "not_found.reservation"


class ComplaintMissingError(NotFoundError):
    """No such complaint, or no such photo of it."""

    code = "not_found.complaint"


class TemplateMissingError(NotFoundError):
    """No such charging profile template."""

    code = "not_found.template"


class ParkedFactMissingError(NotFoundError):
    """No such delivery is parked (any more)."""

    code = "not_found.parked_fact"


class TariffMissingError(NotFoundError):
    """No such tariff, or no such version of it."""

    code = "not_found.tariff"


class AssignmentMissingError(NotFoundError):
    """No such assignment."""

    code = "not_found.assignment"


class PriceMissingError(NotFoundError):
    """The session has no price: it has not begun, or no tariff is assigned."""

    code = "not_found.price"


class OfferMissingError(NotFoundError):
    """No such offer."""

    code = "not_found.offer"


class CouponMissingError(NotFoundError):
    """No such coupon."""

    code = "not_found.coupon"


class PlanMissingError(NotFoundError):
    """No such membership plan."""

    code = "not_found.plan"


class WhatIfMissingError(NotFoundError):
    """No such question about past sessions."""

    code = "not_found.what_if"


class AccountMissingError(NotFoundError):
    """No such account with this operator."""

    code = "not_found.account"


class TransferMissingError(NotFoundError):
    """No such transfer with this operator."""

    code = "not_found.transfer"


class ReceivableMissingError(NotFoundError):
    """No such debt with this operator."""

    code = "not_found.receivable"


class CompanyMissingError(NotFoundError):
    """No such company with this operator."""

    code = "not_found.company"


class PayeeMissingError(NotFoundError):
    """No such payee with this operator."""

    code = "not_found.payee"


class AgreementMissingError(NotFoundError):
    """No such agreement with this operator."""

    code = "not_found.agreement"


class PartnerMissingError(NotFoundError):
    """No such partner with this operator."""

    code = "not_found.partner"


class CdrMissingError(NotFoundError):
    """No such record for a partner with this operator."""

    code = "not_found.cdr"


class SettlementMissingError(NotFoundError):
    """No such settlement with this operator."""

    code = "not_found.settlement"


class PayoutMissingError(NotFoundError):
    """No such pay-out with this operator."""

    code = "not_found.payout"


class PurchaseMissingError(NotFoundError):
    """No such purchase tariff with this operator."""

    code = "not_found.purchase"


class ClosingMissingError(NotFoundError):
    """No such closing of a wallet with this operator."""

    code = "not_found.closing"


class WebhookMissingError(NotFoundError):
    """No such webhook with this operator."""

    code = "not_found.webhook"


class DeliveryMissingError(NotFoundError):
    """No such message to this webhook."""

    code = "not_found.webhook_delivery"
