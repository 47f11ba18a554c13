from typing import Annotated

from pydantic import StringConstraints

from busbar.api.bodies.body import PRINTABLE, Body


class DropParcelBody(Body):
    """Why a parked parcel is given up; it stands in the audit log."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=PRINTABLE)]
