"""What shoppers, the owner and `doctor` see of a shop while a fault lasts."""

import logging
import re
from collections.abc import Iterable, Sequence

from bookshop.doctor.check import Result, State
from tests.faults.fault_row import FaultRow
from tests.faults.fault_shop import FaultShop
from tests.shopper import CLIENT_SECRET, Shopper, receipt_of, text_of

AS_ALWAYS = "as always"
SENTENCES = (
    "The shop is very busy at the moment",
    "We can’t reach our payment service at the moment",
    "Payments are switched off at the moment",
    "The database does not respond at the moment",
    "Something went wrong on our side",
    "Nearly there",
    "We are confirming your payment",
)
# what differs from one run to another
VARIABLE = (
    # PostgreSQL may refuse a connection just before or after the time is up
    (
        r"unavailable: (busy|unreachable) \((TimeoutError|ConnectionRefusedError)\)",
        "unavailable: unreachable or busy",
    ),
    (r"since [-\d: ]+ UTC", "since …"),
    (r"req_\w+", "req_…"),
    (r"database test_\d+", "database …"),
    (r"https?://[\w.]+:\d+", "…"),
    (r"127\.0\.0\.1:\d+", "…"),
    (r"/\S*/(?=bookshop|covers)", "…/"),
)
MORE_LINES = re.compile(r" \(and \d+ more since the last such line\)")
LATER = "nothing is lost: what was paid is found, the next sale succeeds, and the audit finds nothing"


class LogLines(logging.Handler):
    """Collects the warnings and errors of the shop."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # a line counts what other tests of this process have suppressed
        self.lines.append(MORE_LINES.sub("", record.getMessage()))


async def observe(shop: FaultShop, fault: str, log: LogLines, logged: Sequence[str] = ()) -> FaultRow:
    """Look at the shop as shoppers, its owner and `doctor` do, after it has `logged` lines."""
    log.lines[:] = logged
    shopper = await see_as_shopper(shop)
    owner = await see_as_owner(shop, log.lines)
    return FaultRow(fault, shopper, owner, await see_by_doctor(shop), LATER)


async def see_as_shopper(shop: FaultShop) -> str:
    """Return what shoppers see: of each thing they do, or of everything if that is the same."""
    shopper = shop.shopper()
    seen = {
        "a page that others saw": await look(shopper, "/"),
        "any other page": await look(shopper, f"/search?q={shop.book.title}"),
        "the receipt of what is paid": await look(shopper, receipt_of(shop.pay_page)),
        "sending an order": await buy(shop),
    }
    if set(seen.values()) == {AS_ALWAYS}:
        return "nothing: all is as always"
    return "; ".join(f"{what}: {how}" for what, how in seen.items())


async def look(shopper: Shopper, path: str) -> str:
    response = await shopper.get(path)
    return describe(response.status_code, await text_of(response))


async def buy(shop: FaultShop) -> str:
    """Send an order and open its payment."""
    shopper = shop.shopper()
    response = await shopper.post("/checkout", shop.form)
    page = await text_of(response)
    if response.status_code == 303:
        page = await shopper.read(response.headers["Location"])
        if CLIENT_SECRET.search(page):
            return AS_ALWAYS
        seen = describe(200, page)
        assert seen != AS_ALWAYS, page
        return seen
    return describe(response.status_code, page)


def describe(status: int, page: str) -> str:
    found = next((text for text in SENTENCES if text in page), "")
    if not found:
        assert status == 200, (status, page)
        return AS_ALWAYS
    return f"“{found}”" + (f" ({status})" if status != 200 else "")


async def see_as_owner(shop: FaultShop, log: Sequence[str]) -> str:
    """Return what `/readyz` and the log say, and the office if it is not as always."""
    response = await shop.app.test_client().get("/readyz")
    state = await response.get_json()
    usual = {"ready": True, "database": "ok", "stripe": "reachable"}
    changed = [f"{name} {value}" for name, value in state.items() if usual.get(name, value) != value]
    office = await look(shop.shopper(), "/office/sign-in")
    parts = [f"`/readyz` {response.status_code}{': ' + ', '.join(changed) if changed else ''}"]
    parts += [] if office == AS_ALWAYS else [f"the office: {office}"]
    parts += [f"log: “{line}”" for line in dict.fromkeys(map(mask, log))]
    return "; ".join(parts)


async def see_by_doctor(shop: FaultShop) -> str:
    """Return what `doctor --online` finds that it did not find before."""
    results = await shop.run_doctor()
    return describe_results(one for one in results if (one.name, one.state) not in shop.baseline)


def describe_results(results: Iterable[Result]) -> str:
    bad = [one for one in results if one.state in (State.PROBLEM, State.WARNING)]
    return "; ".join(f"{one.state} {one.name}: {mask(one.what)}" for one in bad) or "nothing"


def mask(text: str) -> str:
    for pattern, replacement in VARIABLE:
        text = re.sub(pattern, replacement, text)
    return text.replace("|", "/")
