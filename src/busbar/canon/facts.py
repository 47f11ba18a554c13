"""Every kind of fact, for whoever reads stored ones."""

from functools import cache
from typing import Union

import msgspec

import busbar.canon.access
import busbar.canon.branding
import busbar.canon.companion
import busbar.canon.complaints
import busbar.canon.configuration
import busbar.canon.control
import busbar.canon.debts
import busbar.canon.drivers
import busbar.canon.entry
import busbar.canon.factors
import busbar.canon.identity
import busbar.canon.invoicing
import busbar.canon.jobs
import busbar.canon.ledger
import busbar.canon.links
import busbar.canon.mail
import busbar.canon.metering
import busbar.canon.offers
import busbar.canon.once
import busbar.canon.operations
import busbar.canon.payments
import busbar.canon.pricing
import busbar.canon.reconciliation
import busbar.canon.reporting
import busbar.canon.reservations
import busbar.canon.sessions
import busbar.canon.settlement
import busbar.canon.statements
import busbar.canon.stations
import busbar.canon.tariffs
import busbar.canon.tenants
import busbar.canon.webhooks
from busbar.canon.message import Fact, Message

_TOPICS = (
    busbar.canon.access,
    busbar.canon.branding,
    busbar.canon.companion,
    busbar.canon.complaints,
    busbar.canon.configuration,
    busbar.canon.control,
    busbar.canon.debts,
    busbar.canon.drivers,
    busbar.canon.entry,
    busbar.canon.factors,
    busbar.canon.identity,
    busbar.canon.invoicing,
    busbar.canon.jobs,
    busbar.canon.ledger,
    busbar.canon.links,
    busbar.canon.mail,
    busbar.canon.metering,
    busbar.canon.offers,
    busbar.canon.once,
    busbar.canon.operations,
    busbar.canon.payments,
    busbar.canon.pricing,
    busbar.canon.reconciliation,
    busbar.canon.reporting,
    busbar.canon.reservations,
    busbar.canon.sessions,
    busbar.canon.settlement,
    busbar.canon.statements,
    busbar.canon.stations,
    busbar.canon.tariffs,
    busbar.canon.tenants,
    busbar.canon.webhooks,
)


def list_leaves(kind: type) -> list[type]:
    """Return the types below this one that have none below them."""
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in list_leaves(child)] if below else [kind]


def list_kinds(kind: type[Message]) -> list[type]:
    """Return every type of this kind of message that the topics define, in order of their names."""
    found = [leaf for leaf in list_leaves(kind) if leaf.__module__.startswith("busbar.canon.")]
    return sorted(found, key=lambda leaf: leaf.__name__)


@cache
def _decoder() -> msgspec.json.Decoder[Fact]:
    return msgspec.json.Decoder(Union[tuple(list_kinds(Fact))])  # noqa: UP007 - built from a list


def decode_fact(body: str) -> Fact:
    """Read a stored fact back. Errors: `msgspec.DecodeError` for what was never a fact."""
    return _decoder().decode(body)
