"""The stand-in for Stripe.js in a real browser, in a page as strict as the shop's."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, FrameLocator, Page, Route, expect

from tests.payments.stripe_account import Account
from tests.processes import Process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

POLICY = (
    "default-src 'none'; script-src 'self' {sim}; frame-src {sim}; connect-src 'self' {sim};"
    " style-src 'self'; img-src 'self' data:"
)
PAGE = """<!doctype html>
<html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head>
<body><main><h1>Pay</h1><div id="here"></div><button id="pay">Pay</button></main>
<script src="{sim}/endive/stripe.js"></script><script src="/host.js"></script></body></html>
"""
SCRIPT = """
const asked = new URLSearchParams(location.search);
window.events = [];
window.messages = [];
addEventListener('message', ({ data }) => messages.push(JSON.stringify(data)));
if (asked.has('secret')) {
  window.stripe = Stripe('pk_test_x');
  window.elements = stripe.elements({ clientSecret: asked.get('secret') });
  window.payment = elements.create('payment');
  for (const name of ['ready', 'change', 'focus', 'blur', 'loaderror']) {
    payment.on(name, (event) => events.push({ name, ...event }));
  }
  payment.mount('#here');
  window.pay = (redirect = 'if_required') => stripe.confirmPayment({
    elements, confirmParams: { return_url: `${location.origin}/success` }, redirect,
  });
  document.querySelector('#pay').addEventListener('click', async () => { window.paid = await pay(); });
}
"""
VISA = "4242424242424242"
CHALLENGED = "4000002500003155"
PROCESSING = "4000000000007777"
AUTHENTICATION_FAILURE = (
    "We are unable to authenticate your payment method."
    " Please choose a different payment method and try again."
)


@pytest.fixture(scope="module")
def host(simulator: Process) -> Iterator[str]:
    """A site of its own, another origin than the simulator's, with one page that takes payments."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_script = urlsplit(self.path).path == "/host.js"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
            self.send_header("Content-Security-Policy", POLICY.format(sim=simulator.url))
            self.end_headers()
            self.wfile.write((SCRIPT if is_script else PAGE.format(sim=simulator.url)).encode())

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A fresh window; what the browser complains about, except failed requests, fails the test."""
    context = await chromium.new_context()
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


async def make_intent(account: Account) -> dict[str, Any]:
    """A payment of SGD 23.00, waiting for its card."""
    form = {"amount": "2300", "currency": "sgd", "automatic_payment_methods[enabled]": "true"}
    intent: dict[str, Any] = await account.ask("POST", "/v1/payment_intents", form)
    return intent


async def until(page: Page, condition: str) -> None:
    """Wait for a condition; Playwright's own way needs eval, which the host's policy forbids."""
    look = f"const look = () => {condition} ? resolve() : setTimeout(look, 20)"
    async with asyncio.timeout(10):
        await page.evaluate(f"new Promise((resolve) => {{ {look}; look() }})")


async def open_form(page: Page, host: str, secret: str) -> FrameLocator:
    """The host page with the card form ready in it."""
    await page.goto(f"{host}/?{urlencode({'secret': secret})}")
    await until(page, "events.some(({ name }) => name === 'ready')")
    return page.frame_locator('iframe[title*="payment input"][src*="elements-inner-payment"]')


async def fill_card(form: FrameLocator, number: str = VISA) -> None:
    await form.locator('[name="number"]').fill(number)
    await form.locator('[name="expiry"]').press_sequentially("1234")
    await form.locator('[name="cvc"]').fill("123")


@pytest_asyncio.fixture(loop_scope="session")
async def intent(account: Account) -> dict[str, Any]:
    return await make_intent(account)


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page, host: str, intent: dict[str, Any]) -> FrameLocator:
    return await open_form(page, host, intent["client_secret"])


async def test_a_card_pays_and_its_number_stays_in_the_frame(
    page: Page, form: FrameLocator, intent: dict[str, Any]
) -> None:
    await fill_card(form)

    result = await page.evaluate("pay()")

    assert result["paymentIntent"]["id"] == intent["id"]
    assert result["paymentIntent"]["status"] == "succeeded"
    assert "latest_charge" not in result["paymentIntent"]
    messages = "".join(await page.evaluate("messages"))
    assert '"reply"' in messages
    assert VISA not in messages
    assert VISA[:15] not in messages.replace(" ", "")


async def test_the_form_formats_what_is_typed_and_reports_its_state(page: Page, form: FrameLocator) -> None:
    number, expiry = form.get_by_label("Card number"), form.get_by_label("Expiration date")
    await number.press_sequentially(VISA)
    await expiry.press_sequentially("534")
    await form.get_by_label("Security code").press_sequentially("1234")

    await expect(number).to_have_value("4242 4242 4242 4242")
    await expect(form.get_by_text("Visa")).to_be_visible()
    await expect(expiry).to_have_value("05 / 34")
    await expect(form.get_by_label("Security code")).to_have_value("123")
    changes = await page.evaluate("events.filter(({ name }) => name === 'change')")
    assert changes[-1] == {
        "name": "change",
        "elementType": "payment",
        "empty": False,
        "complete": True,
        "collapsed": False,
        "value": {"type": "card"},
    }
    assert [change["complete"] for change in changes] == [False, True]


@pytest.mark.parametrize("text", ["12/34", "12/2034", "12 / 34", "1234", "122034"])
async def test_an_expiry_is_understood_however_it_is_filled_in(form: FrameLocator, text: str) -> None:
    await form.locator('[name="expiry"]').fill(text)

    await expect(form.locator('[name="expiry"]')).to_have_value("12 / 34")


async def test_the_caret_stays_where_a_digit_is_put_right(form: FrameLocator) -> None:
    number = form.locator('[name="number"]')
    await number.press_sequentially("42427424242")
    for _ in range(7):
        await number.press("ArrowLeft")
    await number.press("Backspace")
    await number.press_sequentially("4")

    await expect(number).to_have_value("4242 4424 242")
    assert await number.evaluate("(field) => field.selectionStart") == 6


async def test_the_postal_code_is_asked_where_it_counts(form: FrameLocator) -> None:
    await expect(form.locator('[name="country"]')).to_have_value("SG")
    await expect(form.locator('[name="postalCode"]')).to_be_hidden()

    await form.locator('[name="country"]').select_option("US")

    await expect(form.get_by_label("ZIP")).to_be_visible()


@pytest.mark.parametrize(
    ("number", "code", "decline_code", "message"),
    [
        ("4000000000000002", "card_declined", "generic_decline", "Your card was declined."),
        ("4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ],
)
async def test_a_declined_card_has_a_reason_and_another_may_be_tried(
    page: Page, form: FrameLocator, number: str, code: str, decline_code: str, message: str
) -> None:
    await fill_card(form, number)

    error = (await page.evaluate("pay()"))["error"]

    assert error["type"] == "card_error"
    assert (error["code"], error["decline_code"], error["message"]) == (code, decline_code, message)
    await fill_card(form)
    assert (await page.evaluate("pay()"))["paymentIntent"]["status"] == "succeeded"


async def test_a_completed_challenge_pays_and_gives_the_focus_back(page: Page, form: FrameLocator) -> None:
    await fill_card(form, CHALLENGED)
    await page.get_by_role("button", name="Pay").click()
    bank = page.frame_locator('iframe[title="3D Secure challenge"]')
    await expect(bank.get_by_role("heading", name="3D Secure 2 Test Page")).to_be_visible()

    await bank.get_by_role("button", name="Complete").click()

    await until(page, "window.paid")
    assert await page.evaluate("paid.paymentIntent.status") == "succeeded"
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Pay")).to_be_focused()


async def test_a_failed_challenge_is_an_error_and_another_card_may_be_tried(
    page: Page, form: FrameLocator
) -> None:
    await fill_card(form, CHALLENGED)
    await page.get_by_role("button", name="Pay").click()
    bank = page.frame_locator('iframe[title="3D Secure challenge"]')

    await bank.get_by_role("button", name="Fail").click()

    await until(page, "window.paid")
    error = await page.evaluate("paid.error")
    assert error["type"] == "invalid_request_error"
    assert error["code"] == "payment_intent_authentication_failure"
    assert error["message"] == AUTHENTICATION_FAILURE
    assert error["payment_intent"]["status"] == "requires_payment_method"
    await fill_card(form)
    assert (await page.evaluate("pay()"))["paymentIntent"]["status"] == "succeeded"


async def test_closing_the_challenge_fails_it(page: Page, form: FrameLocator) -> None:
    await fill_card(form, CHALLENGED)
    await page.get_by_role("button", name="Pay").click()
    bank = page.frame_locator('iframe[title="3D Secure challenge"]')
    await expect(bank.get_by_role("button", name="Complete")).to_be_visible()

    await page.evaluate("document.querySelector('dialog').close()")

    await until(page, "window.paid")
    assert await page.evaluate("paid.error.code") == "payment_intent_authentication_failure"


@pytest.mark.parametrize("method", ["Card", "PayNow"])
async def test_a_challenge_waits_for_its_script_before_it_can_be_answered(
    page: Page, form: FrameLocator, method: str
) -> None:
    is_late = asyncio.Event()

    async def send_late(route: Route) -> None:
        await is_late.wait()
        await route.continue_()

    await page.route("**/three-d-secure.js", send_late)
    await form.get_by_label(method, exact=True).check()
    if method == "Card":
        await fill_card(form, CHALLENGED)
    await page.get_by_role("button", name="Pay").click()
    bank = page.frame_locator("dialog iframe")
    await expect(bank.locator("button:disabled")).to_have_count(2)
    is_late.set()
    await bank.get_by_role("button").last.click()
    await until(page, "window.paid")
    assert await page.evaluate("paid.error.payment_intent.status") == "requires_payment_method"


async def test_a_challenge_may_be_taken_up_again(page: Page, form: FrameLocator, account: Account) -> None:
    intent = await make_intent(account)
    confirmation = {
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": CHALLENGED,
        "payment_method_data[card][exp_month]": "12",
        "payment_method_data[card][exp_year]": "2034",
        "payment_method_data[card][cvc]": "123",
        "return_url": "https://books.example/success",
        "use_stripe_sdk": "true",
    }
    await account.ask("POST", f"/v1/payment_intents/{intent['id']}/confirm", confirmation)
    await page.evaluate(
        "(clientSecret) => { stripe.handleNextAction({ clientSecret }).then((one) => { paid = one }) }",
        intent["client_secret"],
    )

    await page.frame_locator('iframe[title="3D Secure challenge"]').get_by_text("Complete").click()

    await until(page, "window.paid")
    assert await page.evaluate("paid.paymentIntent.status") == "succeeded"


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "code", "message"),
    [
        ("4242", "1234", "123", "incomplete_number", "Your card number is incomplete."),
        ("", "", "", "incomplete_number", "Your card number is incomplete."),
        ("4242424242424241", "1234", "123", "invalid_number", "Your card number is invalid."),
        (VISA, "12", "123", "incomplete_expiry", "Your card's expiration date is incomplete."),
        (VISA, "1220", "123", "invalid_expiry_year_past", "Your card's expiration year is in the past."),
        (VISA, "1234", "12", "incomplete_cvc", "Your card's security code is incomplete."),
    ],
)
async def test_a_wrong_field_is_reported_before_anything_is_sent(
    page: Page,
    form: FrameLocator,
    account: Account,
    intent: dict[str, Any],
    number: str,
    expiry: str,
    cvc: str,
    code: str,
    message: str,
) -> None:
    await form.locator('[name="number"]').fill(number)
    await form.locator('[name="expiry"]').fill(expiry)
    await form.locator('[name="cvc"]').fill(cvc)
    error = {"type": "validation_error", "code": code, "message": message}

    assert await page.evaluate("elements.submit()") == {"error": error}
    assert await page.evaluate("pay()") == {"error": error}

    field = form.locator("[aria-invalid=true]").first
    await expect(field).to_have_accessible_description(re.compile(f"{re.escape(message)}$"))
    await expect(field).to_be_focused()
    await expect(form.get_by_text(message)).to_be_visible()
    assert await account.count_calls("POST", f"/v1/payment_intents/{intent['id']}/confirm") == 0


async def test_a_valid_card_passes_submit(page: Page, form: FrameLocator) -> None:
    await fill_card(form)

    assert await page.evaluate("elements.submit()") == {"selectedPaymentMethod": "card"}


async def test_a_processing_card_passes_and_stays_in_processing(page: Page, form: FrameLocator) -> None:
    await fill_card(form, PROCESSING)

    assert (await page.evaluate("pay()"))["paymentIntent"]["status"] == "processing"


async def test_paying_twice_is_refused(page: Page, form: FrameLocator) -> None:
    await fill_card(form)
    await page.evaluate("pay()")

    assert (await page.evaluate("pay()"))["error"]["code"] == "payment_intent_unexpected_state"


async def test_by_default_success_leaves_for_the_return_url(
    page: Page, form: FrameLocator, host: str, intent: dict[str, Any]
) -> None:
    await fill_card(form)
    await page.evaluate("void pay('always')")

    query = urlencode(
        {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded",
        }
    )
    await page.wait_for_url(f"{host}/success?{query}")


async def test_a_lost_connection_is_an_error_and_not_an_exception(page: Page, form: FrameLocator) -> None:
    await fill_card(form)
    await page.route("**/confirm", lambda route: route.abort())

    error = (await page.evaluate("pay()"))["error"]

    assert error["type"] == "api_connection_error"
    assert error["message"].startswith("We could not reach Stripe")


async def test_a_wrong_secret_is_a_loaderror(page: Page, host: str, intent: dict[str, Any]) -> None:
    await page.goto(f"{host}/?{urlencode({'secret': intent['id'] + '_secret_wrong'})}")
    await until(page, "events.some(({ name }) => name === 'loaderror')")

    event = await page.evaluate("events.find(({ name }) => name === 'loaderror')")
    assert event["elementType"] == "payment"
    assert event["error"]["type"] == "invalid_request_error"
    assert not await page.evaluate("events.some(({ name }) => name === 'ready')")


async def test_a_frame_that_does_not_load_is_a_loaderror(
    page: Page, host: str, intent: dict[str, Any]
) -> None:
    await page.route("**/elements-inner-payment.html", lambda route: route.abort())
    await page.goto(f"{host}/?{urlencode({'secret': intent['client_secret']})}")
    await until(page, "events.some(({ name }) => name === 'loaderror')")

    assert await page.evaluate("events[0].error.type") == "api_connection_error"


async def test_a_destroyed_element_cannot_be_mounted_again(page: Page, form: FrameLocator) -> None:
    assert await page.evaluate("elements.getElement('payment') === payment")
    await page.evaluate("payment.destroy()")

    await expect(page.locator("iframe")).to_have_count(0)
    assert "destroyed" in await page.evaluate(
        "(() => { try { payment.mount('#here') } catch (error) { return error.message } })()"
    )
    assert await page.evaluate("elements.getElement('payment')") is None


async def test_an_unmounted_element_may_be_mounted_again(page: Page, form: FrameLocator) -> None:
    await page.evaluate("payment.unmount()")
    assert "mounted" in await page.evaluate("pay().catch((error) => error.message)")
    await page.evaluate("events.length = 0; payment.mount(document.querySelector('#here'))")
    await until(page, "events.some(({ name }) => name === 'ready')")
    await fill_card(form)

    assert (await page.evaluate("pay()"))["paymentIntent"]["status"] == "succeeded"


async def test_listeners_can_be_taken_off(page: Page, form: FrameLocator) -> None:
    await page.evaluate(
        """() => {
          window.calls = [];
          const gone = () => calls.push('gone');
          payment.on('change', gone).off('change', gone).once('change', () => calls.push('once'));
        }"""
    )
    await fill_card(form)
    await page.evaluate("payment.clear()")

    await expect(form.locator('[name="number"]')).to_have_value("")
    assert await page.evaluate("calls") == ["once"]


async def test_a_live_key_is_refused(page: Page, host: str) -> None:
    await page.goto(host)

    for key in ("pk_live_x", "sk_test_x", ""):
        refused = "(key) => { try { Stripe(key) } catch (error) { return error.name } }"
        assert await page.evaluate(refused, key) == "IntegrationError"


async def test_the_form_obeys_only_the_page_around_it(page: Page, form: FrameLocator) -> None:
    await fill_card(form)
    inner = page.frame(url="**/elements-inner-payment.html*")
    assert inner is not None
    # a message from the frame's own window stands for any window that is not the page's
    await inner.evaluate("postMessage({ call: 'clear', callId: 1 }, '*')")
    await page.evaluate("elements.submit()")

    await expect(form.locator('[name="number"]')).to_have_value("4242 4242 4242 4242")


async def test_focus_goes_into_the_form_and_out(page: Page, form: FrameLocator) -> None:
    await page.evaluate("payment.focus()")
    await expect(form.locator('[name="number"]')).to_be_focused()
    await page.evaluate("payment.blur()")
    await until(page, "events.some(({ name }) => name === 'blur')")

    names = [event["name"] for event in await page.evaluate("events")]
    assert names == ["ready", "focus", "blur"]


@pytest.mark.parametrize("theme", ["stripe", "night"])
async def test_the_form_is_accessible_and_as_high_as_its_content(
    page: Page, form: FrameLocator, theme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if theme == "night" else "light")
    before = await page.evaluate("document.querySelector('iframe').offsetHeight")
    await page.evaluate("(theme) => elements.update({ appearance: { theme } })", theme)
    await page.evaluate("elements.submit()")

    await until(page, f"document.querySelector('iframe').offsetHeight > {before}")
    inner = page.frame(url="**/elements-inner-payment.html*")
    assert inner is not None
    assert await inner.evaluate("document.documentElement.scrollHeight <= innerHeight")
    scheme = await inner.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert scheme == {"stripe": "light", "night": "dark"}[theme]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/", "/elements-inner-payment.html", "/three-d-secure.html", "/qr-code.html"]
)
async def test_a_page_passes_axe(chromium: Browser, simulator: Process, path: str, scheme: str) -> None:
    # axe is put into the page as a script, which the page's own policy would refuse
    context = await chromium.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{simulator.url}{path}")
    if "payment" in path:
        await page.locator('[name="country"]').select_option("US")
        await page.locator('[name="number"]').fill(VISA[:15])
        await page.locator('[name="expiry"]').focus()

    # a frame has neither main part nor heading; the page around it has them
    whole = {
        rule: {"enabled": "payment" not in path} for rule in ("landmark-one-main", "page-has-heading-one")
    }
    found = await Axe().run(page, options={"rules": whole})

    await context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/endive/stripe.js", "text/javascript"),
        ("/elements-inner-payment.css", "text/css"),
    ],
)
async def test_files_are_served_uncached_to_every_origin(simulator: Process, path: str, kind: str) -> None:
    async with httpx.AsyncClient(base_url=simulator.url) as client:
        answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_form_offers_what_the_intent_takes(page: Page, host: str, account: Account) -> None:
    intent = await account.ask("POST", "/v1/payment_intents", {"amount": "2590", "currency": "usd"})
    form = await open_form(page, host, intent["client_secret"])
    await expect(form.get_by_label("Card number")).to_be_visible()
    await expect(form.get_by_label("PayNow")).to_be_hidden()


async def test_a_wallet_is_a_page_elsewhere(page: Page, form: FrameLocator, intent: dict[str, Any]) -> None:
    await form.get_by_label("GrabPay").check()
    await expect(form.get_by_label("Card number")).to_be_hidden()
    assert (await page.evaluate("elements.submit()"))["selectedPaymentMethod"] == "grabpay"
    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("button", name="Authorize test payment").click()
    await page.wait_for_url(lambda url: "/success" in url)
    assert f"payment_intent={intent['id']}&" in page.url
    assert page.url.endswith("&redirect_status=succeeded")


async def test_a_code_is_scanned_or_expires(page: Page, form: FrameLocator) -> None:
    await form.get_by_label("PayNow").check()
    code = page.frame_locator('iframe[title="QR code"]')
    await page.get_by_role("button", name="Pay").click()
    await code.get_by_role("button", name="Let the code expire").click()
    await until(page, "window.paid")
    error = await page.evaluate("paid.error")
    assert error["code"] == "payment_intent_payment_attempt_expired"
    await page.evaluate("paid = null")
    await page.get_by_role("button", name="Pay").click()
    await code.get_by_role("button", name="Simulate scan").click()
    await until(page, "window.paid")
    assert await page.evaluate("paid.paymentIntent.status") == "succeeded"
