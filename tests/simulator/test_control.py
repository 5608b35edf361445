"""The control addresses inspect and reset the account."""

import httpx
import stripe


async def test_a_reset_deletes_everything(http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> None:
    assert (await http.get("/_control/state")).json()["payment_intents"]
    await http.post("/_control/reset")
    assert not any((await http.get("/_control/state")).json().values())
    assert (await http.get("/_control/requests")).json() == []
