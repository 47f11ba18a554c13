"""A secret on its way: so that no log, trace or failing test shows it."""

from busbar.canon.message import Noun


class Secret(Noun, frozen=True, kw_only=True):
    """A password, bearer token or key in plain text. Shown as stars; never part of a fact or an audit entry."""

    text: str

    def __repr__(self) -> str:
        return "Secret(********)"

    __str__ = __repr__
