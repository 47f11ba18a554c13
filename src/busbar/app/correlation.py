"""Which message a log entry is about: its kind, and the ids by which its other entries are found."""

from busbar.app.deliveries import Delivery

_IDS = ("station_id", "report_id", "command_id", "session_id", "connection_id")


def describe(message: object) -> dict[str, str]:
    """Return the fields that a log entry about a message carries."""
    if isinstance(message, Delivery):
        found = {"message_type": message.consumer, "fact_id": str(message.published.fact_id)}
        subject: object = message.published.fact
    else:
        found, subject = {"message_type": type(message).__name__}, message
    for name in _IDS:
        value = getattr(subject, name, None)
        if isinstance(value, str):
            found[name] = value
    return found
