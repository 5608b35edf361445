"""A parcel can be followed where its carrier says."""

import pytest

from bookshop.orders.tracking import TRACKING_PAGES, is_link, tracking_url


@pytest.mark.parametrize(
    ("carrier", "tracking", "url"),
    [
        ("Royal Mail", "RX 1", "https://www.royalmail.com/track-your-item#/tracking-results/RX%201"),
        ("UPS", "1Z&x=/", "https://www.ups.com/track?tracknum=1Z%26x%3D%2F"),
        ("  sing-post ", "RX1", "https://www.singpost.com/track-items"),
        ("DPD (UK)", "155", "https://track.dpd.co.uk/parcels/155"),
        ("J&T Express", "155", "https://www.jtexpress.sg/index/query/gzquery.html?bills=155"),
        ("A friend with a van", "RX1", ""),
        ("", "RX1", ""),
        ("UPS", "", ""),
        ("", "", ""),
        ("Van", "https://van.example/t?n=1", "https://van.example/t?n=1"),
        ("UPS", "http://ups.example/1", "https://www.ups.com/track?tracknum=http%3A%2F%2Fups.example%2F1"),
        ("Van", "javascript:alert(1)", ""),
        ("Van", "https://", ""),
        ("Van", "https://[", ""),
    ],
)
def test_a_link_is_made_of_a_known_carrier_or_given_by_any(carrier: str, tracking: str, url: str) -> None:
    assert tracking_url(carrier, tracking) == url
    assert is_link(tracking) == (url == tracking != "")


def test_every_page_is_reached_over_https_with_at_most_one_number() -> None:
    for carrier, page in TRACKING_PAGES.items():
        assert is_link(page.format(number="1")), carrier
        assert carrier.isalnum()
        assert carrier == carrier.casefold()
