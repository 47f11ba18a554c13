"""Charging profiles between their HTTP form and the common language."""

import msgspec

from busbar.api.callers import StaffCaller
from busbar.api.services import Services
from busbar.canon.control import ChargingProfile
from busbar.kernel.errors import InvalidError
from busbar.views import templates
from busbar.views.shapes import profiles as shapes


class ProfileChoiceError(InvalidError):
    """Exactly one of `profile` and `template_id` is wanted."""

    code = "invalid.profile_choice"


async def choose_profile(
    services: Services, caller: StaffCaller, *, profile: shapes.ChargingProfile | None, template_id: str | None
) -> shapes.ChargingProfile:
    """Return the profile that was written out, or the template's.

    Errors: `invalid.profile_choice`, `not_found.template`.
    """
    if template_id is None:
        if profile is None:
            raise ProfileChoiceError("give a profile or a template_id")
        return profile
    if profile is not None:
        raise ProfileChoiceError("give a profile or a template_id, not both")
    async with services.databases.read() as connection:
        return (await templates.read_template(connection, caller.scope, template_id)).profile


async def choose_optional(
    services: Services, caller: StaffCaller, *, profile: shapes.ChargingProfile | None, template_id: str | None
) -> ChargingProfile | None:
    """Return the profile in the common language, or None when neither is given."""
    if profile is None and template_id is None:
        return None
    return make_profile(await choose_profile(services, caller, profile=profile, template_id=template_id))


def make_profile(profile: shapes.ChargingProfile) -> ChargingProfile:
    """Return the profile in the common language."""
    return msgspec.convert(profile.model_dump(), ChargingProfile)
