"""How staff press, type and scan, and orders that shoppers place over HTTP."""

import re
from dataclasses import dataclass

import httpx
from playwright.async_api import Locator, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.steps import intent_id
from tests.shopper import CLIENT_SECRET, DETAILS, HIDDEN_FIELD, receipt_of

ADDRESS = {
    "delivery": "deliver",
    "street": "8 Example Walk",
    "city": "Singapore",
    "postcode": "098585",
    "country": "SG",
}
MAX_TABS = 150
HAS_FOCUS = "element => element === document.activeElement"


async def place(site: Site, *isbns: str, deliver: bool = False, paid: bool = True) -> str:
    """Buy books as a shopper whose browser runs no script, and return the order's token."""
    headers = {"Origin": site.shop.url}
    async with httpx.AsyncClient(base_url=site.shop.url, headers=headers) as client:
        for isbn in isbns:
            await client.post("/basket", data={"isbn": isbn, "quantity": "1"})
        form = dict(HIDDEN_FIELD.findall((await client.get("/checkout")).text))
        details = {**DETAILS, **(ADDRESS if deliver else {})}
        response = await client.post("/checkout", data={**form, **details})
        pay_page = response.headers["Location"]
        secret = CLIENT_SECRET.search((await client.get(pay_page)).text)
        assert secret
        if paid:
            await site.account.pay(intent_id(secret[1]))
            receipt = (await client.get(receipt_of(pay_page))).text
            assert "Thank" in receipt, receipt
        return str(pay_page.rpartition("/")[2])


async def withdraw(site: Site, token: str) -> None:
    """Withdraw from all of an order as its shopper."""
    async with httpx.AsyncClient(base_url=site.shop.url, headers={"Origin": site.shop.url}) as client:
        form = {"name": "Ada Reader", "email": "reader@example.com"}
        response = await client.post(f"/orders/{token}/withdraw/confirm", data=form)
        assert response.status_code == 303, response.text


@dataclass
class OfficeUser:
    """A member of staff with a mouse or a finger, or with a keyboard alone."""

    page: Page
    has_only_keys: bool = False

    async def press(self, name: str, *, within: Locator | None = None, nth: int = 0) -> None:
        """Press a button."""
        button = (within or self.page).get_by_role("button", name=re.compile(f"^{re.escape(name)}")).nth(nth)
        await self._activate(button)

    async def follow(self, name: str, *, within: Locator | None = None) -> None:
        """Follow a link."""
        link = (within or self.page).get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first
        await self._activate(link)

    async def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        field = self.page.get_by_label(label, exact=True).first
        if not self.has_only_keys:
            await field.fill(text)
            return
        await self._reach(field)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def choose(self, label: str, option: str) -> None:
        """Choose an option of a list."""
        field = self.page.get_by_label(label, exact=True)
        if not self.has_only_keys:
            await field.select_option(option)
            return
        await self._reach(field)
        await self.page.keyboard.type(option)

    async def check(self, label: str) -> None:
        """Tick a box or choose an option."""
        box = self.page.get_by_label(label).first
        if not self.has_only_keys:
            await box.check()
            return
        await self._reach(box)
        await self.page.keyboard.press("Space")

    async def scan(self, code: str) -> None:
        """Scan a code into the field for scans: a scanner types, and ends with Enter."""
        field = self.page.get_by_label("Scan a book")
        await expect(field).to_be_focused()
        await self.page.keyboard.type(code)
        await self.page.keyboard.press("Enter")

    async def _activate(self, target: Locator) -> None:
        if self.has_only_keys:
            await self._reach(target)
            await self.page.keyboard.press("Enter")
        else:
            await target.click()

    async def _reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus."""
        await expect(target).to_be_visible()
        for _ in range(MAX_TABS):
            if await target.evaluate(HAS_FOCUS):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached by Tab")
