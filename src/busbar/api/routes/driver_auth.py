from fastapi import APIRouter, Request, Response

from busbar.api.bodies.people import (
    DriverErasure,
    DriverForgottenBody,
    DriverSelfPatch,
    DriverSignInBody,
    DriverSignUp,
    NewPasswordBody,
    PasswordChange,
    Transport,
)
from busbar.api.callers import DriverCaller, SignedInDriver, choose_operator, meet_stranger
from busbar.api.cookies import hand_over, take_back
from busbar.api.credentials import DRIVER_COOKIE, name_address, read_bearer
from busbar.api.parameters import KeyPath
from busbar.api.routes.wallets import get_my_wallet
from busbar.api.services import Given
from busbar.canon import drivers as canon
from busbar.canon.entry import AskDriverPassword, SetDriverPassword
from busbar.canon.secret import Secret
from busbar.canon.tenants import FindOperator, SignInMethod
from busbar.kernel.errors import DeniedError, InvalidError
from busbar.kernel.ids import OperatorId, SignInId
from busbar.views import companion, complaints, driver_sessions, personal, reservations
from busbar.views.shapes import driver_door as shapes
from busbar.views.shapes.people import SignIn, SignInList

router = APIRouter(prefix="/driver", tags=["driver sign-in"])

CLIENT_CHARS_MAX = 200


class OwnPasswordError(InvalidError):
    """The password that a signed-in driver gave once more is wrong."""

    code = "invalid.old_password"


@router.post("/sign-up", status_code=201)
async def sign_up_driver(
    services: Given, request: Request, response: Response, body: DriverSignUp
) -> shapes.SignedInDriver:
    """Register as a driver and be signed in."""
    services.limits.take_stranger(name_address(request))
    operator = await choose_operator(services, meet_stranger(request), body.operator)
    signed_in = await services.dispatcher.dispatch(
        canon.SignUpDriver(
            operator_id=operator.operator_id,
            email=body.email,
            password=Secret(text=body.password),
            display_name=body.display_name,
            language=body.language,
            address=name_address(request),
            client=_name_client(request),
        )
    )
    return await _hand_over(services, response, signed_in, body.transport)


@router.post("/sign-in")
async def sign_in_driver(
    services: Given, request: Request, response: Response, body: DriverSignInBody
) -> shapes.SignedInDriver:
    """Sign a driver in. Unknown address and wrong password are one error."""
    services.limits.take_stranger(name_address(request))
    operator = await choose_operator(services, meet_stranger(request), body.operator)
    signed_in = await services.dispatcher.dispatch(
        canon.SignInDriver(
            operator_id=operator.operator_id,
            email=body.email,
            password=Secret(text=body.password),
            address=name_address(request),
            client=_name_client(request),
        )
    )
    return await _hand_over(services, response, signed_in, body.transport)


@router.post("/forgot-password", status_code=202)
async def ask_driver_password(services: Given, request: Request, body: DriverForgottenBody) -> Response:
    """Mail a link to set a new password, if a driver has this address; the answer tells nothing of that."""
    address = name_address(request)
    services.limits.take_stranger(address)
    operator = await choose_operator(services, meet_stranger(request), body.operator)
    await services.dispatcher.dispatch(
        AskDriverPassword(operator_id=operator.operator_id, email=body.email, address=address)
    )
    return Response(status_code=202)


@router.post("/set-password", status_code=204)
async def set_driver_password(services: Given, request: Request, body: NewPasswordBody) -> None:
    """Set a password by a link that was mailed; all sign-ins of the driver end, and the link is used up."""
    address = name_address(request)
    services.limits.take_stranger(address)
    await services.dispatcher.dispatch(
        SetDriverPassword(secret=Secret(text=body.link), password=Secret(text=body.password), address=address)
    )


@router.post("/sign-out", status_code=204)
async def sign_out_driver(_caller: SignedInDriver, services: Given, request: Request, response: Response) -> None:
    """End this sign-in."""
    bearer = read_bearer(request, cookie=DRIVER_COOKIE)
    await services.dispatcher.dispatch(canon.SignOutDriver(bearer=Secret(text=bearer.text)))
    take_back(response, cookie=DRIVER_COOKIE)


@router.get("/me")
async def get_my_profile(caller: SignedInDriver, services: Given) -> shapes.DriverProfile:
    """Show who is signed in."""
    driver = await services.dispatcher.dispatch(
        canon.FindDriver(operator_id=caller.operator_id, driver_id=caller.driver_id)
    )
    return await _show(services, driver)


@router.patch("/me")
async def update_my_profile(caller: SignedInDriver, services: Given, body: DriverSelfPatch) -> shapes.DriverProfile:
    """Change one's own name, address or language."""
    driver = await services.dispatcher.dispatch(
        canon.UpdateDriver(
            operator_id=caller.operator_id,
            actor=caller.actor,
            driver_id=caller.driver_id,
            email=body.email,
            display_name=body.display_name,
            language=body.language,
        )
    )
    return await _show(services, driver)


@router.post("/me/erase", status_code=204)
async def erase_myself(
    caller: SignedInDriver, services: Given, request: Request, response: Response, body: DriverErasure
) -> None:
    """Leave: personal data, password, sign-ins and tokens go. The password is asked for once more."""
    driver = await services.dispatcher.dispatch(
        canon.FindDriver(operator_id=caller.operator_id, driver_id=caller.driver_id)
    )
    proof = canon.SignInDriver(
        operator_id=caller.operator_id,
        email=driver.email or "",
        password=Secret(text=body.password),
        address=name_address(request),
    )
    try:
        await services.dispatcher.dispatch(proof)
    except DeniedError:  # who mistypes the password stays signed in
        raise OwnPasswordError("the password is wrong") from None
    await services.dispatcher.dispatch(
        canon.EraseDriver(operator_id=caller.operator_id, actor=caller.actor, driver_id=caller.driver_id)
    )
    take_back(response, cookie=DRIVER_COOKIE)


@router.get("/me/data")
async def export_my_data(caller: SignedInDriver, services: Given) -> shapes.DriverData:
    """Tell everything that is kept about oneself."""
    export = await services.dispatcher.dispatch(
        canon.ExportDriver(operator_id=caller.operator_id, actor=caller.actor, driver_id=caller.driver_id)
    )
    wallet = await get_my_wallet(caller, services)
    async with services.databases.read() as connection:
        sessions = await driver_sessions.list_all(connection, caller.driver_id, now=services.clock.now())
        vehicles = await companion.list_vehicles(connection, caller.driver_id)
        kept = await companion.read_kept(connection, caller.driver_id, now=services.clock.now())
        said = await complaints.list_own(connection, caller.driver_id)
        kept_places = await reservations.list_own(connection, caller.driver_id)
        money = await personal.read_personal(
            connection,
            wallet,
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            now=services.clock.now(),
        )
    return shapes.DriverData(
        driver=await _show(services, export.driver),
        tokens=[shapes.OwnToken.model_validate(token) for token in export.tokens],
        sign_ins=_show_sign_ins(caller, export.sign_ins),
        sessions=sessions,
        vehicles=vehicles.items,
        stations=kept,
        complaints=said.items,
        reservations=kept_places.items,
        **money,
    )


@router.post("/change-password", status_code=204)
async def change_my_password(caller: SignedInDriver, services: Given, body: PasswordChange) -> None:
    """Change one's own password; one's other sign-ins end."""
    await services.dispatcher.dispatch(
        canon.ChangeDriverPassword(
            by=caller.principal,
            old_password=Secret(text=body.old_password),
            new_password=Secret(text=body.new_password),
        )
    )


@router.get("/sign-ins")
async def list_my_sign_ins(caller: SignedInDriver, services: Given) -> SignInList:
    """List where one is signed in."""
    found = await services.dispatcher.dispatch(
        canon.ListDriverSignIns(operator_id=caller.operator_id, driver_id=caller.driver_id)
    )
    return SignInList(items=_show_sign_ins(caller, found))


@router.delete("/sign-ins/{sign_in_id}", status_code=204)
async def revoke_my_sign_in(caller: SignedInDriver, services: Given, sign_in_id: KeyPath) -> None:
    """End one of one's sign-ins."""
    await services.dispatcher.dispatch(
        canon.RevokeDriverSignIn(
            operator_id=caller.operator_id, driver_id=caller.driver_id, sign_in_id=SignInId(sign_in_id)
        )
    )


async def _hand_over(
    services: Given, response: Response, signed_in: canon.DriverSignedIn, transport: Transport
) -> shapes.SignedInDriver:
    token = hand_over(
        services,
        response,
        cookie=DRIVER_COOKIE,
        bearer=signed_in.bearer,
        expires_at=signed_in.expires_at,
        transport=transport,
    )
    me = await _show(services, signed_in.driver)
    return shapes.SignedInDriver(token=token, expires_at=signed_in.expires_at, me=me)


async def _show(services: Given, driver: canon.Driver) -> shapes.DriverProfile:
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=OperatorId(driver.operator_id)))
    return shapes.DriverProfile(
        driver_id=driver.driver_id,
        operator_id=driver.operator_id,
        operator_name=operator.name,
        email=driver.email,
        display_name=driver.display_name,
        language=driver.language,
        status=driver.status,
        created_at=driver.created_at,
    )


def _show_sign_ins(caller: DriverCaller, sign_ins: tuple[canon.DriverSignIn, ...]) -> list[SignIn]:
    current = caller.principal.sign_in_id
    return [
        SignIn(
            sign_in_id=item.sign_in_id,
            is_current=item.sign_in_id == current,
            created_at=item.created_at,
            used_at=item.used_at,
            expires_at=item.expires_at,
            address=item.address,
            client=item.client,
            method=SignInMethod.PASSWORD,
        )
        for item in sign_ins
    ]


def _name_client(request: Request) -> str:
    return request.headers.get("User-Agent", "")[:CLIENT_CHARS_MAX]
