"""Yuan with two decimals, to and from whole fen. Never by way of a float."""

import re

from busbar.kernel.errors import InvalidError

_YUAN = re.compile(r"(?P<sign>-?)(?P<yuan>\d{1,11})(?:\.(?P<fen>\d{1,2}))?", re.ASCII)
FEN_PER_YUAN = 100


class AmountError(InvalidError):
    """A text that is no amount."""

    code = "invalid.amount"


def read_yuan(text: str) -> int:
    """Return an amount in fen. Errors: `invalid.amount`."""
    match = _YUAN.fullmatch(text.strip())
    if match is None:
        raise AmountError("this is no amount in yuan", text=text[:40])
    fen = int(match["yuan"]) * FEN_PER_YUAN + int((match["fen"] or "0").ljust(2, "0"))
    return -fen if match["sign"] else fen


def write_yuan(amount_minor: int) -> str:
    """Write an amount in fen as yuan."""
    yuan, fen = divmod(abs(amount_minor), FEN_PER_YUAN)
    return f"{'-' if amount_minor < 0 else ''}{yuan}.{fen:02}"
