"""A shopper without JavaScript, or htmx in a browser: the forms of the shop's pages, filled in and sent."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from quart import Response
from quart.typing import TestClientProtocol

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SECRET = re.compile(r'data-client-secret="([^"]+)"')
DETAILS = {"email": "reader@example.com", "name": "Ada Reader", "delivery": "collect"}


@dataclass(frozen=True)
class Shopper:
    """Sends what a browser would; keeps cookies."""

    client: TestClientProtocol

    async def get(self, path: str, *, htmx: bool = False) -> Response:
        """Open a page, or ask for its fragment."""
        answer: Response = await self.client.get(quote(path, safe="/?&=%+"), headers=HTMX if htmx else {})
        return answer

    async def post(self, path: str, form: dict[str, str], *, htmx: bool = False, **headers: str) -> Response:
        """Send a form."""
        answer: Response = await self.client.post(
            path, form=form, headers={**(HTMX if htmx else {}), **headers}
        )
        return answer

    async def read(self, path: str, *, htmx: bool = False, status: int = 200) -> str:
        """The text of a page that answers as expected."""
        answer = await self.get(path, htmx=htmx)
        assert answer.status_code == status, (path, answer.status_code)
        return await text_of(answer)

    async def put_in_basket(self, isbn: str, quantity: int = 1) -> None:
        """Add copies of a book."""
        answer = await self.post("/basket", {"isbn": isbn, "quantity": str(quantity)})
        assert answer.status_code == 303

    async def open_form(self, item: str = "") -> dict[str, str]:
        """The details form's hidden fields, with sensible details."""
        page = await self.read(f"/checkout?item={item}" if item else "/checkout")
        return {**dict(HIDDEN.findall(page)), **DETAILS}

    async def place(self, item: str = "", *, htmx: bool = False, **changed: str) -> Response:
        """Fill in the details form and send it."""
        return await self.post("/checkout", {**await self.open_form(item), **changed}, htmx=htmx)

    async def place_and_pay_page(self, item: str = "", **changed: str) -> str:
        """Place an order; answers the address of its payment page."""
        answer = await self.place(item, htmx=False, **changed)
        assert answer.status_code == 303, await text_of(answer)
        return answer.headers["Location"]

    async def find_intent(self, pay_page: str) -> str:
        """The intent that a payment page would pay."""
        return intent_of(await self.read(pay_page))


async def text_of(answer: Response) -> str:
    """The text of an answer."""
    return str(await answer.get_data(as_text=True))


def intent_of(page: str) -> str:
    """The intent that a payment page, or its fragment, would pay."""
    found = SECRET.search(page)
    assert found, page
    return unescape(found[1]).split("_secret_")[0]


def token_of(pay_page: str) -> str:
    """The order's token in the address of its payment page."""
    return pay_page.rsplit("/", 1)[1]


def receipt_of(pay_page: str) -> str:
    """The address of an order's receipt."""
    return pay_page.replace("/checkout/", "/orders/")
