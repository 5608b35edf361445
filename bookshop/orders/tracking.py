"""Where a parcel can be followed."""

from urllib.parse import quote, urlsplit

# pages of carriers that take a number in their address; SingPost's page asks for it
TRACKING_PAGES = {
    "anpost": "https://www.anpost.com/Post-Parcels/Track/History?item={number}",
    "australiapost": "https://auspost.com.au/mypost/track/#/details/{number}",
    "canadapost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "dhl": "https://www.dhl.com/en/express/tracking.html?AWB={number}",
    "evri": "https://www.evri.com/track/parcel/{number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "ninjavan": "https://www.ninjavan.co/en-sg/tracking?id={number}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "singpost": "https://www.singpost.com/track-items",
    "swisspost": "https://service.post.ch/ekp-web/ui/entry/search/{number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
}


def tracking_url(carrier: str, tracking: str) -> str:
    """Return the address at which a parcel is followed; empty if none is known.

    `tracking` is the carrier's number, or the address itself as the carrier gave it.
    """
    if is_link(tracking):
        return tracking
    page = TRACKING_PAGES.get("".join(filter(str.isalnum, carrier.casefold())), "")
    return page.format(number=quote(tracking, safe="")) if tracking else ""


def is_link(tracking: str) -> bool:
    """Return whether a carrier gave an address instead of a number."""
    try:
        parts = urlsplit(tracking)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc) and not any(map(str.isspace, tracking))
