"""Questions to browsers and their answers, by the package `webauthn`."""

from typing import Any, cast

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from busbar.canon.factors import Site
from busbar.ports.passkeys import Answer, BadAnswerError, KnownKey, NewKey

CREDENTIAL_ID_MAX_CHARS = 1400
_REFUSALS = (WebAuthnException, ValueError, KeyError, TypeError)
NAME = "Busbar"


class WebauthnPasskeys:
    """`busbar.ports.passkeys.Passkeys`."""

    def offer(self, site: Site, *, challenge: bytes, user_id: bytes, name: str, known: list[str]) -> str:
        """Return what a browser makes a passkey by."""
        options = generate_registration_options(
            rp_id=site.host,
            rp_name=NAME,
            user_id=user_id,
            user_name=name,
            challenge=challenge,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return options_to_json(options)

    def ask(self, site: Site, *, challenge: bytes) -> str:
        """Return what a browser signs in by."""
        options = generate_authentication_options(
            rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
        )
        return options_to_json(options)

    def read(self, credential_json: str) -> Answer:
        """Return what an answer says of itself."""
        try:
            credential = cast("dict[str, Any]", msgspec.json.decode(credential_json))
            client_data = base64url_to_bytes(credential["response"]["clientDataJSON"])
            challenge = cast("dict[str, Any]", msgspec.json.decode(client_data))["challenge"]
            credential_id = credential["id"]
        except (msgspec.DecodeError, *_REFUSALS):
            raise BadAnswerError("this is no answer of a passkey") from None
        is_right = isinstance(challenge, str) and isinstance(credential_id, str)
        if not is_right or len(credential_id) > CREDENTIAL_ID_MAX_CHARS:
            raise BadAnswerError("this is no answer of a passkey")
        return Answer(credential_id=credential_id, challenge=challenge)

    def check_new(self, site: Site, credential_json: str, *, challenge: bytes) -> NewKey:
        """Return the passkey that was made."""
        try:
            made = verify_registration_response(
                credential=credential_json,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except _REFUSALS as error:
            raise BadAnswerError(f"the passkey is not taken: {error}") from None
        return NewKey(
            credential_id=bytes_to_base64url(made.credential_id),
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )

    def check(self, site: Site, credential_json: str, *, challenge: bytes, known: KnownKey) -> int:
        """Return the new count of uses."""
        try:
            proved = verify_authentication_response(
                credential=credential_json,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=known.public_key,
                credential_current_sign_count=known.sign_count,
                require_user_verification=True,
            )
        except _REFUSALS as error:
            raise BadAnswerError(f"the passkey proves nothing: {error}") from None
        return proved.new_sign_count
