from fastapi import APIRouter, Request, Response

from busbar.api.bodies.people import PasswordChange, SignInBody
from busbar.api.callers import SignedIn, StaffCaller
from busbar.api.cookies import hand_over, take_back
from busbar.api.credentials import STAFF_COOKIE, name_address, read_bearer
from busbar.api.parameters import KeyPath
from busbar.api.permissions import Permission, permits
from busbar.api.services import Given
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
from busbar.views.shapes.people import Me, SignedInStaff, SignIn, SignInList

router = APIRouter(prefix="/auth", tags=["sign-in"])

CLIENT_CHARS_MAX = 200


@router.post("/sign-in")
async def sign_in(services: Given, request: Request, response: Response, body: SignInBody) -> SignedInStaff:
    """Sign a member of staff in. Unknown address, wrong password and inactive person are one error."""
    address = name_address(request)
    services.limits.take_stranger(address)
    signed_in = await services.dispatcher.dispatch(
        SignInStaff(
            email=body.email,
            password=Secret(text=body.password),
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
    me = await _show(services, StaffCaller(principal=signed_in.principal))
    return SignedInStaff(token=token, expires_at=signed_in.expires_at, me=me)


@router.post("/sign-out", status_code=204)
async def sign_out(_caller: SignedIn, services: Given, request: Request, response: Response) -> None:
    """End this sign-in."""
    bearer = read_bearer(request, cookie=STAFF_COOKIE)
    await services.dispatcher.dispatch(SignOutStaff(bearer=Secret(text=bearer.text)))
    take_back(response, cookie=STAFF_COOKIE)


@router.get("/me")
async def get_me(caller: SignedIn, services: Given) -> Me:
    """Show who is signed in, for which operator, and with which rights."""
    return await _show(services, caller)


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
    return SignInList(
        items=[
            SignIn(
                sign_in_id=item.sign_in_id,
                is_current=item.sign_in_id == current,
                created_at=item.created_at,
                used_at=item.used_at,
                expires_at=item.expires_at,
                address=item.address,
                client=item.client,
            )
            for item in found
        ]
    )


@router.delete("/sign-ins/{sign_in_id}", status_code=204)
async def revoke_sign_in(caller: SignedIn, services: Given, sign_in_id: KeyPath) -> None:
    """End one of one's sign-ins; an administrator ends anybody's."""
    await services.dispatcher.dispatch(RevokeStaffSignIn(by=caller.principal, sign_in_id=SignInId(sign_in_id)))


async def _show(services: Given, caller: StaffCaller) -> Me:
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
        permissions=[permission.value for permission in Permission if permits(principal, permission)],
    )
