from pydantic import Field

from busbar.views.shapes.model import Shape


class PublicBrand(Shape):
    """How an operator's driver app looks and what it says of its operator."""

    operator_id: str
    slug: str
    name: str
    short_name: str
    accent_light: str | None
    """`#rrggbb` on the light ground; null: copper."""
    accent_dark: str | None
    imprint: str
    terms: str
    support_phone: str
    support_email: str
    logo_digest: str | None
    """Another one when the logo is another; null: there is none."""


class AppBrand(PublicBrand):
    """A brand as staff see it."""

    hosts: list[str]
    """Host names under which the app is this operator's."""


class ManifestIcon(Shape):
    """A picture of the app."""

    src: str
    sizes: str
    type: str
    purpose: str


class AppManifest(Shape):
    """The web app manifest of an operator's driver app (W3C)."""

    id: str
    name: str
    short_name: str
    lang: str
    start_url: str
    scope: str
    display: str = "standalone"
    orientation: str = "portrait"
    background_color: str
    theme_color: str
    icons: list[ManifestIcon] = Field(min_length=1)
