"""The pages of each shop, and what a shopper does to see the states that have no address."""

from collections.abc import Awaitable, Callable, Iterator

from playwright.async_api import Page, expect

from tests.journeys.steps import DECLINED, HAMMING_ISBN, fill_details, pay, reach_payment
from tests.orders.receipt_states import CASES

Step = Callable[[Page], Awaitable[object]]

EVERYWHERE = {
    "home": "/",
    "all-books": "/search",
    "new": "/new",
    "forthcoming": "/forthcoming",
    "subjects": "/subjects",
    "nothing-found": "/search?q=xyzzy",
    "basket-empty": "/basket",
    "checkout-empty": "/checkout",
    "not-found": "/no-such-page",
}
OF_SAMPLES = {
    "all-books-rows": "/search?view=rows",
    "search": "/search?q=the",
    "search-rows": "/search?q=the&view=rows",
    "search-narrowed": "/search?q=the&form=paperback&language=eng",
    "search-misspelled": "/search?q=sherlok+holmes",
    "category": "/search?subject=poetry",
    "subject": "/subjects/FB",
    "picks": "/picks",
    "loved": "/loved",
    "person-one": "/people/weedon-grossmith",
    "person-many": "/people/jane-austen",
    "person-prolific": "/people/ada-prolific",
    "series": "/series/sherlock-holmes",
    "series-one": "/series/father-brown",
    "series-missing": "/series/the-harbour-cases",
    "subject-one": "/subjects/PB",
    "subject-some": "/subjects/DC",
    "publisher": "/publishers/stripe-press",
    "find-order": "/orders/find",
    "find-order-sent": "/orders/find/sent",
    "withdraw": "/withdraw",
    "book": f"/books/{HAMMING_ISBN}",
    "lost-race": "/checkout?item=9780000000002",
    **{f"receipt-{name.replace(' ', '-')}": f"/orders/states/{name}" for name in CASES},
}


def go_to(path: str) -> Step:
    """Return the step that opens a path and waits for its pictures."""

    async def step(page: Page) -> None:
        await page.goto(path)
        await page.wait_for_load_state("networkidle")

    return step


async def type_words(page: Page) -> None:
    """Type into the search field, so that suggestions are shown."""
    await page.goto("/")
    await page.get_by_role("searchbox").press_sequentially("wo")
    await page.wait_for_load_state("networkidle")


async def put_into_basket(page: Page) -> None:
    for isbn in (HAMMING_ISBN, "9780578675862"):
        await page.goto(f"/books/{isbn}")
        await page.get_by_role("button", name="Add to basket").first.click()
        await expect(page.locator("#added")).to_contain_text("Added.")


async def open_basket(page: Page) -> None:
    await put_into_basket(page)
    await page.goto("/basket")


async def leave_details_empty(page: Page) -> None:
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await page.get_by_role("button", name="Continue to payment").click()
    await expect(page.get_by_text("things to put right")).to_be_visible()


async def fill_in_details(page: Page) -> None:
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(page, deliver=True)


async def be_declined(page: Page) -> None:
    await reach_payment(page)
    await pay(page, DECLINED)
    await expect(page.get_by_text("Your card was declined.")).to_be_visible()


async def lose_connection(page: Page) -> None:
    """Press a button while the browser is offline."""
    await page.goto(f"/books/{HAMMING_ISBN}")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Add to basket").first.click()
    await expect(page.locator("#notices")).not_to_be_empty()


STEPS: dict[str, Step] = {
    "suggestions": type_words,
    "book-added": put_into_basket,
    "basket": open_basket,
    "details": fill_in_details,
    "details-wrong": leave_details_empty,
    "payment": reach_payment,
    "payment-declined": be_declined,
    "offline": lose_connection,
}


def list_steps(shop: str, paths: dict[str, str]) -> Iterator[tuple[str, Step]]:
    """Return each page of a shop with its name and the steps that lead there."""
    addresses = EVERYWHERE | paths | (OF_SAMPLES if shop == "samples" else {})
    for name, path in addresses.items():
        yield name, go_to(path)
    if shop == "samples":
        yield from STEPS.items()
