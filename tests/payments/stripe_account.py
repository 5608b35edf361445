"""A test account at the simulator, as its owner's scripts would use it."""

from dataclasses import dataclass
from typing import Any

import httpx

SECRET_KEY = "sk_test_bookshop"


@dataclass(frozen=True)
class Account:
    """Speaks the simulator's API with the secret key."""

    url: str

    async def pay(self, intent_id: str, method: str = "pm_card_visa") -> dict[str, Any]:
        """Confirm an intent as the card's owner would; answers Stripe's object or error."""
        form = {"payment_method": method, "return_url": "https://books.example/success"}
        intent: dict[str, Any] = await self.ask("POST", f"/v1/payment_intents/{intent_id}/confirm", form)
        return intent

    async def start(self, intent_id: str, kind: str) -> dict[str, Any]:
        """Confirm an intent with a method that requires an action first."""
        form = {"payment_method_data[type]": kind, "return_url": "https://books.example/success"}
        intent: dict[str, Any] = await self.ask("POST", f"/v1/payment_intents/{intent_id}/confirm", form)
        return intent

    async def complete(self, intent_id: str) -> dict[str, Any]:
        """Do what an intent requires."""
        form = {"outcome": "complete"}
        intent: dict[str, Any] = await self.ask("POST", f"/v1/payment_intents/{intent_id}/challenge", form)
        return intent

    async def read(self, intent_id: str) -> dict[str, Any]:
        """An intent as Stripe holds it."""
        intent: dict[str, Any] = await self.ask("GET", f"/v1/payment_intents/{intent_id}")
        return intent

    async def cancel(self, intent_id: str) -> dict[str, Any]:
        """Cancel an intent from outside the shop."""
        intent: dict[str, Any] = await self.ask("POST", f"/v1/payment_intents/{intent_id}/cancel")
        return intent

    async def list_calls(self, method: str, path: str = "") -> list[str]:
        """The addresses that were asked for by this method; by `path`, only that one."""
        calls = await self.ask("GET", "/_control/requests")
        return [c["path"] for c in calls if c["method"] == method and path in ("", c["path"])]

    async def count_calls(self, method: str, path: str) -> int:
        """How often the API was asked this."""
        return len(await self.list_calls(method, path))

    async def list_intents(self, order_id: str) -> list[dict[str, Any]]:
        """Every intent that was made for an order."""
        state = await self.ask("GET", "/_control/state")
        intents = state["payment_intents"]
        values = intents.values() if isinstance(intents, dict) else intents
        return [intent for intent in values if intent["metadata"].get("order") == order_id]

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Any:
        async with httpx.AsyncClient(base_url=self.url) as client:
            headers = {"Authorization": f"Bearer {SECRET_KEY}"}
            return (await client.request(method, path, data=form, headers=headers)).json()
