"""What doors need to know of an operator's money."""

import msgspec

from busbar.api.services import Services
from busbar.canon.ledger import FindMoneyPolicy, MoneyPolicy
from busbar.canon.tenants import FindOperator
from busbar.kernel.ids import OperatorId
from busbar.views.shapes.ledger import MoneyTerms


class Book(msgspec.Struct, frozen=True):
    """An operator's currency, and how its drivers pay."""

    currency: str
    policy: MoneyPolicy

    def show_terms(self) -> MoneyTerms:
        """Return it as callers see it."""
        return MoneyTerms(currency=self.currency, **msgspec.structs.asdict(self.policy))


async def find_book(services: Services, operator_id: OperatorId) -> Book:
    """Look up an operator's currency and policy."""
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=operator_id))
    policy = await services.dispatcher.dispatch(FindMoneyPolicy(operator_id=operator_id))
    return Book(operator.currency, policy)
