"""Check the number of proxies, against the shop's address and the networks of recent orders."""

from collections.abc import Sequence

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.order_store import list_recent_networks
from bookshop.settings import Settings

NAME = "Proxies"
# fewer may come from one network by chance, such as that of the shop itself
MIN_ORDERS = 10
WHY_SHARED = "All shoppers share the limits of one network, and are refused when many buy."


async def check_proxies(deployment: Deployment) -> Results:
    """Judge TRUSTED_PROXIES."""
    networks = await deployment.database.read(list_recent_networks)
    return [judge_proxies(deployment.settings, networks)]


def judge_proxies(settings: Settings, networks: Sequence[str]) -> Result:
    """Judge the setting, with the hashed networks of the newest orders."""
    count, is_https = settings.trusted_proxies, settings.shop_url.startswith("https:")
    if is_https and not count:
        fix = "Set TRUSTED_PROXIES to the number of your own proxies in front, such as 1 for nginx."
        what = "SHOP_URL has https, which a proxy must serve, and TRUSTED_PROXIES is 0."
        return Result(NAME, State.PROBLEM, what, WHY_SHARED, fix)
    if count and not is_https:
        what = f"TRUSTED_PROXIES is {count}, and SHOP_URL has no https."
        why = "Without so many proxies in front visitors can forge their addresses."
        return Result(NAME, State.WARNING, what, why, "Set TRUSTED_PROXIES=0 if there is no proxy.")
    if len(networks) >= MIN_ORDERS and len(set(networks)) == 1:
        what = f"The last {len(networks)} orders came from one network."
        fix = "Count your proxies again, a CDN included, and set TRUSTED_PROXIES to their number."
        return Result(NAME, State.WARNING, what, WHY_SHARED, fix)
    return Result(NAME, State.OK, f"TRUSTED_PROXIES is {count}, which goes with SHOP_URL.")
