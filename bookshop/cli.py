"""The bookshop command."""

import asyncio
import json
import logging
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config
from hypercorn.run import run as run_hypercorn
from sqlalchemy.exc import SQLAlchemyError

from bookshop.app import OUT_OF_DATE, create_app, settings_or_exit
from bookshop.catalogue.samples import load_samples
from bookshop.database import Database, open_database
from bookshop.migrations import is_current
from bookshop.migrations import migrate as migrate_schema
from bookshop.money import parse as parse_money
from bookshop.orders.auditing import Report, compare
from bookshop.orders.auditing import audit as audit_shop
from bookshop.orders.listing import (
    STATES,
    Movement,
    Summary,
    find_named_order,
    list_movements,
    list_orders,
    list_unsettled,
)
from bookshop.orders.order import Order
from bookshop.payments.gateway import Gateway, PaymentProblem, ProviderUnavailable
from bookshop.payments.refund import REASONS, NotRefundable, Refund, RefundRequest, Status
from bookshop.payments.refunding import refund_order
from bookshop.payments.settling import NO_PAUSE
from bookshop.payments.settling import settle as settle_order
from bookshop.payments.stripe_gateway import StripeGateway
from bookshop.settings import Settings, read_environment

T = TypeVar("T")

WEBHOOK_SECRET = "whsec_simulator"  # noqa: S105 - shared with the simulator beside the shop
SHUTDOWN_SECONDS = 10
# Stripe's clock and the shop's may differ
LISTING_MARGIN = timedelta(days=1)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A bookshop that an independent bookseller can run for real."""


@main.command()
@click.option("--bind", default="127.0.0.1:5000", show_default=True, help="Address and port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes that share the work.")
def serve(bind: str, workers: int) -> None:
    """Serve the shop with the settings of the environment and .env."""
    settings = settings_or_exit()
    # here, since hypercorn's exit status would say that all went well
    if not asyncio.run(with_database(settings, lambda database: database.read(is_current))):
        sys.exit(OUT_OF_DATE)
    config = Config()
    config.application_path = "bookshop:create_app()"
    config.bind = [bind]
    config.workers = workers
    config.graceful_timeout = SHUTDOWN_SECONDS
    if find_spec("uvloop"):
        config.worker_class = "uvloop"
    sys.exit(run_hypercorn(config))


@main.command()
@click.option(
    "--port", default=5000, show_default=True, help="Port of the shop; the simulator takes the next."
)
@click.option(
    "--data",
    default=Path("var"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the database.",
)
def demo(port: int, data: Path) -> None:
    """Serve a shop with sample books, with the Stripe simulator beside it unless Stripe keys are set."""
    data.mkdir(parents=True, exist_ok=True)
    simulator_url = f"http://127.0.0.1:{port + 1}"
    is_simulated = "STRIPE_SECRET_KEY" not in read_environment()
    defaults = {
        "DATABASE_URL": f"sqlite:///{data}/bookshop.db",
        "SECRET_KEY": read_secret(data / "secret-key"),
        "SHOP_URL": f"http://localhost:{port}",
        "SHOP_EMAIL": "hello@example.com",
        "SHOP_ADDRESS": "12 Example Road, Singapore",
        "SHOP_HOURS": "Every day, 10 am to 8 pm",
        **(simulated_stripe(simulator_url) if is_simulated else {}),
    }
    settings = settings_or_exit(defaults)
    asyncio.run(run_demo(settings, port, is_simulated=is_simulated))


@main.command()
@click.option("--port", default=5001, show_default=True, help="Port to listen on.")
@click.option(
    "--webhook-url",
    default="http://127.0.0.1:5000/stripe/webhook",
    show_default=True,
    help="Where events are sent.",
)
@click.option(
    "--webhook-secret", default=WEBHOOK_SECRET, show_default=True, help="What events are signed with."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:KEY=VALUE,…]",
    help="What goes wrong from the start, for example error-500:times=2,path=/v1/refunds. Repeatable; "
    "docs/simulator.md lists the kinds.",
)
def simulator(port: int, webhook_url: str, webhook_secret: str, faults: tuple[str, ...]) -> None:
    """Run the Stripe simulator alone: it speaks Stripe's API, and no money moves."""
    app = create_stripe(webhook_url, webhook_secret, faults)
    click.echo(f"Stripe simulator on http://127.0.0.1:{port}")
    asyncio.run(run_until_stopped((app, port)))


@main.command()
@click.option("--with-samples", is_flag=True, help="Also put the sample books into an empty catalogue.")
def migrate(*, with_samples: bool) -> None:
    """Create the database's tables, or bring them up to date."""
    settings = settings_or_exit()
    asyncio.run(
        with_database(settings, lambda database: prepare(database, settings, with_samples=with_samples))
    )
    click.echo("The database is up to date.")


@main.command()
@as_json_option
@click.option(
    "--stripe", "with_stripe", is_flag=True, help="Also compare the orders with Stripe's list of payments."
)
def audit(*, as_json: bool, with_stripe: bool) -> None:
    """Check that stock, orders, numbers and payments agree; exits with 1 when they do not."""
    report = run_in_shop(
        settings_or_exit(),
        lambda database, gateway: audit_all(database, gateway, with_stripe=with_stripe),
    )
    if as_json:
        echo_json({"is_clean": not report.violations, **asdict(report)})
    else:
        if report.violations:
            echo_table(
                ("RULE", "SUBJECT", "EXPECTED", "FOUND"),
                [(v.rule, v.subject, v.expected, v.found) for v in report.violations],
            )
        click.echo(f"Books: {report.books}, orders: {report.orders}, wrong: {len(report.violations)}.")
    sys.exit(1 if report.violations else 0)


@main.command()
@click.argument("order", required=False)
@click.option("--state", type=click.Choice(STATES), help="Only orders in this state.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many orders at most."
)
@as_json_option
def orders(order: str | None, state: str | None, limit: int, *, as_json: bool) -> None:
    """List the orders, the newest first, or show the ORDER of this number or id."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)
    if order is None:
        found = run_in_shop(settings, lambda database, _: database.read(list_orders, state or "", limit))
        if as_json:
            echo_json([summary_values(one) for one in found])
        else:
            echo_table(
                ("NUMBER", "PLACED", "STATE", "TOTAL", "NAME", "ID"),
                [
                    (
                        one.number or "-",
                        moment_text(one.placed_at, zone),
                        one.state,
                        one.total,
                        one.name,
                        one.id,
                    )
                    for one in found
                ],
            )
        return
    if state:
        raise click.UsageError("--state is for the list, not for one ORDER.")
    one, movements = run_in_shop(settings, lambda database, _: read_whole_order(database, order))
    if as_json:
        echo_json(order_values(one, movements))
    else:
        echo_order(one, movements, zone)


@main.command()
@click.argument("order", required=False)
@as_json_option
def settle(order: str | None, *, as_json: bool) -> None:
    """Ask Stripe again now: about the ORDER of this number or id, or every one that may yet be paid."""
    looks = run_in_shop(settings_or_exit(), lambda database, gateway: look_again(database, gateway, order))
    changed = [(old, new) for old, new, _ in looks if standing(old) != standing(new)]
    failed = [old.id for old, _, is_fresh in looks if not is_fresh]
    if as_json:
        lines = [
            {"id": new.id, "number": new.number, "before": standing(old), "after": standing(new)}
            for old, new in changed
        ]
        echo_json({"looked_at": len(looks), "changed": lines, "failed": failed})
    else:
        for old, new in changed:
            click.echo(f"{new.number or new.id}: {standing(old)} -> {standing(new)}")
        click.echo(f"{len(looks)} looked at, {len(changed)} changed.")
    if failed:
        raise click.ClickException(f"Stripe did not tell what became of {', '.join(failed)}.")


@main.command()
@click.argument("order")
@click.option("--amount", help="How much, for example 4.00; without this and lines, everything left.")
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="ISBN[:QUANTITY]",
    help="Copies of a book, all of the order's unless a quantity is said. Repeatable.",
)
@click.option("--reason", type=click.Choice(REASONS), help="What Stripe is told.")
@click.option("--restock", is_flag=True, help="Put the copies back on the shelf.")
@as_json_option
def refund(
    order: str,
    amount: str | None,
    lines: tuple[str, ...],
    reason: str | None,
    *,
    restock: bool,
    as_json: bool,
) -> None:
    """Give money of the ORDER of this number or id back; exits with 1 when none goes back."""
    one, made = run_in_shop(
        settings_or_exit(),
        lambda database, gateway: refund_one(database, gateway, order, amount, lines, reason or "", restock),
    )
    name = one.number or one.id
    if as_json:
        echo_json(refund_values(one, made))
    elif made.status is not Status.FAILED:
        click.echo(f"{made.amount} of order {name}: {made.status} ({made.refund_id}).")
    if made.status is Status.FAILED:
        raise click.ClickException(f"{made.amount} of order {name} did not go back: {made.failure}.")


async def run_demo(settings: Settings, port: int, *, is_simulated: bool) -> None:
    """Prepare the database, then serve until stopped."""
    await with_database(settings, lambda database: prepare(database, settings, with_samples=True))
    servers: list[tuple[Any, int]] = [(create_app(settings), port)]
    if is_simulated:
        servers.append((create_stripe(f"http://127.0.0.1:{port}/stripe/webhook", WEBHOOK_SECRET), port + 1))
    click.echo(f"The shop is open: http://localhost:{port}")
    click.echo("Pay with card 4242 4242 4242 4242, any future date, any code." if is_simulated else "")
    await run_until_stopped(*servers)


async def run_until_stopped(*servers: tuple[Any, int]) -> None:
    """Serve each application on its port of this machine until the process is told to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await asyncio.gather(*(serve_one(app, port, stopped.wait) for app, port in servers))


async def serve_one(app: Any, port: int, stopped: Callable[..., Awaitable[Any]]) -> None:
    """Serve one application on one port of this machine."""
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.graceful_timeout = 2
    await serve_asgi(app, config, shutdown_trigger=stopped)


async def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database for one piece of work."""
    database = open_database(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()


def run_in_shop(settings: Settings, work: Callable[[Database, Gateway], Awaitable[T]]) -> T:
    """Run one piece of work on the shop's database and Stripe account; what fails is one line."""
    # the gateway logs what the line says
    logging.disable(logging.WARNING)

    async def run(database: Database) -> T:
        if not await database.read(is_current):
            raise click.ClickException(OUT_OF_DATE.removeprefix("bookshop: "))
        gateway = StripeGateway(
            settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
        )
        try:
            return await work(database, gateway)
        finally:
            await gateway.close()

    try:
        return asyncio.run(with_database(settings, run))
    except PaymentProblem as problem:
        reason = type(problem.__cause__ or problem).__name__
        raise click.ClickException(f"Stripe could not be asked ({reason}).") from None
    except (SQLAlchemyError, OSError) as problem:
        # never the message: it may quote the address with its password
        raise click.ClickException(f"The database could not be asked ({type(problem).__name__}).") from None


async def audit_all(database: Database, gateway: Gateway, *, with_stripe: bool) -> Report:
    """Every rule, and the comparison with Stripe if that is wanted."""
    report = await database.read(audit_shop)
    if not with_stripe:
        return report
    began = datetime.now(UTC)
    first = min((order.placed_at for order in await database.read(list_orders)), default=began)
    told = [news async for news in gateway.list_payments(first - LISTING_MARGIN)]
    # what was paid while Stripe's list was read may be on it or not
    known = [
        order for order in await database.read(list_orders) if order.paid_at is None or order.paid_at < began
    ]
    return replace(report, violations=(*report.violations, *compare(known, told)))


async def read_whole_order(database: Database, name: str) -> tuple[Order, list[Movement]]:
    """The order of this number or id with what it moved on the shelves."""
    order = await find_or_stop(database, name)
    return order, await database.read(list_movements, order.id)


async def look_again(
    database: Database, gateway: Gateway, name: str | None
) -> list[tuple[Order, Order, bool]]:
    """Settle one order, or all that may yet be paid: each before and after, and whether Stripe told."""
    wanted = await database.read(list_unsettled) if name is None else [await find_or_stop(database, name)]
    return [(order, *await settle_order(database, gateway, order, NO_PAUSE)) for order in wanted]


async def refund_one(
    database: Database,
    gateway: Gateway,
    name: str,
    amount: str | None,
    lines: tuple[str, ...],
    reason: str,
    restock: bool,
) -> tuple[Order, Refund]:
    """Refund what the command says of one order, or end with one line that says why not."""
    order = await find_or_stop(database, name)
    try:
        wanted = None if amount is None else parse_money(amount, order.total.currency)
        request = RefundRequest(wanted, tuple(map(read_line, lines)), reason, restock)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    try:
        return order, await refund_order(database, gateway, order.id, request)
    except NotRefundable as problem:
        raise click.ClickException(str(problem)) from None
    except ProviderUnavailable:
        raise click.ClickException(
            "Stripe has not answered yet; the refund is written down, and the shop asks again by itself."
        ) from None


def read_line(text: str) -> tuple[str, int | None]:
    """Read ISBN[:QUANTITY]; raises ValueError."""
    isbn, colon, quantity = text.partition(":")
    if colon and not (quantity.isascii() and quantity.isdecimal()):
        raise ValueError(f"{text!r} is not ISBN:QUANTITY.")
    return isbn.replace("-", ""), int(quantity) if colon else None


def refund_values(order: Order, refund: Refund) -> dict[str, Any]:
    """A refund as JSON."""
    return {
        "id": refund.id,
        "order_id": order.id,
        "number": order.number,
        "refund_id": refund.refund_id,
        "amount_minor": refund.amount.minor,
        "currency": refund.amount.currency,
        "reason": refund.reason,
        "status": refund.status,
        "failure": refund.failure,
    }


async def find_or_stop(database: Database, name: str) -> Order:
    """The order of this number or id, or the end of the command."""
    order = await database.read(find_named_order, name)
    if order is None:
        raise click.ClickException(f"There is no order {name}.")
    return order


def standing(order: Order) -> str:
    """How an order stands, in the shop's words and in Stripe's."""
    return " ".join(filter(None, (order.payment, order.held and "held", order.intent_status)))


def summary_values(order: Summary) -> dict[str, Any]:
    """An order of the list as JSON."""
    return {
        "id": order.id,
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "state": order.state,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "name": order.name,
    }


def order_values(order: Order, movements: list[Movement]) -> dict[str, Any]:
    """An order as JSON: everything but its token, which opens its receipt."""
    return {
        "id": order.id,
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "name": order.name,
        "email": order.email,
        "delivery": order.delivery,
        "address": asdict(order.address) if order.address else None,
        "lines": [
            {
                "isbn": line.isbn,
                "title": line.title,
                "quantity": line.quantity,
                "price_minor": line.price.minor,
            }
            for line in order.lines
        ],
        "delivery_fee_minor": order.delivery_fee.minor,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "payment": order.payment,
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "held": order.held,
        "failure": order.failure,
        "intent_id": order.intent_id,
        "intent_status": order.intent_status,
        "charge_id": order.charge.id if order.charge else "",
        "movements": [
            {**asdict(movement), "moved_at": movement.moved_at.isoformat()} for movement in movements
        ],
    }


def echo_order(order: Order, movements: list[Movement], zone: ZoneInfo) -> None:
    """An order as text: everything but its token, which opens its receipt."""
    address, charge = order.address, order.charge
    facts = (
        ("number", order.number),
        ("id", order.id),
        ("placed", moment_text(order.placed_at, zone)),
        ("name", order.name),
        ("e-mail", order.email),
        ("delivery", order.delivery),
        ("address", address and f"{address.street}, {address.postcode} {address.city}, {address.country}"),
        ("payment", order.payment),
        ("paid", order.paid_at and moment_text(order.paid_at, zone)),
        ("held", order.held),
        ("failure", order.failure),
        ("intent", " ".join(filter(None, (order.intent_id, order.intent_status)))),
        ("charge", charge and " ".join(filter(None, (charge.id, charge.method, charge.brand, charge.last4)))),
    )
    echo_table((), [(name, value or "-") for name, value in facts])
    click.echo()
    echo_table(
        ("COPIES", "ISBN", "PRICE", "AMOUNT", "TITLE"),
        [
            *((line.quantity, line.isbn, line.price, line.amount, line.title) for line in order.lines),
            ("", "", "", order.delivery_fee, "delivery"),
            ("", "", "", order.total, "total"),
        ],
    )
    click.echo()
    echo_table(
        ("MOVED", "COPIES", "ISBN", "AT"),
        [(move.kind, move.quantity, move.isbn, moment_text(move.moved_at, zone)) for move in movements],
    )


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment by the shop's clock."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def echo_json(value: Any) -> None:
    """Print what a program reads."""
    click.echo(json.dumps(value, indent=2))


def echo_table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Print rows with their columns aligned."""
    # what a shopper typed must not move the terminal's cursor
    cells = [["".join(c if c.isprintable() else "?" for c in str(cell)) for cell in row] for row in rows]
    lines = [list(head), *cells] if head else cells
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


async def prepare(database: Database, settings: Settings, *, with_samples: bool) -> None:
    """Bring the tables up to date, and fill an empty catalogue if that is wanted."""
    await database.write(migrate_schema)
    if with_samples:
        await database.write(load_samples, settings.shop_currency)


def create_stripe(webhook_url: str, webhook_secret: str, faults: Iterable[str] = ()) -> Any:
    """The simulator; imported late, since a real shop never needs it."""
    from bookshop.simulator.app import SimulatorConfig, create_simulator
    from bookshop.simulator.faults import parse_fault

    try:
        parsed = tuple(map(parse_fault, faults))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from None
    return create_simulator(SimulatorConfig(webhook_url, webhook_secret, faults=parsed))


def simulated_stripe(url: str) -> dict[str, str]:
    """Settings that make the simulator the shop's Stripe."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_simulator",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_simulator",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": url,
        "STRIPE_JS_URL": f"{url}/endive/stripe.js",
    }


def read_secret(path: Path) -> str:
    """A secret that stays the same from start to start, so that baskets survive."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
