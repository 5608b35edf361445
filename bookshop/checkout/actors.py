"""The browser and the network that a request counts for, as keyed hashes."""

from typing import NamedTuple

from quart import request

from bookshop.checkout.session import shopper_id
from bookshop.orders.hourly_limit import keyed_hash
from bookshop.web.client_network import network_of


class Actors(NamedTuple):
    """Keyed hashes of the browser and of the network that a request comes from."""

    shopper: str
    network: str


def current_actors(secret_key: str, form_token: str) -> Actors:
    """Return the actors of the present request, which sends the form with this token."""
    names = (shopper_id(form_token), network_of(request.remote_addr))
    return Actors(*(keyed_hash(secret_key, name) for name in names))
