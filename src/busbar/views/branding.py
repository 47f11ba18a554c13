"""How operators' driver apps look, and under which host names."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.tenants import Operator
from busbar.domain.branding.model import LIGHT_GROUND, measure_logo
from busbar.domain.branding.sql import app_brands, app_hosts, app_logos
from busbar.domain.tenants.sql import operators
from busbar.kernel.ids import OperatorId
from busbar.views.missing import LogoMissingError
from busbar.views.shapes.branding import AppBrand, AppManifest, ManifestIcon, PublicBrand

_TEXTS = ("imprint", "terms", "support_phone", "support_email")
_OWN_ICONS = (
    ManifestIcon(src="/app/icons/busbar.svg", sizes="any", type="image/svg+xml", purpose="any"),
    ManifestIcon(src="/app/icons/busbar-192.png", sizes="192x192", type="image/png", purpose="any"),
    ManifestIcon(src="/app/icons/busbar-512.png", sizes="512x512", type="image/png", purpose="any"),
    ManifestIcon(src="/app/icons/busbar-maskable-512.png", sizes="512x512", type="image/png", purpose="maskable"),
)


class Logo(NamedTuple):
    """A picture."""

    digest: str
    content: bytes


async def find_operator_of_host(connection: AsyncConnection, host: str) -> OperatorId | None:
    """Return whose driver app answers under a host name."""
    return (await connection.execute(select(app_hosts.c.operator_id).where(app_hosts.c.host == host.lower()))).scalar()


async def read_brand(connection: AsyncConnection, operator: Operator) -> AppBrand:
    """Return an operator's brand; where none was written, its plain name on copper."""
    table = app_brands.c
    row = (await connection.execute(select(app_brands).where(table.operator_id == operator.operator_id))).first()
    digest = select(app_logos.c.digest).where(app_logos.c.operator_id == operator.operator_id)
    hosts = select(app_hosts.c.host).where(app_hosts.c.operator_id == operator.operator_id).order_by(app_hosts.c.host)
    return AppBrand(
        operator_id=operator.operator_id,
        slug=operator.slug,
        name=operator.name if row is None else row.name,
        short_name="" if row is None else row.short_name,
        accent_light=None if row is None else row.accent_light,
        accent_dark=None if row is None else row.accent_dark,
        logo_digest=(await connection.execute(digest)).scalar(),
        hosts=list((await connection.execute(hosts)).scalars()),
        **{name: "" if row is None else getattr(row, name) for name in _TEXTS},
    )


async def read_logo(connection: AsyncConnection, operator_id: str) -> Logo:
    """Return an operator's logo. Errors: `not_found.logo`."""
    table = app_logos.c
    row = (
        await connection.execute(select(table.digest, table.content).where(table.operator_id == operator_id))
    ).first()
    if row is None:
        raise LogoMissingError("there is no logo")
    return Logo(row.digest, row.content)


async def find_logo_address(connection: AsyncConnection, operator_id: str) -> str | None:
    """Return where browsers fetch an operator's logo, if it has one."""
    wanted = (
        select(operators.c.slug, app_logos.c.digest)
        .join(app_logos, app_logos.c.operator_id == operators.c.operator_id)
        .where(operators.c.operator_id == operator_id)
    )
    row = (await connection.execute(wanted)).first()
    return None if row is None else _write_logo_address(row.slug, row.digest)


def _write_logo_address(slug: str, digest: str) -> str:
    return f"/api/v1/driver/brand/logo?operator={slug}&v={digest[:12]}"


async def read_manifest(connection: AsyncConnection, operator: Operator, *, is_named: bool) -> AppManifest:
    """Return the manifest of an operator's app; `is_named`: its address names the operator."""
    brand = await read_brand(connection, operator)
    query = f"?operator={operator.slug}"
    icons = list(_OWN_ICONS)
    if brand.logo_digest is not None:
        width = measure_logo((await read_logo(connection, operator.operator_id)).content)
        source = _write_logo_address(operator.slug, brand.logo_digest)
        icons = [ManifestIcon(src=source, sizes=f"{width}x{width}", type="image/png", purpose="any")]
    return AppManifest(
        id=f"/app/{query}" if is_named else "/app/",
        name=brand.name,
        short_name=brand.short_name or brand.name[:12],
        lang=operator.language,
        start_url=f"/app/{query}" if is_named else "/app/",
        scope="/app/",
        background_color=LIGHT_GROUND,
        theme_color=LIGHT_GROUND,
        icons=icons,
    )


def publish(brand: AppBrand) -> PublicBrand:
    """Return what drivers see of a brand."""
    return PublicBrand.model_validate(brand.model_dump(exclude={"hosts"}))
