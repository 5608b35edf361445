"""The account's state in a file, so that a simulator that starts again knows its payments."""

import asyncio
import json
from pathlib import Path
from typing import Any

from bookshop.simulator import charge_intent, refunds
from bookshop.simulator.account import Account
from bookshop.simulator.idempotency import ApiResponse
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.webhooks import WebhookTarget

# a killed simulator forgets at most what happened within this time
WRITE_DELAY_SECONDS = 0.2


class StateFile:
    """Writes the account to a file soon after each change."""

    def __init__(self, path: Path, account: Account) -> None:
        self._path = path
        self._account = account
        self._is_scheduled = False

    def load(self) -> None:
        """Read the account, if there is a file; raises ValueError if it is something else."""
        if not self._path.exists():
            return
        try:
            load_state(self._account, json.loads(self._path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, KeyError, AttributeError):
            message = f"{self._path} is not a state of this simulator. Move it away, or name another file."
            raise ValueError(message) from None

    async def resume(self) -> None:
        """Start the delays again that were under way."""
        for intent in self._account.objects("payment_intent").values():
            if intent["status"] == "processing":
                charge_intent.finish_later(self._account, intent)
        for refund in self._account.objects("refund").values():
            refunds.finish_later(self._account, refund)

    def schedule(self, *_: object) -> None:
        """Write soon: once for all changes until then."""
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_later(WRITE_DELAY_SECONDS, self.write)

    def write(self) -> None:
        """Replace the file in one step, so that a killed process never leaves half of it."""
        self._is_scheduled = False
        draft = self._path.with_name(f"{self._path.name}.new")
        draft.write_text(json.dumps(dump_state(self._account)), encoding="utf-8")
        draft.replace(self._path)


def dump_state(account: Account) -> dict[str, Any]:
    """Return the account as JSON's types."""
    targets = {name: target for name, target in account.webhook_targets.items() if name != "configured"}
    return {
        "objects": account.all_objects,
        "card_numbers": account.card_numbers,
        "intent_details": account.intent_details,
        "line_items": account.line_items,
        "webhook_targets": {name: [one.url, one.secret, one.types] for name, one in targets.items()},
        "idempotency_keys": {
            key: [request, response.status, response.body]
            for key, (request, response) in account.idempotency_keys.stored.items()
        },
    }


def load_state(account: Account, state: dict[str, Any]) -> None:
    """Fill a new account."""
    objects: dict[str, dict[str, StripeObject]] = state["objects"]
    account.all_objects.update(objects)
    account.card_numbers.update(state["card_numbers"])
    account.intent_details.update(state["intent_details"])
    account.line_items.update(state["line_items"])
    for name, (url, secret, types) in state["webhook_targets"].items():
        account.webhook_targets[name] = WebhookTarget(url, secret, tuple(types))
    for key, (request, status, body) in state["idempotency_keys"].items():
        account.idempotency_keys.stored[key] = (request, ApiResponse(status, body))
