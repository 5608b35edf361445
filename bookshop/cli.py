"""The `bookshop` command line; what a command does is imported when it runs."""

import os
import sys
from pathlib import Path

import click

from bookshop.cli_backups import BACKUP_COMMANDS
from bookshop.cli_fulfilment import FULFILMENT_COMMANDS
from bookshop.cli_options import as_json_option
from bookshop.cli_orders import ORDER_COMMANDS
from bookshop.cli_recovery import recover
from bookshop.cli_staff import staff
from bookshop.settings.load import ENV_FILE_VARIABLE
from bookshop.settings.simulator_keys import WEBHOOK_SECRET

columns_option = click.option(
    "--columns",
    default="",
    metavar="FIELD=NAME,…",
    help='Names of columns in a table, for example "isbn=Barcode,title=Item Name".',
)
encoding_option = click.option(
    "--encoding", default="", metavar="NAME", help="Encoding of a CSV file, for example cp1250."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bookshop", prog_name="bookshop")
@click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False),
    help="Read settings from this file instead of .env.",
)
def main(env_file: str | None) -> None:
    """Run a bookshop: serve it, fill it with books, and look after its orders.

    Settings come from the environment or from .env; sample.env describes them.
    """
    if env_file:
        # the workers of `serve` inherit it
        os.environ[ENV_FILE_VARIABLE] = str(Path(env_file).resolve())


@main.command()
@click.option("--bind", default="127.0.0.1:5000", show_default=True, help="Address and port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Number of worker processes.",
)
def serve(bind: str, workers: int) -> None:
    """Serve the shop.

    BIND is host:port, unix:path or fd://number. SIGHUP reloads: new workers start with the current code and
    settings, and replace the old ones without a failed request. SIGTERM stops the shop.
    """
    from bookshop.server.supervisor import serve as serve_shop

    sys.exit(serve_shop(bind, workers))


@main.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65534),
    help="Port of the shop; the simulator uses the next. Without it, 5000 or the next that is free.",
)
@click.option(
    "--data",
    default=Path("var"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the database and the covers.",
)
def demo(port: int | None, data: Path) -> None:
    """Serve a shop with sample books.

    The Stripe simulator runs beside it unless STRIPE_SECRET_KEY is set.
    """
    from bookshop.commands.demo import serve_demo

    serve_demo(port, data)


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=5001, show_default=True, help="Port to listen on."
)
@click.option(
    "--webhook-url",
    default="http://127.0.0.1:5000/stripe/webhook",
    show_default=True,
    help="Address that receives the events.",
)
@click.option(
    "--webhook-secret", default=WEBHOOK_SECRET, show_default=True, help="Secret that signs the events."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:KEY=VALUE,…]",
    help="A fault to start with, for example error-500:times=2,path=/v1/refunds. Repeatable; "
    "docs/simulator.md lists the kinds.",
)
@click.option(
    "--state",
    "state_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the payments from one run to the next; without it they are forgotten.",
)
def simulator(
    port: int, webhook_url: str, webhook_secret: str, faults: tuple[str, ...], state_file: Path | None
) -> None:
    """Run the Stripe simulator alone.

    It implements a part of Stripe's API. No money moves.
    """
    from bookshop.commands.simulator import serve_simulator

    serve_simulator(port, webhook_url, webhook_secret, faults, state_file)


@main.command()
@click.option("--with-samples", is_flag=True, help="Also load the sample books into an empty catalogue.")
@click.option("--no-backup", is_flag=True, help="Do not back up the shop before its tables change.")
@click.option("--new", "is_new", is_flag=True, help="Create an empty shop although there are backups of one.")
def migrate(*, with_samples: bool, no_backup: bool, is_new: bool) -> None:
    """Create or update the database tables.

    If that changes a database with books or orders, the shop is backed up to BACKUPS_DIR first. Where
    BACKUPS_DIR has backups, no database is created: the shop's own may be lost, or on a disk that is missing.
    """
    from bookshop.commands.migrate import migrate as migrate_database

    migrate_database(with_samples=with_samples, with_backup=not no_backup, may_begin_anew=is_new)


@main.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE…"
)
@click.option(
    "--covers",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR",
    help="Also import the covers in this folder or zip; its files are named by ISBN.",
)
@click.option("--sender", default="", metavar="NAME", help="Sender of the files, if they do not name it.")
@columns_option
@encoding_option
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@as_json_option
def import_(
    files: tuple[Path, ...],
    covers: Path | None,
    sender: str,
    columns: str,
    encoding: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import books from ONIX, CSV or Excel files.

    FILE is ONIX 3, or a table (CSV, .xlsx, .ods) with columns for ISBN and title; .gz and .zip files are read
    as well. Files are imported in the order in which they were sent. Importing a file again changes nothing.
    Records that cannot be used are listed and skipped. Exits with 1 if a file is broken somewhere.
    """
    from bookshop.commands.import_files import import_files
    from bookshop.commands.table_options import parse_table_options

    options = parse_table_options(columns, encoding)
    import_files(files, covers, sender, options, dry_run=dry_run, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@columns_option
@encoding_option
@as_json_option
def stock(file: Path, columns: str, encoding: str, *, as_json: bool) -> None:
    """Set stock and prices from a till export.

    FILE is a table (CSV, .xlsx, .ods) with rows of isbn,quantity[,price]. Copies reserved for orders stay
    reserved. Its prices replace imported ones. Importing a file again changes nothing.
    """
    from bookshop.commands.stock import import_stock
    from bookshop.commands.table_options import parse_table_options

    import_stock(file, parse_table_options(columns, encoding), as_json=as_json)


@main.command()
@click.argument("source", required=False, type=click.Path(path_type=Path, exists=True), metavar="[DIR]")
@click.option("--from-feeds", is_flag=True, help="Download the covers that imported data link to.")
@as_json_option
def covers(source: Path | None, *, from_feeds: bool, as_json: bool) -> None:
    """Import covers from files, or download them.

    DIR is a folder or zip with files named by ISBN, such as 9780306406157.jpg. Each picture is stored in
    several sizes in COVERS_DIR. Importing a picture again changes nothing, and a picture from DIR is never
    replaced by one from a feed. Exits with 1 if no picture could be used.
    """
    from bookshop.commands.covers import download_covers, import_covers

    if from_feeds == (source is not None):
        raise click.UsageError("Give either DIR or --from-feeds.")
    if source is None:
        download_covers(as_json=as_json)
    else:
        import_covers(source, as_json=as_json)


@main.command()
@as_json_option
@click.option(
    "--stripe", "with_stripe", is_flag=True, help="Also compare the orders with Stripe's list of payments."
)
def audit(*, as_json: bool, with_stripe: bool) -> None:
    """Check that stock, orders and payments agree.

    Exits with 1 if they do not.
    """
    from bookshop.commands.audit import audit as audit_shop

    audit_shop(as_json=as_json, with_stripe=with_stripe)


@main.command()
@as_json_option
@click.option("--online", is_flag=True, help="Also check what needs the network: Stripe, mail, DNS, HTTPS.")
@click.option("--fix", is_flag=True, help="Fix what is safe to fix: permissions and unfinished backups.")
def doctor(*, as_json: bool, online: bool, fix: bool) -> None:
    """Check the settings, the database, files, mail and backups.

    Each line says what was found, and below it why that matters and how to fix it. Exits with 1 if there is a
    problem; warnings alone exit with 0.
    """
    from bookshop.commands.doctor import doctor as check_shop

    check_shop(as_json=as_json, online=online, fix=fix)


@main.command()
@click.argument("order", required=False)
@as_json_option
def reconcile(order: str | None, *, as_json: bool) -> None:
    """Bring orders in line with Stripe now.

    ORDER is the number or id of an order; without it, every order that may still be paid is checked. The shop
    does this by itself; use this command to check at once. Exits with 1 if a payment could not be read.
    """
    from bookshop.commands.reconcile import reconcile as reconcile_orders

    reconcile_orders(order, as_json=as_json)


for command in (*ORDER_COMMANDS, *FULFILMENT_COMMANDS, *BACKUP_COMMANDS, recover, staff):
    main.add_command(command)
