from typing import Annotated

from pydantic import StringConstraints

from busbar.api.bodies.body import Body, Language
from busbar.api.bodies.documents import PartyBody


class StatementPlanBody(Body):
    """Whether and how somebody gets monthly statements."""

    is_active: bool
    buyer: PartyBody
    """To whom they are made out."""
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    """Where they are mailed; empty: nowhere, they stand among the documents."""
    language: Language = "en"
