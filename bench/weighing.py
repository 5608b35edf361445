"""Weigh the bytes that a shopper's browser receives."""

from dataclasses import dataclass

from bench.site import Site, fetch, find_assets, find_pages
from bench.table import align

HEAD = ("PAGE", "PLAIN", "GZIP", "BROTLI")
ENCODINGS = ("identity", "gzip", "br")


@dataclass(frozen=True)
class Weight:
    """The bytes of one page or file in each encoding."""

    what: str
    plain: int
    gzip: int
    brotli: int


def weigh(site: Site) -> list[Weight]:
    """Weigh every kind of public page, and the files that a first visit loads, without covers."""
    with site.shop() as shop:

        def weight(what: str, path: str) -> Weight:
            return Weight(
                what,
                *(len(fetch(shop, path, **{"Accept-Encoding": encoding}).body) for encoding in ENCODINGS),
            )

        pages = [weight(kind, path) for kind, path in find_pages(shop).items()]
        assets = [weight(path, path) for path in find_assets(shop)]
    everything = [pages[0], *assets]
    total = Weight(
        "first visit, all but covers",
        sum(one.plain for one in everything),
        sum(one.gzip for one in everything),
        sum(one.brotli for one in everything),
    )
    return [*pages, *assets, total]


def format_weights(weights: list[Weight]) -> list[str]:
    """Return the lines of a table."""
    cells = [HEAD, *((w.what, f"{w.plain:,}", f"{w.gzip:,}", f"{w.brotli:,}") for w in weights)]
    return align(cells)
