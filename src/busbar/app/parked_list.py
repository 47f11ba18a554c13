"""Parked parcels on the command line."""

from collections.abc import Sequence

import msgspec

from busbar.adapters.rabbitmq.parked import ParkedParcels
from busbar.app.config import ConfigError, Problem, Settings
from busbar.app.terms import choose_link_terms, choose_names
from busbar.ports.parcels import ParkedParcel

SHOWN_MAX_MESSAGES = 3


def open_parked(settings: Settings) -> ParkedParcels:
    """Reach what the broker of this network has parked. Errors: `invalid.settings` without a broker."""
    if settings.broker_url is None:
        raise ConfigError([Problem("broker_url", "", "only a network of several processes parks parcels: give it")])
    url = settings.broker_url.get_secret_value()
    return ParkedParcels(url, names=choose_names(settings), terms=choose_link_terms(settings))


def write_parked(parcels: Sequence[ParkedParcel], *, as_json: bool) -> str:
    """Write parcels as lines, or as one JSON object a line."""
    if as_json:
        return "\n".join(msgspec.json.encode(parcel).decode() for parcel in parcels)
    return "\n".join(map(_write_line, parcels)) or "nothing is parked"


def _write_line(parcel: ParkedParcel) -> str:
    shown = ", ".join(parcel.messages[:SHOWN_MAX_MESSAGES])
    more = len(parcel.messages) - SHOWN_MAX_MESSAGES
    at = "" if parcel.parked_at is None else f"{parcel.parked_at:%Y-%m-%d %H:%M:%S}"
    what = f"{shown} and {more} more" if more > 0 else shown or f"{parcel.size_bytes} bytes that are no parcel"
    stations = " ".join(parcel.station_ids)
    return f"{parcel.parked_id}  {at}  {parcel.reason}  {what}  {stations}  {parcel.error}".rstrip()
