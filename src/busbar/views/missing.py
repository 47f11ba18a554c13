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
