"""Sign-in over an operator's identity provider, and what its administrators enter for that."""

from fastapi import APIRouter, Request, Response

from busbar.api.bodies.identity import IdentityProviderBody, IdentitySignInBegin, IdentitySignInBody
from busbar.api.callers import SignedIn, StaffCaller, StaffKeeper
from busbar.api.cookies import PATH, hand_over
from busbar.api.credentials import STAFF_COOKIE, name_address
from busbar.api.routes.auth import CLIENT_CHARS_MAX, show_me
from busbar.api.routes.factors import find_site
from busbar.api.services import Given, Services
from busbar.canon import identity as canon
from busbar.canon.secret import Secret
from busbar.canon.tenants import FindOperator
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import SiteId
from busbar.views.shapes.identity import (
    BegunIdentitySignIn,
    GroupRule,
    IdentityEnd,
    IdentityProvider,
    IdentityProviderPage,
    IdentityTrial,
)
from busbar.views.shapes.people import SignedInStaff

router = APIRouter()

ENTRY_COOKIE = "busbar_entry"
"""Binds a sign-in that goes on at a provider to the browser that began it."""
ENTRY_LIFE_S = 600
RETURN_PATH = "/sign-in/provider"
ENTRY_PATH = "/sign-in"


@router.get("/identity-provider", tags=["staff"])
async def get_identity_provider(caller: StaffKeeper, services: Given, request: Request) -> IdentityProviderPage:
    """Show over which identity provider the operator's staff sign in."""
    try:
        found = await services.dispatcher.dispatch(
            canon.FindIdentityProvider(by=caller.principal, operator_id=caller.operator_id)
        )
    except NotFoundError:
        found = None
    return await _show(services, request, caller, found)


@router.put("/identity-provider", tags=["staff"])
async def put_identity_provider(
    caller: StaffKeeper, services: Given, request: Request, body: IdentityProviderBody
) -> IdentityProviderPage:
    """Let the operator's staff sign in over this identity provider, which is asked who it is first."""
    terms = canon.IdentityTerms(
        **body.model_dump(exclude={"client_secret", "rules"}),
        rules=tuple(
            canon.GroupRule(
                group=rule.group, role=rule.role, site_ids=tuple(SiteId(site_id) for site_id in rule.site_ids)
            )
            for rule in body.rules
        ),
    )
    saved = await services.dispatcher.dispatch(
        canon.SaveIdentityProvider(
            by=caller.principal,
            operator_id=caller.operator_id,
            terms=terms,
            client_secret=None if body.client_secret is None else Secret(text=body.client_secret),
        )
    )
    return await _show(services, request, caller, saved)


@router.delete("/identity-provider", status_code=204, tags=["staff"])
async def delete_identity_provider(caller: StaffKeeper, services: Given) -> None:
    """Forget the identity provider and whom it knows; people stay, and sign in otherwise."""
    await services.dispatcher.dispatch(
        canon.RemoveIdentityProvider(by=caller.principal, operator_id=caller.operator_id)
    )


@router.post("/identity-provider/try", tags=["staff"])
async def try_identity_provider(caller: StaffKeeper, services: Given) -> IdentityTrial:
    """Ask the identity provider for what it says of itself."""
    trial = await services.dispatcher.dispatch(
        canon.TryIdentityProvider(by=caller.principal, operator_id=caller.operator_id)
    )
    return IdentityTrial.model_validate(trial)


@router.post("/auth/identity-sign-in/begin", tags=["sign-in"])
async def begin_identity_sign_in(
    services: Given, request: Request, response: Response, body: IdentitySignInBegin
) -> BegunIdentitySignIn:
    """Begin to sign in over an identity provider: the browser gets a cookie, and an address to go to."""
    address = name_address(request)
    services.limits.take_stranger(address)
    begun = await services.dispatcher.dispatch(
        canon.BeginIdentitySignIn(
            operator=body.operator,
            email=body.email,
            return_to=find_site(services, request).origin + RETURN_PATH,
            address=address,
        )
    )
    response.set_cookie(
        ENTRY_COOKIE,
        begun.binding.text,
        max_age=ENTRY_LIFE_S,
        path=PATH,
        secure=services.settings.public_address.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
    return BegunIdentitySignIn(address=begun.address)


@router.post("/auth/identity-sign-in", tags=["sign-in"])
async def sign_in_by_identity(
    services: Given, request: Request, response: Response, body: IdentitySignInBody
) -> SignedInStaff:
    """Sign a member of staff in by what the identity provider sent along with the browser."""
    address = name_address(request)
    services.limits.take_stranger(address)
    signed_in = await services.dispatcher.dispatch(
        canon.SignInByIdentity(
            state=Secret(text=body.state),
            binding=Secret(text=request.cookies.get(ENTRY_COOKIE, "")[:128]),
            code=None if body.code is None else Secret(text=body.code),
            issuer=body.iss,
            error=body.error,
            address=address,
            client=request.headers.get("User-Agent", "")[:CLIENT_CHARS_MAX],
        )
    )
    response.delete_cookie(ENTRY_COOKIE, path=PATH, httponly=True, samesite="strict")
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


@router.get("/auth/identity-end", tags=["sign-in"])
async def get_identity_end(caller: SignedIn, services: Given, request: Request) -> IdentityEnd:
    """Tell where a browser is signed out at the operator's identity provider, to go there after signing out here."""
    address = await services.dispatcher.dispatch(
        canon.FindIdentityEnd(by=caller.principal, return_to=find_site(services, request).origin + ENTRY_PATH)
    )
    return IdentityEnd(address=address)


async def _show(
    services: Services, request: Request, caller: StaffCaller, found: canon.IdentityProvider | None
) -> IdentityProviderPage:
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    origin = find_site(services, request).origin
    returning, entry = origin + RETURN_PATH, f"{origin}{ENTRY_PATH}?operator={operator.slug}"
    if found is None:
        return IdentityProviderPage(provider=None, return_address=returning, entry_address=entry)
    terms = found.terms
    provider = IdentityProvider(
        name=terms.name,
        issuer=terms.issuer,
        client_id=terms.client_id,
        has_secret=found.has_secret,
        scopes=terms.scopes,
        email_claim=terms.email_claim,
        groups_claim=terms.groups_claim,
        rules=[GroupRule(group=rule.group, role=rule.role, site_ids=list(rule.site_ids)) for rule in terms.rules],
        default_role=terms.default_role,
        creates_unknown=terms.creates_unknown,
        email_domains=list(terms.email_domains),
        trusts_email=terms.trusts_email,
        covers_platform=terms.covers_platform,
        is_enabled=terms.is_enabled,
        updated_at=found.updated_at,
    )
    return IdentityProviderPage(provider=provider, return_address=returning, entry_address=entry)
