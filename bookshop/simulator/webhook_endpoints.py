"""Webhook endpoints: addresses that receive events, beside the configured one."""

from typing import Any

from bookshop.simulator.account import Account, Caller
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.objects.base import API_VERSION, StripeObject, new_id
from bookshop.simulator.params import (
    Params,
    check_names,
    read_choice,
    read_list,
    read_metadata,
    read_text,
    require,
)
from bookshop.simulator.webhooks import WebhookTarget


def create(account: Account, params: Params, _caller: Caller) -> StripeObject:
    """Create an endpoint; only this response shows its secret."""
    check_names(params, "api_version", "description", "enabled_events", "expand", "metadata", "url")
    if read_text(params, "api_version"):
        read_choice(params, "api_version", (API_VERSION,))
    url = read_url(params)
    types = read_list(params, "enabled_events")
    if not types:
        message = "Missing required param: enabled_events."
        raise invalid_request(message, "parameter_missing", "enabled_events")
    endpoint = account.add(new_endpoint(url, types, params, account.clock.now()))
    secret = new_id("whsec_", 32)
    account.webhook_targets[endpoint["id"]] = WebhookTarget(url, secret, tuple(types))
    return {**endpoint, "secret": secret}


def read_url(params: Params) -> str:
    url = require(params, "url")
    if not url.startswith(("http://", "https://")):
        message = "Invalid URL: An explicit scheme (such as https) must be provided."
        raise invalid_request(message, "url_invalid", "url")
    return url


def new_endpoint(url: str, types: list[str], params: Params, created: int) -> StripeObject:
    return {
        "id": new_id("we_1"),
        "object": "webhook_endpoint",
        "api_version": read_text(params, "api_version"),
        "application": None,
        "created": created,
        "description": read_text(params, "description"),
        "enabled_events": types,
        "livemode": False,
        "metadata": read_metadata(params, {}),
        "status": "enabled",
        "url": url,
    }


def delete(account: Account, endpoint_id: str, _params: Params, _caller: Caller) -> dict[str, Any]:
    account.find("webhook_endpoint", endpoint_id)
    del account.objects("webhook_endpoint")[endpoint_id], account.webhook_targets[endpoint_id]
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}
