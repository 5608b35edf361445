"""Price bands: the price ranges by which a shopper filters."""

from dataclasses import dataclass
from functools import lru_cache

from bookshop.money import Money


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Prices from `min_minor` up to, but not including, `end_minor`; None is unbounded."""

    slug: str
    min_minor: int
    end_minor: int | None

    def __contains__(self, minor: int) -> bool:
        return self.min_minor <= minor and (self.end_minor is None or minor < self.end_minor)

    def label(self, currency: str) -> str:
        """Return the name that shoppers read, such as "Under S$10.00"."""
        if self.end_minor is None:
            return f"{Money(self.min_minor, currency)} and more"
        if self.min_minor <= 1:
            return f"Under {Money(self.end_minor, currency)}"
        return f"{Money(self.min_minor, currency)} to {Money(self.end_minor - 1, currency)}"


# in minor units: ten dollars are 1000 of them, and so are a thousand yen
PRICE_BANDS = {
    band.slug: band
    for band in (
        PriceBand("1", 1, 1000),
        PriceBand("2", 1000, 2000),
        PriceBand("3", 2000, 3000),
        PriceBand("4", 3000, 5000),
        PriceBand("5", 5000, None),
    )
}


@lru_cache(maxsize=10_000)
def price_band_of(minor: int) -> str:
    """Return the slug of a price's band; empty if there is no price."""
    return next((slug for slug, band in PRICE_BANDS.items() if minor in band), "")
