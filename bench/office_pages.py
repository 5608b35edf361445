"""Every page of the office, each beside the bare indexed read behind it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from bench.office_samples import Samples
from bookshop.office.route import Route
from bookshop.office.work.order_list import LISTS, Filter, ListName

CHOSEN = 20
# bulk prints, files and exports, and what `bookshop doctor` checks: they may take their time
UNMEASURED = (
    "checks.routes.show",
    "printing.routes.slips",
    "printing.routes.pick_list",
    "printing.routes.labels",
    "receiving.to_order_routes.download",
)
# its parameter is the page's own value
LISTED = (
    "SELECT order_id FROM order_copies"
    " WHERE {condition} AND order_number > {{}} ORDER BY order_number LIMIT 25"
)
CONDITIONS = {
    ListName.TO_PACK: "in_stock > 0",
    ListName.TO_ORDER: "to_order > 0",
    ListName.WAITING: "not_before IS NOT NULL AND to_order + in_stock + packed > 0",
    ListName.TO_SHIP: "packed > 0",
    ListName.TO_MAKE_READY: "packed > 0",
    ListName.READY: "ready > 0",
}


class Page(NamedTuple):
    """A kind of page: its view, its paths, and its floor with the value of each path.

    A status of 0 is any but an error: one order that is found is opened, several are listed.
    """

    view: str
    name: str
    paths: Sequence[str]
    floor: str = ""
    values: Sequence[object] = ()
    status: int = 200


def list_pages(samples: Samples) -> Iterator[Page]:
    """Return what is measured."""
    to_pack, zero = LISTED.format(condition="in_stock > 0"), [0]
    yield Page("work.today_routes.show", "today", ["/office"], to_pack, zero)
    yield from list_lists(samples)
    newer = [f"/office/orders/newer?list=to-pack&since={number}" for number in samples.numbers]
    yield Page("work.list_routes.newer", "newer orders of a list", newer, to_pack, zero, 0)
    yield from list_searches(samples)
    yield from list_orders(samples)
    yield from list_bulk(samples)
    to_order = LISTED.format(condition="to_order > 0")
    yield Page("receiving.routes.show", "receiving", ["/office/receiving"])
    yield Page("receiving.to_order_routes.show", "order list", ["/office/to-order"], to_order, zero)
    lost = "SELECT * FROM lost_orders WHERE intent_id > {} LIMIT 51"
    yield Page("lost.routes.show", "lost orders", ["/office/lost"], lost, [""])
    mails = "SELECT id, order_id, kind, state FROM mails WHERE id < {} ORDER BY id DESC LIMIT 25"
    last = samples.mail_ids[:1]
    yield Page("mail.routes.show", "mail", ["/office/mail"], mails, last)
    later = [f"/office/mail?before={mail_id}" for mail_id in samples.mail_ids]
    yield Page("mail.routes.show", "mail, a later page", later, mails, samples.mail_ids)
    read = [f"/office/mail/{mail_id}" for mail_id in samples.mail_ids]
    yield Page("mail.routes.read", "one mail", read, "SELECT * FROM mails WHERE id = {}", samples.mail_ids)
    yield from list_people(samples)


def list_people(samples: Samples) -> Iterator[Page]:
    floor, keys = "SELECT * FROM staff_sessions WHERE token_hash = {}", samples.tokens
    ended = [f"/office/welcome/{token}" for token in samples.tokens]
    yield Page("sign_in.routes.show", "sign-in", ["/office/sign-in"])
    yield Page("sign_in.sign_out_routes.show", "sign-out", ["/office/sign-out"], floor, keys)
    yield Page("sign_in.welcome_routes.show", "a link that has ended", ended, floor, keys, 410)
    yield Page("sign_in.passkey_routes.options", "challenge to sign in", ["/office/sign-in/passkey"])
    challenges = [f"{path}/passkey" for path in ended]
    view = "sign_in.welcome_passkey_routes.options"
    yield Page(view, "challenge of a link that has ended", challenges, floor, keys, 410)
    for view, name, path in (
        ("account_routes.show", "account", "account"),
        ("password_routes.show", "change the password", "account/password"),
        ("app_routes.show", "change the app", "account/app"),
        ("staff_routes.show", "staff", "staff"),
        ("confirm_routes.options", "challenge to confirm", "confirm/passkey"),
        ("passkey_routes.options", "challenge for a passkey", "account/passkeys/new"),
    ):
        yield Page(f"people.{view}", name, [f"/office/{path}"], floor, keys)


def list_orders(samples: Samples) -> Iterator[Page]:
    order = "SELECT * FROM orders WHERE id = {}"
    waiting = [ids[at] for at in range(8) for ids in samples.waiting.values() if at < len(ids)]
    for name, ids in (("an order", samples.ids), ("an order that waits", waiting)):
        yield Page("order.routes.show", name, [f"/office/orders/{each}" for each in ids], order, ids)
    to_pack = samples.waiting[ListName.TO_PACK]
    for view, name, part, ids in (
        ("order.ship_routes.show", "ship an order", "ship", samples.waiting[ListName.TO_SHIP]),
        ("order.refund_routes.show", "refund an order", "refund", to_pack),
        ("order.cancel_routes.show", "cancel an order", "cancel", to_pack),
        ("order.address_routes.show", "correct an address", "address", samples.waiting[ListName.TO_SHIP]),
        ("packing.routes.show", "pack by scanning", "packing", to_pack),
    ):
        yield Page(view, name, [f"/office/orders/{each}/{part}" for each in ids], order, ids)


def list_searches(samples: Samples) -> Iterator[Page]:
    for name, column, typed in (
        ("number", "number", samples.numbers),
        ("receipt link", "token", [f"http://localhost/orders/{token}" for token in samples.tokens]),
        ("charge", "charge_id", samples.charges),
    ):
        values = samples.tokens if column == "token" else typed
        floor = f"SELECT * FROM orders WHERE {column} = {{}}"  # noqa: S608 - names of ours
        yield Page("work.find_routes.show", f"find by {name}", find_paths(typed), floor, values, 303)
    floor = "SELECT order_id FROM order_lines WHERE isbn = {} LIMIT 25"
    for name, typed in (
        ("name", samples.names),
        ("surname", [name.split()[-1] for name in samples.names]),
        ("e-mail", samples.emails),
        ("ISBN", samples.isbns),
        ("title", samples.titles),
    ):
        yield Page("work.find_routes.show", f"find by {name}", find_paths(typed), floor, samples.isbns, 0)
    nothing = [f"/office/find?q=zzqx{number}" for number in samples.numbers]
    yield Page("work.find_routes.show", "find nothing", nothing, floor, samples.isbns)


def find_paths(typed: Iterable[object]) -> list[str]:
    return [f"/office/find?{urlencode({'q': each})}" for each in typed]


def list_lists(samples: Samples) -> Iterator[Page]:
    for name, one in LISTS.items():
        floor, values = "", []
        if name in CONDITIONS:
            floor, values = LISTED.format(condition=CONDITIONS[name]), [0]
        elif name is ListName.ALL:
            floor, values = "SELECT id FROM orders WHERE number > {} ORDER BY number LIMIT 25", [0]
        title = one.title.lower()
        paths = [
            f"/office/orders?list={name}&filter={part}" for part in dict.fromkeys((Filter.ALL, *one.filters))
        ]
        yield Page("work.list_routes.show", title, paths, floor, values)
        later = [f"{paths[0]}&after={order_id}" for order_id in samples.waiting.get(name, samples.ids)]
        yield Page("work.list_routes.show", f"{title}, a later page", later, floor, values)


def list_bulk(samples: Samples) -> Iterator[Page]:
    chosen = [f"{number}.0" for number in samples.numbers[:CHOSEN]]
    grid = urlencode({"orders": chosen}, doseq=True)
    floor = "SELECT * FROM orders WHERE number >= {} ORDER BY number LIMIT 20"
    values = samples.numbers[:1]
    yield Page("bulk.ship_routes.show", "ship 20 orders", [f"/office/bulk/ship?{grid}"], floor, values)
    did = f"/office/bulk/results?did=pack&{grid}"
    yield Page("bulk.routes.results", "results of 20 orders", [did], floor, values)


def find_missing(addresses: Iterable[Route], pages: Iterable[Page]) -> list[str]:
    """Return the views of pages that are not measured."""
    known = {page.view for page in pages} | set(UNMEASURED)
    return [one.view for one in addresses if one.method == "GET" and one.view not in known]
