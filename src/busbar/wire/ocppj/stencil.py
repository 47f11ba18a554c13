"""Calls that a station writes alike again and again: known by their text and read by place, not decoded anew.

A stencil is cut out of a call that was decoded: its whole text, but for the message id and some scalars. A text that is
the same around them is the same JSON but for those, as long as what stands in their places is of the same form. So all
that was found of the first call, its schema above all, holds for it as well.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

TEXT = r'"([^"\\\x00-\x1f]{1,36})"'
"""A string without an escape, no longer than any message id or transaction id may be."""
WHOLE = r"(0|-?[1-9][0-9]{0,8})"
NUMBER = r"(-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?)"
"""A number of no more digits than a float holds exactly, without an exponent."""
INSTANT = r'"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z)"'

_HEAD = re.compile(rf"\[2,{TEXT},")
_ENDS = frozenset(",}]")

Match = Callable[[str], "re.Match[str] | None"]
"""Tells whether a text fits; the groups are the message id and the scalars."""


class Stencil(NamedTuple):
    """The text of a call around its scalars."""

    pieces: tuple[str, ...]
    """The text between them; the first stands between the message id and the first scalar."""
    names: tuple[str, ...]
    """The member that each scalar is the value of."""

    def find(self, name: str) -> int | None:
        """Return where the value of this member stands among the groups, if there is just one."""
        return self.names.index(name) + 1 if self.names.count(name) == 1 else None

    def compile(self, forms: Mapping[str, str]) -> Match:
        """Return what finds calls that fit. It takes milliseconds."""
        parts = [_HEAD.pattern, re.escape(self.pieces[0])]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            parts += (forms[name], re.escape(piece))
        return re.compile("".join(parts)).fullmatch


def cut(frame: str, forms: Mapping[str, str]) -> Stencil | None:
    """Cut the scalars of these members out of a call; None: one of them is written in another form.

    `forms`: how the value of each member must be written (`TEXT` and so on).
    """
    head = _HEAD.match(frame)
    if head is None:
        return None
    pieces: list[str] = []
    names: list[str] = []
    begun = head.end()
    for member in re.compile(f'"({"|".join(forms)})":').finditer(frame, begun):
        value = re.compile(forms[member[1]]).match(frame, member.end())
        if value is None or frame[value.end() : value.end() + 1] not in _ENDS:
            return None
        pieces.append(frame[begun : member.end()])
        names.append(member[1])
        begun = value.end()
    pieces.append(frame[begun:])
    return Stencil(tuple(pieces), tuple(names))
