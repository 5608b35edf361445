"""An owner with a virtual passkey and the keyboard alone."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Connection, update

from bookshop.database import open_database
from bookshop.database.interface import P, T, UnitOfWork
from bookshop.schema import staff_sessions
from bookshop.staff.manage_staff import add_staff
from bookshop.staff.member import Role
from bookshop.staff.session import PROOF_TIME
from tests.journeys.conftest import PATIENCE, Site
from tests.processes import Process, free_port, running_shop

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# this device accepts at once what a browser only offers
OFFERS = "if (location.hash !== '#offers') PublicKeyCredential.isConditionalMediationAvailable = undefined"
# so the question comes as a fragment
SENT_BY_HTMX = """() => {
  const form = document.querySelector('form[action="/office/staff"]');
  form.setAttribute("hx-post", form.action);
  htmx.process(form);
}"""


@pytest.fixture(scope="module")
def named_shop(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run the same shop under a name: passkeys do not belong to IP addresses."""
    folder, port = tmp_path_factory.mktemp("named"), free_port()
    env = {**site.env, "SHOP_URL": f"http://localhost:{port}"}
    with running_shop(folder / "shop.log", port, env, folder) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, named_shop: Process) -> AsyncIterator[Page]:
    """Open a page in a browser that holds passkeys and confirms them by itself."""
    context = await chromium.new_context(base_url=named_shop.url.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    device = await context.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    await page.add_init_script(OFFERS)
    yield page
    await context.close()


async def in_database(site: Site, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    database = open_database(site.env["DATABASE_URL"])
    try:
        return await database.write(work, *args, **kwargs)
    finally:
        await database.close()


def make_stale(db: Connection) -> None:
    long_ago = datetime.now(UTC) - PROOF_TIME - timedelta(seconds=1)
    db.execute(update(staff_sessions).values(proved_at=long_ago))


async def press(page: Page, name: str) -> None:
    """Reach a button or a link with Tab, and press Enter."""
    focused = page.locator(":focus")
    for _ in range(60):
        await page.keyboard.press("Tab")
        if (await focused.inner_text() if await focused.count() else "").strip() == name:
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"The keyboard does not reach {name!r}")


async def test_an_owner_works_with_a_passkey_and_the_keyboard(page: Page, site: Site) -> None:
    token = await in_database(site, add_staff, "Mei", Role.OWNER, "cli:root", datetime.now(UTC))
    await page.goto(f"/office/welcome/{token}")
    await press(page, "Create a passkey")
    await expect(page).to_have_url("/office")
    await press(page, "Sign out")
    await expect(page.get_by_text("You have signed out.")).to_be_visible()
    await press(page, "Use a passkey")
    await expect(page).to_have_url("/office")
    await press(page, "Sign out")
    await expect(page.get_by_text("You have signed out.")).to_be_visible()
    # the browser offers it without a button
    await page.goto("/office/sign-in?next=/office/account#offers")
    await expect(page).to_have_url("/office/account")
    # the device gives a person one passkey
    await press(page, "Add a passkey")
    await expect(page.get_by_text("This device has a passkey for you already.")).to_be_visible()
    # what was typed is done after the proof
    await page.goto("/office/staff")
    await page.get_by_label("Name", exact=True).fill("Ana")
    await page.evaluate(SENT_BY_HTMX)
    await in_database(site, make_stale)
    await press(page, "Add and show the link")
    await expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    await press(page, "Confirm with a passkey")
    await expect(page.get_by_text("Give this link to Ana.")).to_be_visible()
