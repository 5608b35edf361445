"""axe finds no violation in any mail, light and dark, and no mail is wider than a phone."""

import pytest
from playwright.async_api import Browser

from bookshop.mail.compose import compose_text
from tests.journeys.test_accessibility import check
from tests.mail.example_mails import EXAMPLES, SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# one of each kind, and each part of a mail
SEEN = {mail.kind: name for name, (_, mail) in EXAMPLES.items()}
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > innerWidth"


async def test_every_kind_of_mail_is_accessible(chromium: Browser) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 600}, reduced_motion="reduce")
    page = await context.new_page()
    for name in SEEN.values():
        order, mail = EXAMPLES[name]
        await page.set_content(compose_text(order, SETTINGS, mail).html)
        assert not await page.evaluate(WIDER_THAN_SCREEN), name
        await check(page, name)
    await context.close()
