"""Station passwords never reach the wire log, whichever way they go."""

from busbar.canon.secrecy import mask_json

SECRETIVE_ACTIONS = frozenset({"ChangeConfiguration", "SetVariables", "SetNetworkProfile"})

FRAME_START_CHARACTERS = 100
"""In which the message type and the action of a frame stand."""


def mask_incoming(text: str) -> str:
    """Give the text of a frame from a station as it may be logged.

    Stations tell settings in answers and in NotifyReport alone; every other call is logged as it came.
    """
    if text.startswith("[2") and text.find("NotifyReport", 0, FRAME_START_CHARACTERS) < 0:
        return text
    return mask_json(text)


def mask_frame(action: str, frame: bytes) -> str:
    """Give the text of an outgoing frame as it may be logged."""
    text = frame.decode()
    return mask_json(text) if action in SECRETIVE_ACTIONS else text
