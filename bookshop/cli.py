"""The bookshop command: what can be said to it. What it does is imported only when it is done."""

import sys
from pathlib import Path

import click

from bookshop.commands import WEBHOOK_SECRET
from bookshop.orders.order import STATES
from bookshop.payments.refund import REASONS

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A bookshop that an independent bookseller can run for real."""


@main.command()
@click.option("--bind", default="127.0.0.1:5000", show_default=True, help="Address and port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that share the work.",
)
@click.option("--access-log", default="", metavar="FILE", help="Write a line for each request; - is here.")
def serve(bind: str, workers: int, access_log: str) -> None:
    """Serve the shop with the settings of the environment and .env.

    BIND is host:port, unix:path or fd://number. SIGHUP puts new workers, with the code and settings of that
    moment, in the place of the old ones without a failed request; SIGTERM ends.
    """
    from bookshop.server.supervisor import serve as serve_shop

    sys.exit(serve_shop(bind, workers, access_log))


@main.command()
@click.option(
    "--port", default=5000, show_default=True, help="Port of the shop; the simulator takes the next."
)
@click.option(
    "--data",
    default=Path("var"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the database and the covers.",
)
def demo(port: int, data: Path) -> None:
    """Serve a shop with sample books, with the Stripe simulator beside it unless Stripe keys are set."""
    from bookshop.commands.demo import serve_demo

    serve_demo(port, data)


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
    from bookshop.commands.demo import serve_simulator

    serve_simulator(port, webhook_url, webhook_secret, faults)


@main.command()
@click.option("--with-samples", is_flag=True, help="Also put the sample books into an empty catalogue.")
def migrate(*, with_samples: bool) -> None:
    """Create the database's tables, or bring them up to date."""
    from bookshop.commands.shop import migrate_and_print

    migrate_and_print(with_samples=with_samples)


@main.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE…"
)
@click.option(
    "--covers",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR",
    help="Also take the pictures of this folder or zip, whose files are named by ISBN.",
)
@click.option("--sender", default="", metavar="NAME", help="Who sent the files, if not who they say.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@as_json_option
def import_files(
    files: tuple[Path, ...], covers: Path | None, sender: str, *, dry_run: bool, as_json: bool
) -> None:
    """Take books from FILE: ONIX 3, or CSV with columns for ISBN and title; .gz and .zip too.

    Files are taken in the order in which they were sent, and the same file again changes nothing. Records
    that cannot be used are listed and passed over; exits with 1 when a file could not be read to its end.
    """
    from bookshop.commands.importing import import_and_print

    import_and_print(files, covers, sender, dry_run=dry_run, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@as_json_option
def stock(file: Path, *, as_json: bool) -> None:
    """Let the shelves be as the till counts them: FILE has rows of isbn,quantity[,price].

    What shoppers hold stays held, a price goes over what is imported, and the same file again moves nothing.
    """
    from bookshop.commands.importing import count_and_print

    count_and_print(file, as_json=as_json)


@main.command()
@click.argument("source", required=False, type=click.Path(path_type=Path, exists=True), metavar="[DIR]")
@click.option("--from-feeds", is_flag=True, help="Download them from where imported data say they are.")
@as_json_option
def covers(source: Path | None, *, from_feeds: bool, as_json: bool) -> None:
    """Take pictures of covers from DIR (a folder, or a zip): files named by ISBN, such as 9780306406157.jpg.

    They are made into small files in COVERS_DIR. Taking the same again changes nothing, and a picture that
    you take from DIR is never replaced by one from a feed. Exits with 1 when no picture could be used.
    """
    from bookshop.commands.covers import take_files_and_print, take_links_and_print

    if from_feeds == (source is not None):
        raise click.UsageError("Say either DIR or --from-feeds.")
    if source is None:
        take_links_and_print(as_json=as_json)
    else:
        take_files_and_print(source, as_json=as_json)


@main.command()
@as_json_option
@click.option(
    "--stripe", "with_stripe", is_flag=True, help="Also compare the orders with Stripe's list of payments."
)
def audit(*, as_json: bool, with_stripe: bool) -> None:
    """Check that stock, orders, numbers and payments agree; exits with 1 when they do not."""
    from bookshop.commands.orders import print_audit

    print_audit(as_json=as_json, with_stripe=with_stripe)


@main.command()
@click.argument("order", required=False)
@click.option("--state", type=click.Choice(STATES), help="Only orders in this state.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many orders at most."
)
@as_json_option
def orders(order: str | None, state: str | None, limit: int, *, as_json: bool) -> None:
    """List the orders, the newest first, or show the ORDER of this number or id."""
    from bookshop.commands.orders import print_order, print_orders

    if order is None:
        print_orders(state or "", limit, as_json=as_json)
    elif state:
        raise click.UsageError("--state is for the list, not for one ORDER.")
    else:
        print_order(order, as_json=as_json)


@main.command()
@click.argument("order", required=False)
@as_json_option
def settle(order: str | None, *, as_json: bool) -> None:
    """Ask Stripe again now: about the ORDER of this number or id, or every one that may yet be paid."""
    from bookshop.commands.orders import settle_orders

    settle_orders(order, as_json=as_json)


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
    from bookshop.commands.orders import refund_and_print

    refund_and_print(order, amount, lines, reason or "", restock=restock, as_json=as_json)
