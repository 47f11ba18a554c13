from datetime import datetime
from typing import Annotated

from pydantic import Field

from busbar.views.shapes.documents import Party
from busbar.views.shapes.model import Shape


class StatementPlan(Shape):
    """Whether and how somebody gets monthly statements."""

    is_active: bool
    buyer: Party
    email: Annotated[str, Field(description="Where they are mailed; empty: nowhere.")]
    language: str
    last_month: Annotated[str, Field(description="The last month that was stated, such as `2026-11`; empty: none yet.")]
    last_at: datetime | None
    last_count: Annotated[int, Field(description="Documents of that month; 0: nobody charged.")]
    last_reason: Annotated[str, Field(description="The code of what went wrong the last time.")]
