"""For whom an attempt to sign in counts."""

import hmac
from collections.abc import Sequence
from typing import NamedTuple

from bookshop.staff.client import Client
from bookshop.staff.member import Member, name_key
from bookshop.staff.sign_in_delay import FREE_FOR_CODES, FREE_FOR_NAME, FREE_FOR_NETWORK, Actor


class SignInActors(NamedTuple):
    """Each counts failures of its own; a browser that is known has only the first.

    `name` counts failures for a name from one network or browser, `network` those for any name, and `codes`
    wrong codes after the right password, from anywhere: only who knows a password can make its owner wait.
    """

    name: Actor
    network: Actor | None = None
    codes: Actor | None = None

    @property
    def all(self) -> tuple[Actor, ...]:
        return tuple(actor for actor in self if actor)


def find_actors(keys: Sequence[str], name: str, member: Member | None, client: Client) -> SignInActors:
    """Return the actors of an attempt for this name, which may be a member's."""
    key, known = name_key(name), client.known
    if known and member and member.id in known.staff:
        return SignInActors(Actor(keyed_hash(keys, "browser", key, known.id), FREE_FOR_NAME))
    return SignInActors(
        Actor(keyed_hash(keys, "name", key, client.network), FREE_FOR_NAME),
        network_actor(keys, client.network),
        Actor(keyed_hash(keys, "codes", key), FREE_FOR_CODES),
    )


def network_actor(keys: Sequence[str], network: str) -> Actor:
    return Actor(keyed_hash(keys, "network", network), FREE_FOR_NETWORK)


def keyed_hash(keys: Sequence[str], *parts: str) -> str:
    return hmac.new(keys[0].encode(), "\n".join(parts).encode(), "sha256").hexdigest()
