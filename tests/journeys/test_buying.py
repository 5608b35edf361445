"""Books are bought in a real browser, with any card, click, reload or Back."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bookshop.simulator.cards import CARDS, Behaviour
from tests.journeys.conftest import Site
from tests.journeys.steps import (
    CHALLENGED,
    DECLINED,
    HAMMING,
    HAMMING_ISBN,
    VISA,
    answer_challenge,
    await_card_form,
    await_swap,
    card_form,
    fill_card,
    fill_details,
    go_back,
    pay,
    reach_payment,
    read_charge,
    read_intent,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAX_TAPS = 7
BAD_CARDS = [card for card in CARDS if card.behaviour is Behaviour.DECLINE]


async def test_from_the_shelf_to_the_receipt(page: Page, site: Site) -> None:
    await page.goto("/")
    await page.get_by_role("link", name=HAMMING).first.click()
    await expect(page).to_have_title(re.compile(HAMMING))
    await page.get_by_role("button", name="Buy now").click()
    await expect(page).to_have_url(re.compile(f"/checkout\\?item={HAMMING_ISBN}"))
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)
    await expect(page).to_have_title(re.compile("Payment"))
    intent = await read_intent(page)
    await pay(page)
    charge = await read_charge(page)
    await expect(page).to_have_url(re.compile(r"/orders/[\w-]{22}$"))
    stored = await site.account.ask("GET", f"/v1/charges/{charge}")
    assert (stored["payment_intent"], stored["amount"], stored["paid"]) == (intent, 2300, True)
    for words in ("Visa", "4242", HAMMING, "S$23.00", "Kept for"):
        await expect(page.locator(".roll")).to_contain_text(words)


async def test_seven_taps_on_a_phone_buy_a_book(chromium: Browser, site: Site) -> None:
    context = await chromium.new_context(
        base_url=site.shop.url, viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    taps = []

    async def tap(target: Locator) -> None:
        taps.append(target)
        await target.tap()

    await page.goto("/")
    await tap(page.get_by_role("link", name="Working in Public").first)
    await tap(page.get_by_role("button", name="Buy now"))
    await page.get_by_label("Email").fill("reader@example.com")
    await page.get_by_label("Full name").fill("Ada Reader")
    await tap(page.get_by_label("Collect in the shop"))
    await tap(page.get_by_role("button", name="Continue to payment"))
    await await_card_form(page)
    await fill_card(page)
    await tap(page.get_by_role("button", name="Pay S$"))
    await read_charge(page)
    assert len(taps) <= MAX_TAPS
    await context.close()


async def test_a_sale_asks_stripe_three_times_at_most(page: Page, site: Site) -> None:
    before = await list_calls(site)
    await reach_payment(page)
    await pay(page)
    await read_charge(page)
    made = (await list_calls(site))[len(before) :]
    assert made[0] == "POST"
    assert made[1:] in (["GET"], ["GET", "GET"])


async def list_calls(site: Site) -> list[str]:
    """Return the methods of the shop's requests to Stripe, in order."""
    made = await site.account.ask("GET", "/_control/requests")
    return [call["method"] for call in made if call["by"] == "server"]


async def test_a_basket_of_books_is_delivered(page: Page) -> None:
    for title in (HAMMING, "Working in Public"):
        await page.goto("/")
        await page.get_by_role("link", name=title).first.click()
        await page.get_by_role("button", name="Add to basket").click()
        await expect(page.locator("#added")).to_contain_text("in your basket")
    await expect(page.locator("basket-badge")).to_have_text("2")
    await page.get_by_role("link", name="Basket 2").click()
    await page.get_by_role("button", name=f"One more: {HAMMING}").click()
    await expect(page.locator("basket-badge")).to_have_text("3")
    await expect(page.locator(".sums")).to_contain_text("S$78.00")
    await page.get_by_role("link", name="Check out").click()
    await fill_details(page, deliver=True)
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)
    await pay(page)
    await read_charge(page)
    await expect(page.locator(".roll")).to_contain_text("8 Example Walk, #03-11")
    await expect(page.locator(".roll")).to_contain_text("2 copies")
    await page.goto("/basket")
    await expect(page.get_by_text("Your basket is empty.")).to_be_visible()
    await expect(page.locator("basket-badge")).to_be_empty()


async def test_collecting_asks_for_no_address_and_costs_no_delivery(page: Page) -> None:
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await expect(page.get_by_label("Address")).to_be_visible()
    await expect(page.locator(".sums:visible")).to_contain_text("S$27.00")
    await page.get_by_label("Collect in the shop").check()
    await expect(page.get_by_label("Address")).to_be_hidden()
    await expect(page.locator(".sums:visible dd.total")).to_have_text("S$23.00")
    await expect(page.get_by_text("S$27.00")).to_be_hidden()


@pytest.mark.parametrize("card", BAD_CARDS, ids=lambda card: card.number)
async def test_a_declined_card_says_why_and_another_pays_the_same_intent(
    page: Page, site: Site, card: object
) -> None:
    number, message = getattr(card, "number"), getattr(card, "message")  # noqa: B009 - named by the table
    await reach_payment(page)
    intent = await read_intent(page)
    await pay(page, number)
    error = page.locator("[data-part=error]")
    await expect(error).to_contain_text(message)
    await expect(error).to_contain_text("Nothing has been charged.")
    await expect(error.locator(".notice")).to_be_focused()
    await expect(page.get_by_role("button", name="Try again: pay S$23.00")).to_be_enabled()
    await pay(page)
    charge = await read_charge(page)
    assert (await site.account.read(intent))["latest_charge"] == charge


async def test_a_bank_that_asks_first_is_answered(page: Page) -> None:
    await reach_payment(page)
    await pay(page, CHALLENGED)
    await answer_challenge(page, "Complete")
    await read_charge(page)


async def test_a_bank_that_is_not_answered_can_be_asked_again(page: Page) -> None:
    await reach_payment(page)
    await pay(page, CHALLENGED)
    await answer_challenge(page, "Fail")
    await expect(page.locator("[data-part=error]")).to_contain_text("unable to authenticate")
    await pay(page, CHALLENGED)
    await answer_challenge(page, "Complete")
    await read_charge(page)


async def test_a_slow_payment_becomes_a_receipt_by_itself(page: Page) -> None:
    await reach_payment(page)
    await pay(page, "4000000000007777")
    await expect(page.get_by_text("Waiting for your payment to be confirmed.")).to_be_visible()
    await read_charge(page)
    await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def test_a_slow_payment_that_fails_says_so(page: Page) -> None:
    await reach_payment(page)
    await pay(page, "4000000000007785")
    await expect(page.get_by_text("The last payment did not go through.")).to_be_visible()
    await page.get_by_role("link", name="Pay S$23.00").click()
    await await_card_form(page)
    await pay(page)
    await read_charge(page)


async def test_an_unfinished_card_is_not_sent(page: Page, site: Site) -> None:
    await reach_payment(page)
    intent = await read_intent(page)
    await pay(page, "4242")
    await expect(page.locator("[data-part=error]")).to_contain_text("Your card number is incomplete.")
    assert await site.account.count_calls("POST", f"/v1/payment_intents/{intent}/confirm") == 0
    await pay(page)
    await read_charge(page)


async def test_pressing_everything_twice_makes_one_order_and_one_charge(page: Page, site: Site) -> None:
    before = await site.account.count_calls("POST", "/v1/payment_intents")
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").dblclick()
    await await_card_form(page)
    intent = await read_intent(page)
    await fill_card(page)
    await page.get_by_role("button", name="Pay S$23.00").dblclick()
    await read_charge(page)
    assert await site.account.count_calls("POST", "/v1/payment_intents") == before + 1
    assert await site.account.count_calls("POST", f"/v1/payment_intents/{intent}/confirm") == 1


async def test_the_button_waits_with_a_spinner(page: Page) -> None:
    await reach_payment(page)
    await fill_card(page, CHALLENGED)
    button = page.get_by_role("button", name="Pay S$23.00")
    await button.click()
    working = page.locator("stripe-payment button")
    await expect(working).to_have_text("Paying S$23.00…")
    await expect(working).to_have_attribute("aria-disabled", "true")
    await expect(working.locator(".spinner")).to_be_visible()
    await expect(page.locator("[data-part=status]")).to_have_text("Paying. Please keep this page open.")
    await answer_challenge(page, "Complete")
    await read_charge(page)


async def test_reload_and_back_at_each_step(page: Page, site: Site) -> None:
    before = await site.account.count_calls("POST", "/v1/payment_intents")
    await page.goto(f"/books/{HAMMING_ISBN}")
    await page.reload()
    await page.get_by_role("button", name="Buy now").click()
    await fill_details(page)
    await page.reload()
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)
    intent = await read_intent(page)
    await page.reload()
    await await_card_form(page)
    assert await read_intent(page) == intent
    await go_back(page)
    await expect(page.get_by_label("Email")).to_have_value("reader@example.com")
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)
    assert await read_intent(page) == intent
    await pay(page, DECLINED)
    await expect(page.locator("[data-part=error]")).to_contain_text("declined")
    await page.reload()
    await await_card_form(page)
    await pay(page)
    charge = await read_charge(page)
    await page.reload()
    assert await read_charge(page) == charge
    await go_back(page)
    await expect(page).to_have_url(re.compile("/orders/"))
    assert await read_charge(page) == charge
    assert await site.account.count_calls("POST", "/v1/payment_intents") == before + 1


async def test_two_tabs_cannot_pay_twice(page: Page, site: Site) -> None:
    await reach_payment(page)
    intent = await read_intent(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    await await_card_form(other)
    await pay(page)
    charge = await read_charge(page)
    await pay(other)
    assert await read_charge(other) == charge
    charges = await site.account.ask("GET", f"/v1/charges?payment_intent={intent}")
    assert [one["id"] for one in charges["data"] if one["paid"]] == [charge]


async def test_stripe_sends_a_shopper_back_by_its_return_address(page: Page, site: Site) -> None:
    await reach_payment(page)
    secret = await page.locator("stripe-payment").get_attribute("data-client-secret")
    intent = await read_intent(page)
    await site.account.pay(intent)
    await page.goto(f"/success?payment_intent={intent}&payment_intent_client_secret={secret}")
    await read_charge(page)
    assert "secret" not in page.url


async def test_a_card_form_that_does_not_load_says_so(page: Page) -> None:
    await page.route("**/endive/stripe.js", lambda route: route.abort())
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(page)
    await page.get_by_role("button", name="Continue to payment").click()
    await expect(page.get_by_text("The card form didn’t load")).to_be_visible()
    await expect(page.get_by_role("button", name="Pay S$23.00")).to_be_disabled()
    await page.unroute("**/endive/stripe.js")
    await page.get_by_role("link", name="Reload this page").click()
    await await_card_form(page)
    await pay(page)
    await read_charge(page)


async def test_a_connection_that_breaks_while_paying_is_told_calmly(page: Page) -> None:
    await reach_payment(page)
    await page.context.route("**/v1/payment_intents/*/confirm", lambda route: route.abort())
    await pay(page)
    await expect(page.get_by_text("We couldn’t reach the payment service")).to_be_visible()
    await page.context.unroute("**/v1/payment_intents/*/confirm")
    await page.get_by_role("button", name="Try again: pay S$23.00").click()
    await read_charge(page)


async def test_a_shop_that_does_not_answer_is_told_in_the_page(page: Page) -> None:
    await page.goto(f"/checkout?item={HAMMING_ISBN}")
    await fill_details(page)
    await page.route("**/checkout", lambda route: route.abort())
    await page.get_by_role("button", name="Continue to payment").click()
    await expect(page.get_by_role("alert")).to_contain_text("We can’t reach the shop.")
    await expect(page.get_by_label("Email")).to_have_value("reader@example.com")
    await page.unroute("**/checkout")
    await page.get_by_role("button", name="Continue to payment").click()
    await await_card_form(page)


async def test_by_keyboard_alone(page: Page) -> None:
    keyboard = page.keyboard
    await page.goto(f"/books/{HAMMING_ISBN}")
    await tab_to(page, "Buy now")
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your details")).to_be_visible()
    await tab_to(page, "Continue to payment")
    await keyboard.press("Enter")
    await await_swap(page, page.locator(".notice.bad"))
    await expect(page.get_by_label("Email")).to_be_focused()
    await keyboard.type("reader@example.com")
    await keyboard.press("Tab")
    await keyboard.type("Ada Reader")
    await keyboard.press("Tab")
    await keyboard.press("ArrowDown")
    await expect(page.get_by_label("Collect in the shop")).to_be_checked()
    await tab_to(page, "Continue to payment")
    await keyboard.press("Enter")
    await await_card_form(page)
    await await_swap(page, page.get_by_role("heading", name="Payment"))
    await expect(page.get_by_role("heading", name="Payment")).to_be_focused()
    number = card_form(page).locator('[name="number"]')
    while not await number.evaluate("field => document.activeElement === field"):
        await keyboard.press("Tab")
    await keyboard.type(VISA)
    for text in ("1234", "123"):
        await keyboard.press("Tab")
        await keyboard.type(text)
    await tab_to(page, "Pay S$23.00")
    await keyboard.press("Enter")
    await read_charge(page)


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of this name has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if name in str(await page.evaluate("document.activeElement.textContent")).strip()[: len(name)]:
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


@pytest.mark.parametrize("width", [320, 375, 768])
async def test_on_a_narrow_screen(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 700})
    for path in ("/", f"/books/{HAMMING_ISBN}", "/search?q=the", f"/search?q={'a' * 150}", "/basket"):
        await page.goto(path)
        assert await overflow(page) <= 0, path
    await reach_payment(page)
    assert await overflow(page) <= 0
    await pay(page)
    await read_charge(page)
    assert await overflow(page) <= 0


@pytest.mark.parametrize("path", ["/", "/search?q=the"])
async def test_a_title_without_spaces_leaves_its_book_in_its_place(page: Page, path: str) -> None:
    await page.set_viewport_size({"width": 375, "height": 700})
    await page.goto(path)
    cover = page.locator("main .bound").first
    before = await cover.bounding_box()
    await page.locator("main li h3 a").first.evaluate("(link) => { link.textContent = 'w'.repeat(90) }")
    after = await cover.bounding_box()
    assert before
    assert after
    assert after["width"] == before["width"]
    assert await overflow(page) <= 0


async def overflow(page: Page) -> int:
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.evaluate(width))


async def test_the_card_number_never_reaches_the_shop(page: Page, site: Site) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    await reach_payment(page)
    await pay(page)
    await read_charge(page)
    assert not [text for text in sent if text.startswith(site.shop.url) and VISA in text.replace(" ", "")]
