from busbar.api.services import Services
from busbar.views.paging import PageRequest


def bound_rows(services: Services, request: PageRequest) -> int:
    """Return how many rows a page gets: what was asked for, within the installation's bound."""
    settings = services.settings
    return min(request.limit or settings.page_default_rows, settings.page_max_rows)
