"""What a browser is asked to do with a passkey, and whether its answer is right."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bookshop.staff.member import Member
from bookshop.staff.passkey import Passkey, RelyingParty

# a response has some kilobytes
MAX_RESPONSE_CHARS = 20_000


class InvalidPasskey(Exception):
    """The browser's response is not that of a passkey of this shop."""


def creation_options(
    party: RelyingParty, member: Member, existing: Iterable[Passkey], challenge: bytes
) -> str:
    """Return what `credentials.create()` takes, as JSON."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=member.id.encode(),
        user_name=member.name,
        user_display_name=member.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            # the device finds the passkey without the name of its owner
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[describe(passkey) for passkey in existing],
    )
    return options_to_json(options)


def request_options(party: RelyingParty, challenge: bytes, allowed: Iterable[Passkey] = ()) -> str:
    """Return what `credentials.get()` takes, as JSON; without `allowed`, any passkey will do."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        allow_credentials=[describe(passkey) for passkey in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def describe(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    known = {transport.value: transport for transport in AuthenticatorTransport}
    transports = [known[name] for name in passkey.transports if name in known]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.id), transports=transports)


def parse_created(response: str) -> RegistrationCredential:
    """Read the response of `credentials.create()`; raises InvalidPasskey."""
    try:
        return parse_registration_credential_json(limit(response))
    except Exception as problem:  # the library raises many kinds for what a stranger may send
        raise InvalidPasskey(problem) from problem


def parse_signed(response: str) -> AuthenticationCredential:
    """Read the response of `credentials.get()`; raises InvalidPasskey."""
    try:
        credential = parse_authentication_credential_json(limit(response))
    except Exception as problem:  # likewise
        raise InvalidPasskey(problem) from problem
    # the database is asked for it before the signature is verified
    if credential.id != bytes_to_base64url(credential.raw_id):
        raise InvalidPasskey("its id is not in base64url")
    return credential


def limit(response: str) -> str:
    if len(response) > MAX_RESPONSE_CHARS:
        raise ValueError("too long")
    return response


def challenge_of(credential: RegistrationCredential | AuthenticationCredential) -> bytes:
    """Return the challenge that was signed; raises InvalidPasskey."""
    try:
        return parse_client_data_json(credential.response.client_data_json).challenge
    except Exception as problem:  # likewise
        raise InvalidPasskey(problem) from problem


def verify_created(
    party: RelyingParty, member: Member, name: str, credential: RegistrationCredential, now: datetime
) -> Passkey:
    """Return the new passkey; raises InvalidPasskey. The caller checks the challenge."""
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge_of(credential),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as problem:  # likewise
        raise InvalidPasskey(problem) from problem
    return Passkey(
        id=bytes_to_base64url(verified.credential_id),
        staff_id=member.id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name,
        transports=tuple(each.value for each in credential.response.transports or ()),
        is_backed_up=verified.credential_backed_up,
        created_at=now,
    )


def verify_signed(
    party: RelyingParty, passkey: Passkey, credential: AuthenticationCredential, now: datetime
) -> Passkey:
    """Return the passkey after its use; raises InvalidPasskey. The caller checks the challenge."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge_of(credential),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as problem:  # likewise
        raise InvalidPasskey(problem) from problem
    return replace(
        passkey,
        sign_count=verified.new_sign_count,
        is_backed_up=verified.credential_backed_up,
        used_at=now,
    )
