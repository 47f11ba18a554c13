"""Providers that payments may go over, and whether they know an account."""

from busbar.canon.message import Command, Noun
from busbar.canon.payments import Provider
from busbar.kernel.ids import OperatorId


class AccountField(Noun, frozen=True, kw_only=True):
    """A field of an account at a provider."""

    name: str
    is_secret: bool
    is_needed: bool
    default: str


class PaymentProvider(Noun, frozen=True, kw_only=True):
    """A provider that payments may go over, and what an account there consists of."""

    provider: Provider
    can_hold: bool
    """Money can be set aside first and captured later."""
    fields: tuple[AccountField, ...]


class ListPaymentProviders(Command[tuple[PaymentProvider, ...]], frozen=True, kw_only=True):
    """The providers that payments may go over."""


class TryPaymentAccount(Command[int], frozen=True, kw_only=True):
    """Ask a provider, with an account's keys, for a payment that there is not: in how many milliseconds it answers.

    No money moves, and nothing is written. Errors: `not_found.payment_account`, `invalid.payment_account`,
    `invalid.payment_key`, `unavailable.payment_provider`, `conflict.payment_refused`, `denied.provider_answer`.
    """

    operator_id: OperatorId
    provider: Provider
