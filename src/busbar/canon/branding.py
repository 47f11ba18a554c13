"""How an operator's driver app looks and what it says of its operator: white label."""

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import OperatorId


class AppBrand(Noun, frozen=True, kw_only=True):
    """What drivers see of an operator. Texts that are empty are not shown; without colours the app is copper."""

    name: str
    short_name: str = ""
    """Below the icon on a phone; empty: the name."""
    accent_light: str | None = None
    """`#rrggbb` on the light ground."""
    accent_dark: str | None = None
    imprint: str = ""
    terms: str = ""
    support_phone: str = ""
    support_email: str = ""
    hosts: tuple[str, ...] = ()
    """Host names under which the app is this operator's."""


class PutAppBrand(Command[AppBrand], frozen=True, kw_only=True):
    """Make an operator's app look and speak exactly so.

    Errors: `invalid.brand_name`, `invalid.brand_colour`, `invalid.brand_contrast` (facts `colour`, `ground`),
    `invalid.brand_text`, `invalid.brand_phone`, `invalid.brand_host`, `invalid.email`, `conflict.brand_host_taken`.
    """

    operator_id: OperatorId
    actor: str
    brand: AppBrand


class PutAppLogo(Command[None], frozen=True, kw_only=True):
    """Keep a logo: a square PNG. Errors: `invalid.logo`."""

    operator_id: OperatorId
    actor: str
    content: bytes


class RemoveAppLogo(Command[None], frozen=True, kw_only=True):
    """Forget the logo; a repeat changes nothing."""

    operator_id: OperatorId
    actor: str


class AppBrandChanged(Fact, frozen=True, kw_only=True):
    """An operator's app looks or speaks otherwise."""
