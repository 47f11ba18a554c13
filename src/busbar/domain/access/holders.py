"""Whose a token is: a driver's of our own, a roaming partner's, or nobody's by name. Pure."""

import re

from busbar.canon.access import PutToken
from busbar.kernel.errors import InvalidError

CONTRACT_MAX_CHARS = 36
"""Of OCPI `contract_id`."""
_CONTRACT = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class TokenPartnerError(InvalidError):
    """A token is a driver's of our own or a partner's; only a partner's has a contract, of OCPI's length."""

    code = "invalid.token_partner"


def check_holder(wish: PutToken) -> None:
    """Refuse a token of two holders, and what is no contract. Errors: `invalid.token_partner`."""
    if wish.partner_id is not None and wish.driver_id is not None:
        raise TokenPartnerError("a partner's token is nobody's of our own drivers")
    if not wish.contract_id:
        return
    if wish.partner_id is None:
        raise TokenPartnerError("only a partner's token has a contract")
    if len(wish.contract_id) > CONTRACT_MAX_CHARS or not _CONTRACT.fullmatch(wish.contract_id):
        raise TokenPartnerError(f"a contract is 1 to {CONTRACT_MAX_CHARS} printable ASCII characters")
