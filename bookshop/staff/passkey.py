"""A passkey of a member of staff, and the shop as passkeys know it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bookshop.settings import Settings

MAX_PASSKEY_NAME_CHARS = 60
MAX_PASSKEYS = 20


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The shop: passkeys belong to the host `id`, and are used on pages of `origin`."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey; `id` and `public_key` come from the device that holds its private key."""

    id: str
    staff_id: str
    public_key: bytes
    sign_count: int
    name: str
    transports: tuple[str, ...]
    is_backed_up: bool
    created_at: datetime
    used_at: datetime | None = None


def relying_party(settings: Settings) -> RelyingParty:
    """Return the shop at its public address, whatever `Host` a request names."""
    host = urlsplit(settings.shop_url).hostname or ""
    return RelyingParty(host, settings.shop_name, settings.shop_url)


def tidy_passkey_name(name: str) -> str:
    """Return a name as it is stored: one line of at most `MAX_PASSKEY_NAME_CHARS`."""
    return " ".join(name.split())[:MAX_PASSKEY_NAME_CHARS].strip() or "Passkey"
