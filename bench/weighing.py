"""The bytes that a shopper's browser receives."""

from dataclasses import dataclass

from bench.site import Site, addresses, fetch, files

HEAD = ("PAGE", "PLAIN", "GZIP", "BROTLI")
ENCODINGS = ("identity", "gzip", "br")


@dataclass(frozen=True)
class Weight:
    """The bytes of one page or file, as they come in each encoding."""

    what: str
    plain: int
    gzip: int
    brotli: int


def weigh(site: Site) -> list[Weight]:
    """Every kind of public page, and all of ours that a first visit loads besides covers."""
    with site.shop() as shop:

        def weight(what: str, path: str) -> Weight:
            return Weight(
                what,
                *(len(fetch(shop, path, **{"Accept-Encoding": encoding}).body) for encoding in ENCODINGS),
            )

        pages = [weight(kind, path) for kind, path in addresses(shop).items()]
        assets = [weight(path, path) for path in files(shop)]
    everything = [pages[0], *assets]
    total = Weight(
        "first visit, all but covers",
        sum(one.plain for one in everything),
        sum(one.gzip for one in everything),
        sum(one.brotli for one in everything),
    )
    return [*pages, *assets, total]


def lines_of(weights: list[Weight]) -> list[str]:
    """The weights as a table of text."""
    cells = [HEAD, *((w.what, f"{w.plain:,}", f"{w.gzip:,}", f"{w.brotli:,}") for w in weights)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells]
