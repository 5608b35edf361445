"""What is read by programs: the sitemap, robots.txt, and the feed of new books."""

from quart import Response, abort, current_app
from quart.typing import ResponseReturnValue

from bookshop.catalogue.lists import collect_tree
from bookshop.catalogue.lists_store import list_latest, list_part, list_parts
from bookshop.catalogue.sitemap import MOST_IN_PART, book_address, index_of, part_of, robots
from bookshop.database import Database
from bookshop.trade.text import slug_of
from bookshop.web.public_pages import PublicBlueprint

FEED = 30
SITEMAP_TYPE, FEED_TYPE = "application/xml", "application/atom+xml"
# seconds; programs come back every few hours
FEED_STAYS, SITEMAP_STAYS, RULES_STAY = 300, 3600, 86_400
PAGES = ("/", "/new", "/forthcoming", "/picks", "/loved", "/subjects")


def blueprint(database: Database, shop_url: str) -> PublicBlueprint:
    """The addresses that programs ask for."""
    routes = PublicBlueprint("robots", __name__)

    @routes.get("/robots.txt", ignores_query=True)
    async def rules() -> ResponseReturnValue:
        return answer(robots(shop_url), "text/plain", RULES_STAY)

    @routes.get("/sitemap.xml", ignores_query=True)
    async def sitemap() -> ResponseReturnValue:
        firsts = await database.read(list_parts, MOST_IN_PART)
        names = ["pages", *firsts]
        return answer(
            index_of(f"{shop_url}/sitemap-{name}.xml" for name in names), SITEMAP_TYPE, SITEMAP_STAYS
        )

    @routes.get("/sitemap-pages.xml", ignores_query=True)
    async def sitemap_of_pages() -> ResponseReturnValue:
        tree = await database.read(collect_tree)
        codes = [branch.heading.code for top in tree for branch in (top, *top.children)]
        paths = [*PAGES, *(f"/subjects/{code}" for code in codes)]
        return answer(part_of(f"{shop_url}{path}" for path in paths), SITEMAP_TYPE, SITEMAP_STAYS)

    @routes.get("/sitemap-<first>.xml", ignores_query=True)
    async def sitemap_of_books(first: str) -> ResponseReturnValue:
        found = await database.read(list_part, first, MOST_IN_PART)
        if not found:
            abort(404)
        addresses = (book_address(shop_url, isbn, slug_of(title)) for isbn, title in found)
        return answer(part_of(addresses), SITEMAP_TYPE, SITEMAP_STAYS)

    @routes.get("/new.atom", ignores_query=True)
    async def feed() -> ResponseReturnValue:
        latest = await database.read(list_latest, FEED)
        template = current_app.jinja_env.get_template("catalogue/new.atom.xml")
        return answer(template.render(latest=latest), FEED_TYPE, FEED_STAYS)

    return routes


def answer(text: str, mimetype: str, stays: int) -> Response:
    """A text that any cache may keep for so many seconds."""
    return Response(text, mimetype=mimetype, headers={"Cache-Control": f"public, max-age={stays}"})
