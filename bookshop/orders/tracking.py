"""Where a parcel can be followed."""

from urllib.parse import quote, urlsplit

# pages of carriers, by name; those of SingPost and Deutsche Post ask for the number.
# Carriers do not document them: in November 2026 each was in several public repositories of shop software
DHL_GERMANY = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}"
EVRI = "https://www.evri.com/track/parcel/{number}"
AUSTRALIA_POST = "https://auspost.com.au/mypost/track/#/details/{number}"
LA_POSTE = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
SINGPOST = "https://www.singpost.com/track-items"
TRACKING_PAGES = {
    "anpost": "https://www.anpost.com/Post-Parcels/Track/History?item={number}",
    "auspost": AUSTRALIA_POST,
    "australiapost": AUSTRALIA_POST,
    "austrianpost": "https://www.post.at/s/sendungsdetails?snr={number}",
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={number}&lang=en",
    "canadapost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}",
    "chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    "colissimo": LA_POSTE,
    "deutschepost": "https://www.deutschepost.de/sendung/simpleQuery.html",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "dhlgermany": DHL_GERMANY,
    "dhlpaket": DHL_GERMANY,
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/{number}",
    "dpduk": "https://track.dpd.co.uk/parcels/{number}",
    "evri": EVRI,
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "gls": "https://gls-group.eu/track/{number}",
    "hermesgermany": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#{number}",
    "hermesuk": EVRI,
    "jtexpress": "https://www.jtexpress.sg/index/query/gzquery.html?bills={number}",
    "laposte": LA_POSTE,
    "mondialrelay": "https://www.mondialrelay.fr/suivi-de-colis?numeroExpedition={number}",
    "ninjavan": "https://www.ninjavan.co/en-sg/tracking?id={number}",
    "parcelforce": "https://www.parcelforce.com/track-trace?trackNumber={number}",
    "postnl": "https://postnl.nl/tracktrace/?B={number}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "sendle": "https://track.sendle.com/tracking?ref={number}",
    "singaporepost": SINGPOST,
    "singpost": SINGPOST,
    "startrack": "https://startrack.com.au/track/details/{number}",
    "swisspost": "https://service.post.ch/ekp-web/ui/entry/search/{number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    "yodel": "https://www.yodel.co.uk/tracking/{number}",
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
