"""The price of a session: as it is kept, or, while it runs, as it is by now."""

from busbar.api.services import Services
from busbar.canon.pricing import PriceSessionNow
from busbar.kernel.ids import OperatorId, SessionId
from busbar.views import pricing
from busbar.views.shapes.pricing import SessionPrice


async def read_price(services: Services, operator_id: OperatorId, session_id: str) -> SessionPrice:
    """Return a session's price, line by line. The caller checks whose session it is. Errors: `not_found.price`."""
    async with services.databases.read() as connection:
        kept = await pricing.read_price(connection, session_id)
    if kept.revision:
        return kept
    wish = PriceSessionNow(operator_id=operator_id, session_id=SessionId(session_id))
    return pricing.show_so_far(kept, await services.dispatcher.dispatch(wish))
