"""The commands that do what is to be done for paid orders."""

from datetime import datetime

import click

from bookshop.cli_options import DELIVERY, LINE, MESSAGE, as_json_option, lines_option, version_option


@click.command()
@click.argument("order")
@lines_option
@version_option
@as_json_option
def pack(order: str, lines: tuple[str, ...], version: int | None, *, as_json: bool) -> None:
    """Pack copies of an order: they leave the shelf.

    ORDER is the number or id of a paid order.
    """
    from bookshop.commands.fulfil import move_copies

    move_copies(order, lines, "packed", version, as_json=as_json)


@click.command()
@click.argument("order")
@lines_option
@click.option("--carrier", type=LINE, default="", help="Who carries the parcel, for example SingPost.")
@click.option("--tracking", type=LINE, default="", help="The parcel's tracking number.")
@click.option(
    "--no-mail", "is_mailed", flag_value=False, default=True, help="Do not tell the shopper by mail."
)
@version_option
@as_json_option
def ship(
    order: str,
    lines: tuple[str, ...],
    carrier: str,
    tracking: str,
    version: int | None,
    *,
    is_mailed: bool,
    as_json: bool,
) -> None:
    """Record that a parcel has left, and tell the shopper by mail.

    It holds what was packed, or, if nothing was, all copies that are in stock. ORDER is the number or id of a
    paid order that is delivered.
    """
    from bookshop.commands.fulfil import send_parcel

    send_parcel(order, lines, carrier, tracking, version, is_mailed=is_mailed, as_json=as_json)


@click.command()
@click.argument("order")
@lines_option
@version_option
@as_json_option
def ready(order: str, lines: tuple[str, ...], version: int | None, *, as_json: bool) -> None:
    """Record that copies are ready to collect, and tell the shopper by mail.

    ORDER is the number or id of a paid order that is collected in the shop.
    """
    from bookshop.commands.fulfil import move_copies

    move_copies(order, lines, "made ready to collect", version, as_json=as_json)


@click.command()
@click.argument("order")
@lines_option
@version_option
@as_json_option
def collected(order: str, lines: tuple[str, ...], version: int | None, *, as_json: bool) -> None:
    """Record that the shopper has collected copies.

    ORDER is the number or id of a paid order that is collected in the shop.
    """
    from bookshop.commands.fulfil import move_copies

    move_copies(order, lines, "handed to the shopper", version, as_json=as_json)


@click.command()
@click.argument("isbn")
@click.argument("quantity", type=click.IntRange(1, 100_000), default=1)
@click.option("--counted", "is_counted", is_flag=True, help="The copies are in stock already, by a count.")
@click.option(
    "--delivery",
    type=DELIVERY,
    default="",
    metavar="NAME",
    help="Name of the delivery, so that it is received only once.",
)
@as_json_option
def arrived(isbn: str, quantity: int, delivery: str, *, is_counted: bool, as_json: bool) -> None:
    """Receive copies of a book that were ordered in.

    They go to the orders that wait for it, the oldest first; the others are for sale.
    """
    from bookshop.commands.arrived import receive

    receive(isbn, quantity, delivery, is_counted=is_counted, as_json=as_json)


@click.command()
@click.argument("order")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day by which the copies are promised now.",
)
@lines_option
@click.option("--message", type=MESSAGE, default="", help="Your words to the shopper, for the mail.")
@version_option
@as_json_option
def delay(
    order: str, until: datetime, lines: tuple[str, ...], message: str, version: int | None, *, as_json: bool
) -> None:
    """Promise copies that an order waits for by a later day, and tell the shopper by mail.

    ORDER is the number or id of a paid order.
    """
    from bookshop.commands.fulfil import promise_later

    promise_later(order, lines, until, message, version, as_json=as_json)


@click.command()
@click.argument("order")
@click.argument("text", type=MESSAGE)
@version_option
@as_json_option
def note(order: str, text: str, version: int | None, *, as_json: bool) -> None:
    """Write a note on an order, which only the shop's staff sees.

    ORDER is the number or id of an order.
    """
    from bookshop.commands.fulfil import write_note

    write_note(order, text, version, as_json=as_json)


@click.command()
@click.argument("order")
@click.option("--despite-mail", is_flag=True, help="Undo it even if the shopper was told by mail.")
@version_option
@as_json_option
def undo(order: str, version: int | None, *, despite_mail: bool, as_json: bool) -> None:
    """Undo the last action on an order.

    Packing, a parcel, "ready", "collected" and a note can be undone, the latter three for a day. ORDER is the
    number or id of an order.
    """
    from bookshop.commands.fulfil import undo_last

    undo_last(order, version, despite_mail=despite_mail, as_json=as_json)


@click.command()
@click.argument("order")
@version_option
@as_json_option
def answered(order: str, version: int | None, *, as_json: bool) -> None:
    """Close the oldest open request of an order's shopper, once you have answered it.

    ORDER is the number or id of an order.
    """
    from bookshop.commands.fulfil import close_requests

    close_requests(order, version, as_json=as_json)


@click.command()
@click.option(
    "--paid-before",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only orders that were paid before this day.",
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, the oldest first.")
@click.option("--yes", "is_confirmed", is_flag=True, help="Record them without asking.")
@click.option("--dry-run", is_flag=True, help="Only show the orders.")
@as_json_option
def gone(
    paid_before: datetime, limit: int | None, *, is_confirmed: bool, dry_run: bool, as_json: bool
) -> None:
    """Record that old orders have left the shop, after a question, without a mail.

    These are the orders that were paid before the upgrade and count as packed
    since then. Those that are delivered are recorded as shipped, the others as collected.
    """
    from bookshop.commands.gone import record_old_orders

    record_old_orders(paid_before, limit, is_confirmed=is_confirmed, dry_run=dry_run, as_json=as_json)


FULFILMENT_COMMANDS = (pack, ship, ready, collected, arrived, delay, note, undo, answered, gone)
