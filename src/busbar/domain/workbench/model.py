"""What a saved view may hold, and who may change it: pure."""

from busbar.canon.workbench import SavedView
from busbar.kernel.errors import DeniedError, InvalidError, LimitExceededError, NotFoundError

NAME_MAX = 60
QUERY_MAX = 1_500
VIEWS_MAX = 100
"""Views of one owner."""


class ViewNotFoundError(NotFoundError):
    """There is no such view, or it is another person's own."""

    code = "not_found.saved_view"


class ViewDeniedError(DeniedError):
    """The view is shared by somebody else."""

    code = "denied.saved_view"


class ViewError(InvalidError):
    """A name that is empty or too long, or filters that are too long."""

    code = "invalid.saved_view"


class ViewLimitError(LimitExceededError):
    """Somebody keeps as many views as may be."""

    code = "limit_exceeded.saved_views"


def read_name(text: str) -> str:
    """Return a name without outer blanks. Errors: ViewError."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX or not name.isprintable():
        raise ViewError(f"a name has 1 to {NAME_MAX} characters", field="name")
    return name


def read_query(text: str) -> str:
    """Return the part of an address after `?`. Errors: ViewError."""
    query = text.removeprefix("?")
    if len(query) > QUERY_MAX:
        raise ViewError(f"filters have at most {QUERY_MAX} characters", field="query")
    if not query.isprintable() or not query.isascii() or any(sign in query for sign in ' #<>"'):
        raise ViewError("filters are the part of an address after the question mark", field="query")
    return query


def check_change(view: SavedView | None, *, actor: str, may_change_shared: bool) -> SavedView:
    """Return the view if the actor may change it. Errors: ViewNotFoundError, ViewDeniedError."""
    if view is None or (view.owner != actor and not view.is_shared):
        raise ViewNotFoundError("there is no such view")
    if view.owner != actor and not may_change_shared:
        raise ViewDeniedError("somebody else shares this view")
    return view
