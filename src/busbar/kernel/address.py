"""Addresses of the web that somebody else wrote."""

from urllib.parse import SplitResult, urlsplit

NO_ADDRESS = SplitResult("", "", "", "", "")


def split_address(text: str) -> SplitResult:
    """Split an address; what can be none (brackets that never close, a port that is no number) has no part at all."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # read only here, so that nobody stumbles over it later
    except ValueError:
        return NO_ADDRESS
    return parts
