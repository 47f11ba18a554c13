"""Harmless departures from the schema that a tolerant decoder repairs and reports."""

from enum import StrEnum

from msgspec import Struct


class QuirkKind(StrEnum):
    """What a tolerant decoder may repair; nothing that could change energy, money or identity is in this list."""

    UNKNOWN_FIELD = "unknown_field"
    """A field that the schema does not know was dropped."""
    NULL_FIELD = "null_field"
    """An optional field was null instead of absent."""
    EMPTY_FIELD = "empty_field"
    """An optional time or choice was an empty string instead of absent."""
    ZONELESS_TIME = "zoneless_time"
    """A time without zone was read as UTC."""
    ODD_TIME = "odd_time"
    """A time was not written as RFC 3339 demands, yet has one meaning only."""
    NUMBER_FOR_TEXT = "number_for_text"
    """A number stood where its decimal text belongs (`"value": 230.1`)."""
    TOO_PRECISE = "too_precise"
    """A number had more than one digit after the point and was rounded to one."""
    LONG_MESSAGE_ID = "long_message_id"
    """The message id has more than 36 characters."""


class Quirk(Struct, frozen=True, gc=False):
    """One repair: what, and where in the payload (`meterValue[0].timestamp`)."""

    kind: QuirkKind
    path: str
