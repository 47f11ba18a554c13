from typing import Any, cast

import msgspec
import segno
from fastapi import APIRouter, Request, Response

from busbar.api.bodies.people import CodeBody, PasskeyBody, PasskeySignInBody
from busbar.api.callers import SignedIn, StaffCaller
from busbar.api.cookies import hand_over
from busbar.api.credentials import STAFF_COOKIE, name_address
from busbar.api.parameters import KeyPath
from busbar.api.routes.auth import CLIENT_CHARS_MAX, show_me
from busbar.api.services import Given
from busbar.canon import factors
from busbar.canon.secret import Secret
from busbar.kernel.address import split_address
from busbar.kernel.ids import PasskeyId
from busbar.views import people
from busbar.views.shapes.people import Passkey, RecoveryCodes, SecondFactors, SignedInStaff, TotpOffer

router = APIRouter(prefix="/auth", tags=["sign-in"])

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 - a name, nothing is bound


@router.get("/second-factors")
async def get_second_factors(caller: SignedIn, services: Given) -> SecondFactors:
    """Show what one has set up beside the password."""
    found = await services.dispatcher.dispatch(factors.FindSecondFactors(by=caller.principal))
    return SecondFactors.model_validate(found)


@router.post("/totp")
async def begin_totp(caller: SignedIn, services: Given) -> TotpOffer:
    """Make a secret for one's phone; it counts once a code of it was given."""
    offer = await services.dispatcher.dispatch(factors.BeginTotp(by=caller.principal))
    picture = segno.make_qr(offer.address.text, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    return TotpOffer(secret=offer.secret.text, address=offer.address.text, picture=picture)


@router.post("/totp/confirm")
async def confirm_totp(caller: SignedIn, services: Given, body: CodeBody) -> RecoveryCodes:
    """Give the first code; one's other sign-ins end."""
    command = factors.ConfirmTotp(by=caller.principal, code=Secret(text=body.code))
    return _show_codes(await services.dispatcher.dispatch(command))


@router.post("/totp/remove", status_code=204)
async def remove_totp(caller: SignedIn, services: Given, body: CodeBody) -> None:
    """Give up one's phone."""
    await services.dispatcher.dispatch(factors.RemoveTotp(by=caller.principal, code=Secret(text=body.code)))


@router.post("/recovery-codes")
async def make_recovery_codes(caller: SignedIn, services: Given, body: CodeBody) -> RecoveryCodes:
    """Make new recovery codes in place of the old ones."""
    command = factors.MakeRecoveryCodes(by=caller.principal, code=Secret(text=body.code))
    return _show_codes(await services.dispatcher.dispatch(command))


@router.post("/passkeys/options")
async def begin_passkey(caller: SignedIn, services: Given, request: Request) -> dict[str, Any]:
    """Return what a browser makes a passkey by (`navigator.credentials.create`)."""
    async with services.databases.read() as connection:
        name, email, _language = await people.read_names(connection, caller.principal)
    offer = await services.dispatcher.dispatch(
        factors.BeginPasskey(by=caller.principal, site=find_site(services, request), name=email or name)
    )
    return cast("dict[str, Any]", msgspec.json.decode(offer))


@router.post("/passkeys", status_code=201)
async def add_passkey(caller: SignedIn, services: Given, request: Request, body: PasskeyBody) -> Passkey:
    """Keep the passkey that a browser made; one's other sign-ins end."""
    made = await services.dispatcher.dispatch(
        factors.AddPasskey(
            by=caller.principal,
            site=find_site(services, request),
            name=body.name,
            credential_json=msgspec.json.encode(body.credential).decode(),
        )
    )
    return Passkey.model_validate(made)


@router.delete("/passkeys/{passkey_id}", status_code=204)
async def remove_passkey(caller: SignedIn, services: Given, passkey_id: KeyPath) -> None:
    """Forget one of one's passkeys."""
    await services.dispatcher.dispatch(factors.RemovePasskey(by=caller.principal, passkey_id=PasskeyId(passkey_id)))


@router.post("/passkey-sign-in/options")
async def begin_passkey_sign_in(services: Given, request: Request) -> dict[str, Any]:
    """Return what a browser signs in by (`navigator.credentials.get`)."""
    services.limits.take_stranger(name_address(request))
    asked = await services.dispatcher.dispatch(factors.BeginPasskeySignIn(site=find_site(services, request)))
    return cast("dict[str, Any]", msgspec.json.decode(asked))


@router.post("/passkey-sign-in")
async def sign_in_by_passkey(
    services: Given, request: Request, response: Response, body: PasskeySignInBody
) -> SignedInStaff:
    """Sign a member of staff in by a passkey."""
    address = name_address(request)
    services.limits.take_stranger(address)
    signed_in = await services.dispatcher.dispatch(
        factors.SignInByPasskey(
            site=find_site(services, request),
            credential_json=msgspec.json.encode(body.credential).decode(),
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


def find_site(services: Given, request: Request) -> factors.Site:
    """Return where the browser stands: the public address, or this machine itself while that is what it is."""
    public = split_address(services.settings.public_address)
    asked = split_address(request.headers.get("Origin", ""))
    both = {public.hostname or "", asked.hostname or ""}
    place = asked if both <= _LOOPBACK else public
    return factors.Site(origin=f"{place.scheme}://{place.netloc}", host=place.hostname or "")


def _show_codes(codes: tuple[Secret, ...]) -> RecoveryCodes:
    return RecoveryCodes(codes=[code.text for code in codes])
