"""Every page that search engines may show has a description of its own."""

import re
from html import unescape
from urllib.robotparser import RobotFileParser

from bookshop.app import Shop
from bookshop.database import Database
from tests.filled_shop import fill_shop
from tests.payments.stripe_account import Account
from tests.shopper import text_of

DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
NOINDEX = '<meta name="robots" content="noindex">'
# search engines cut what is longer
MIN_CHARS, MAX_CHARS = 15, 300


async def test_every_indexable_page_has_a_description(
    shop: Shop, database: Database, account: Account
) -> None:
    filled = await fill_shop(shop, database, account)
    robots = RobotFileParser()
    robots.parse((await filled.shopper.read("/robots.txt")).splitlines())
    described = []
    for path, status in filled.pages.items():
        answer = await filled.shopper.get(path)
        html = await text_of(answer)
        is_closed = NOINDEX in html or "X-Robots-Tag" in answer.headers or not robots.can_fetch("*", path)
        if status == 200 and not is_closed:
            descriptions = DESCRIPTION.findall(html)
            assert len(descriptions) == 1, path
            assert MIN_CHARS <= len(unescape(descriptions[0])) <= MAX_CHARS, path
            described.append((path, descriptions[0]))
    assert len(described) > 15
    texts = [text for path, text in described if not path.startswith("/books/")]
    assert len(set(texts)) == len(texts), texts
