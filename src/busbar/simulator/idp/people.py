"""Whom the provider knows, and what it does wrong on request."""

import msgspec


class Account(msgspec.Struct, kw_only=True):
    """Somebody who can sign in at the provider."""

    subject: str
    email: str
    password: str
    name: str
    groups: list[str] = []
    is_verified: bool = True


class Mischief(msgspec.Struct, kw_only=True):
    """What goes wrong from now on."""

    is_down: bool = False
    """Everything but the people's page answers 503."""
    slow_s: float = 0
    """The token is given so late."""
    claims: dict[str, object] = {}
    """Stand in the ID token in place of what is true; null: not there."""
    algorithm: str = ""
    """`none` or `HS256` in place of the key's own."""
    signs_with_strange_key: bool = False
    """Under a key id that no list of keys holds."""
    forges_signature: bool = False
    """With another key under the right key id."""
    answers_issuer: str = ""
    """Sent along with the browser in place of the true one."""
    states_issuer: str = ""
    """In the description in place of the true one."""
    garbles: bool = False
    """The token is no token."""


_KNOWN = (("ada", "Ada Chief", "busbar-admins"), ("ben", "Ben Night", "busbar-support"), ("eve", "Eve Other", "sales"))
PEOPLE = tuple(
    Account(
        subject=f"100{number}",
        email=f"{first}@company.example",
        password=f"{first}-signs-in",
        name=name,
        groups=[group],
    )
    for number, (first, name, group) in enumerate(_KNOWN, start=1)
)
"""Whom it knows at its start."""
