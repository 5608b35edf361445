"""A shopper who fills in the forms of the shop's pages, without JavaScript or with htmx."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from quart import Response
from quart.typing import TestClientProtocol

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
CLIENT_SECRET = re.compile(r'data-client-secret="([^"]+)"')
DETAILS = {"email": "reader@example.com", "name": "Ada Reader", "delivery": "collect"}


@dataclass(frozen=True)
class Shopper:
    """Sends requests as a browser does, and keeps cookies."""

    client: TestClientProtocol

    async def get(self, path: str, *, htmx: bool = False) -> Response:
        """Open a page, or request its fragment."""
        response: Response = await self.client.get(quote(path, safe="/?&=%+"), headers=HTMX if htmx else {})
        return response

    async def post(self, path: str, form: dict[str, str], *, htmx: bool = False, **headers: str) -> Response:
        """Send a form."""
        response: Response = await self.client.post(
            path, form=form, headers={**(HTMX if htmx else {}), **headers}
        )
        return response

    async def read(self, path: str, *, htmx: bool = False, status: int = 200) -> str:
        """Return the text of a page that has the expected status."""
        response = await self.get(path, htmx=htmx)
        assert response.status_code == status, (path, response.status_code)
        return await text_of(response)

    async def put_in_basket(self, isbn: str, quantity: int = 1) -> None:
        """Add copies of a book."""
        response = await self.post("/basket", {"isbn": isbn, "quantity": str(quantity)})
        assert response.status_code == 303

    async def open_form(self, item: str = "") -> dict[str, str]:
        """Return the hidden fields of the details form, with sensible details."""
        page = await self.read(f"/checkout?item={item}" if item else "/checkout")
        return {**dict(HIDDEN_FIELD.findall(page)), **DETAILS}

    async def place(self, item: str = "", *, htmx: bool = False, **changed: str) -> Response:
        """Fill in the details form and send it."""
        return await self.post("/checkout", {**await self.open_form(item), **changed}, htmx=htmx)

    async def place_and_pay_page(self, item: str = "", **changed: str) -> str:
        """Place an order and return the address of its payment page."""
        response = await self.place(item, htmx=False, **changed)
        assert response.status_code == 303, await text_of(response)
        return response.headers["Location"]

    async def find_intent(self, pay_page: str) -> str:
        """Return the id of the intent that a payment page would pay."""
        return intent_of(await self.read(pay_page))


async def text_of(response: Response) -> str:
    return str(await response.get_data(as_text=True))


def intent_of(page: str) -> str:
    """Return the id of the intent that a payment page, or its fragment, would pay."""
    found = CLIENT_SECRET.search(page)
    assert found, page
    return unescape(found[1]).split("_secret_")[0]


def token_of(pay_page: str) -> str:
    """Return the order's token, found in the address of its payment page."""
    return pay_page.rsplit("/", 1)[1]


def receipt_of(pay_page: str) -> str:
    """Return the address of an order's receipt, given its payment page."""
    return pay_page.replace("/checkout/", "/orders/")
