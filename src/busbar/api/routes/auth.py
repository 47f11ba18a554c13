from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from busbar.api.bodies.people import ForgottenBody, NewPasswordBody, PasswordChange, Slug, StaffSignInBody
from busbar.api.callers import SignedIn, StaffCaller
from busbar.api.cookies import hand_over, take_back
from busbar.api.credentials import STAFF_COOKIE, name_address, read_bearer
from busbar.api.parameters import KeyPath
from busbar.api.permissions import Permission, permits
from busbar.api.services import Given
from busbar.canon import tenants as canon
from busbar.canon.entry import AskStaffPassword, SetStaffPassword
from busbar.canon.secret import Secret
from busbar.canon.tenants import (
    ChangeStaffPassword,
    FindOperator,
    ListStaffSignIns,
    RevokeStaffSignIn,
    SignInStaff,
    SignOutStaff,
)
from busbar.kernel.ids import SignInId
from busbar.views import people
from busbar.views.shapes.people import EntryWays, Me, SignedInStaff, SignIn, SignInList

router = APIRouter(prefix="/auth", tags=["sign-in"])

CLIENT_CHARS_MAX = 200
EntryOperator = Annotated[
    Slug | None, Query(description="Whose staff: the operator's slug; left out: the default operator's.")
]


@router.post("/sign-in")
async def sign_in(services: Given, request: Request, response: Response, body: StaffSignInBody) -> SignedInStaff:
    """Sign a member of staff in. Unknown address, wrong password and inactive person are one error."""
    address = name_address(request)
    services.limits.take_stranger(address)
    signed_in = await services.dispatcher.dispatch(
        SignInStaff(
            email=body.email,
            password=Secret(text=body.password),
            code=None if body.code is None else Secret(text=body.code),
            address=address,
            client=request.headers.get("User-Agent", "")[:CLIENT_CHARS_MAX],
        )
    )
    token = hand_over(
        services,
        response,
        cookie=STAFF_COOKIE,
        bearer=signed_in.bearer,
        expires_at=signed_in.expires_at,
        transport=body.transport,
    )
    me = await show_me(services, StaffCaller(principal=signed_in.principal))
    return SignedInStaff(token=token, expires_at=signed_in.expires_at, me=me)


@router.get("/ways")
async def get_entry_ways(services: Given, request: Request, operator: EntryOperator = None) -> EntryWays:
    """Tell how somebody comes in who is not signed in."""
    services.limits.take_stranger(name_address(request))
    async with services.databases.read() as connection:
        provider, has_providers = await people.read_providers(connection, operator)
    return EntryWays(can_reset=services.settings.mail_host is not None, provider=provider, has_providers=has_providers)


@router.post("/forgot-password", status_code=202)
async def ask_staff_password(services: Given, request: Request, body: ForgottenBody) -> Response:
    """Mail a link to set a new password, if somebody signs in with this address; the answer tells nothing of that."""
    address = name_address(request)
    services.limits.take_stranger(address)
    await services.dispatcher.dispatch(AskStaffPassword(email=body.email, address=address))
    return Response(status_code=202)


@router.post("/set-password", status_code=204)
async def set_staff_password(services: Given, request: Request, body: NewPasswordBody) -> None:
    """Set a password by a link that was mailed; all sign-ins of the person end, and the link is used up."""
    address = name_address(request)
    services.limits.take_stranger(address)
    await services.dispatcher.dispatch(
        SetStaffPassword(secret=Secret(text=body.link), password=Secret(text=body.password), address=address)
    )


@router.post("/sign-out", status_code=204)
async def sign_out(_caller: SignedIn, services: Given, request: Request, response: Response) -> None:
    """End this sign-in."""
    bearer = read_bearer(request, cookie=STAFF_COOKIE)
    await services.dispatcher.dispatch(SignOutStaff(bearer=Secret(text=bearer.text)))
    take_back(response, cookie=STAFF_COOKIE)


@router.get("/me")
async def get_me(caller: SignedIn, services: Given) -> Me:
    """Show who is signed in, for which operator, and with which rights."""
    return await show_me(services, caller)


@router.post("/change-password", status_code=204)
async def change_password(caller: SignedIn, services: Given, body: PasswordChange) -> None:
    """Change one's own password; one's other sign-ins end."""
    await services.dispatcher.dispatch(
        ChangeStaffPassword(
            by=caller.principal,
            old_password=Secret(text=body.old_password),
            new_password=Secret(text=body.new_password),
        )
    )


@router.get("/sign-ins")
async def list_sign_ins(caller: SignedIn, services: Given) -> SignInList:
    """List where one is signed in."""
    found = await services.dispatcher.dispatch(ListStaffSignIns(by=caller.principal))
    current = caller.principal.sign_in_id
    return show_sign_ins(found, current=current)


@router.delete("/sign-ins/{sign_in_id}", status_code=204)
async def revoke_sign_in(caller: SignedIn, services: Given, sign_in_id: KeyPath) -> None:
    """End one of one's sign-ins; an administrator ends anybody's."""
    await services.dispatcher.dispatch(RevokeStaffSignIn(by=caller.principal, sign_in_id=SignInId(sign_in_id)))


def show_sign_ins(found: Sequence[canon.SignIn], *, current: SignInId | None) -> SignInList:
    """Return sign-ins as callers see them."""
    items = [SignIn(**msgspec.structs.asdict(item), is_current=item.sign_in_id == current) for item in found]
    return SignInList(items=items)


async def show_me(services: Given, caller: StaffCaller) -> Me:
    """Return who is signed in, for which operator, and with which rights."""
    principal = caller.principal
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=principal.operator_id))
    async with services.databases.read() as connection:
        name, email, language = await people.read_names(connection, principal)
    return Me(
        staff_id=principal.staff_id,
        api_key_id=principal.api_key_id,
        email=email,
        display_name=name,
        language=language,
        operator_id=operator.operator_id,
        operator_name=operator.name,
        role=principal.role,
        site_ids=list(principal.site_ids),
        is_platform=principal.is_platform,
        must_enrol=principal.must_enrol,
        permissions=[
            permission.value for permission in Permission if permits(principal, permission) and not principal.must_enrol
        ],
    )
