"""A device that holds passkeys, as WebAuthn describes it, without a browser."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
USUAL_FLAGS = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP


@dataclass
class Authenticator:
    """Creates a passkey and signs with it; what it reports can be changed."""

    origin: str = "http://localhost:5000"
    host: str = "localhost"
    flags: int = USUAL_FLAGS
    sign_count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def create(self, options: str) -> str:
        """Respond to `navigator.credentials.create()`."""
        number = self.key.public_key().public_numbers()
        # https://www.rfc-editor.org/rfc/rfc9053#section-7.1: an elliptic curve key for ES256
        public_key = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: number.x.to_bytes(32, "big"), -3: number.y.to_bytes(32, "big")}
        )
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public_key
        attestation = cbor2.dumps(
            {"fmt": "none", "attStmt": {}, "authData": self.report(HAS_KEY) + credential}
        )
        client_data = self.describe("webauthn.create", json.loads(options))
        return self.respond(
            clientDataJSON=client_data, attestationObject=attestation, transports=["internal", "hybrid"]
        )

    def sign(self, options: str) -> str:
        """Respond to `navigator.credentials.get()`."""
        client_data = self.describe("webauthn.get", json.loads(options))
        report = self.report()
        signature = self.key.sign(report + sha256(client_data).digest(), ECDSA(SHA256()))
        return self.respond(clientDataJSON=client_data, authenticatorData=report, signature=signature)

    def report(self, more_flags: int = 0) -> bytes:
        host = sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more_flags]) + self.sign_count.to_bytes(4, "big")

    def describe(self, kind: str, options: Mapping[str, Any]) -> bytes:
        client_data = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(client_data).encode()

    def respond(self, **response: bytes | list[str]) -> str:
        """Return a response as `toJSON()` writes it."""
        texts = {
            name: bytes_to_base64url(value) if isinstance(value, bytes) else value
            for name, value in response.items()
        }
        own_id = bytes_to_base64url(self.id)
        return json.dumps({"id": own_id, "rawId": own_id, "type": "public-key", "response": texts})
