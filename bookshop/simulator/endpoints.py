"""Webhook endpoints: addresses that hear of events, beside the one that the simulator was started with."""

from typing import Any

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.errors import invalid
from bookshop.simulator.objects import API_VERSION, Object, new_id
from bookshop.simulator.params import Params, allow, read_choice, read_list, read_metadata, read_text, require
from bookshop.simulator.webhooks import Target

KIND = "webhook_endpoint"


def create(account: Account, params: Params, _caller: Caller) -> Object:
    """Tell one more address of events; only this answer shows its secret."""
    allow(params, "api_version", "description", "enabled_events", "expand", "metadata", "url")
    if read_text(params, "api_version"):
        read_choice(params, "api_version", (API_VERSION,))
    url = require(params, "url")
    if not url.startswith(("http://", "https://")):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", "url_invalid", "url"
        )
    types = read_list(params, "enabled_events")
    if not types:
        raise invalid("Missing required param: enabled_events.", "parameter_missing", "enabled_events")
    endpoint = account.keep(
        {
            "id": new_id("we_1"),
            "object": KIND,
            "api_version": read_text(params, "api_version"),
            "application": None,
            "created": account.clock.now(),
            "description": read_text(params, "description"),
            "enabled_events": types,
            "livemode": False,
            "metadata": read_metadata(params, {}),
            "status": "enabled",
            "url": url,
        }
    )
    secret = new_id("whsec_", 32)
    account.targets[endpoint["id"]] = Target(url, secret, tuple(types))
    return {**endpoint, "secret": secret}


def delete(account: Account, ident: str, _params: Params, _caller: Caller) -> dict[str, Any]:
    """Tell an address no more."""
    account.find(KIND, ident)
    del account.all(KIND)[ident], account.targets[ident]
    return {"id": ident, "object": KIND, "deleted": True}
