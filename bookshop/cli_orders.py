"""The commands that show orders and mail, and that pay money back."""

import click

from bookshop.cli_options import MESSAGE, as_json_option, lines_option, version_option
from bookshop.mail.mail import MailKind, MailState
from bookshop.orders.order_state import STATES
from bookshop.payments.refund_rules import ALLOWED_REASONS

MAX_INTEGER = 2**31 - 1
TO_DO = ("order", "pack", "ship", "collect", "review")


@click.command()
@click.argument("order", required=False)
@click.option("--state", type=click.Choice(STATES), help="List only orders in this state.")
@click.option(
    "--to-do",
    type=click.Choice(TO_DO),
    help="List only paid orders with copies to order, to pack or to ship, those to be collected, or orders "
    "that need a review; the oldest first.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Maximum number of orders."
)
@as_json_option
def orders(order: str | None, state: str | None, to_do: str | None, limit: int, *, as_json: bool) -> None:
    """List the newest orders, or show one.

    ORDER is the number or id of an order.
    """
    if order is None:
        from bookshop.commands.orders import list_orders

        if state and to_do:
            raise click.UsageError("Give either --state or --to-do.")
        list_orders(state or "", to_do or "", limit, as_json=as_json)
    elif state or to_do:
        raise click.UsageError("--state and --to-do only work without ORDER.")
    else:
        from bookshop.commands.show_order import show_order

        show_order(order, as_json=as_json)


@click.command()
@click.argument("order")
@lines_option
@click.option("--message", type=MESSAGE, default="", help="Your words to the shopper.")
@click.option(
    "--no-restock", "restock", flag_value=False, default=True, help="Leave packed copies off the shelf."
)
@click.option("--yes", "is_confirmed", is_flag=True, help="Cancel without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be cancelled.")
@version_option
@as_json_option
def cancel(
    order: str,
    lines: tuple[str, ...],
    message: str,
    version: int | None,
    *,
    restock: bool,
    is_confirmed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Cancel an order, or copies of it, after a question.

    What was paid for copies that have not left the shop goes back, and the shopper is told by mail. ORDER is
    the number or id of an order; an unpaid one is cancelled as a whole.
    """
    from bookshop.commands.cancel import cancel as cancel_order

    cancel_order(
        order,
        lines,
        message,
        version,
        restock=restock,
        is_confirmed=is_confirmed,
        dry_run=dry_run,
        as_json=as_json,
    )


@click.command()
@click.argument("order")
@click.option(
    "--amount", help="Amount, for example 4.00; without it and --line, everything not yet refunded."
)
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="ISBN[:QUANTITY]",
    help="Copies of a book; without QUANTITY, all that are not refunded yet. Repeatable.",
)
@click.option("--reason", type=click.Choice(ALLOWED_REASONS), help="Reason to give to Stripe.")
@click.option(
    "--restock/--no-restock",
    default=None,
    help="Take the copies back and put them into stock, or leave them where they are. Without either, only "
    "copies that have not left the shop are taken back.",
)
@click.option("--yes", "is_confirmed", is_flag=True, help="Refund without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be refunded.")
@version_option
@as_json_option
def refund(
    order: str,
    amount: str | None,
    lines: tuple[str, ...],
    reason: str | None,
    version: int | None,
    *,
    restock: bool | None,
    is_confirmed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Refund an order in whole or in part, after a question.

    ORDER is the number or id of an order. Exits with 1 if nothing was refunded.
    """
    from bookshop.commands.refund import RefundOptions
    from bookshop.commands.refund import refund as refund_order

    options = RefundOptions(amount, lines, reason or "", restock, version)
    refund_order(order, options, is_confirmed=is_confirmed, dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("order", required=False)
@click.option("--request", "request_id", default="", metavar="ID", help="A withdrawal that is about ORDER.")
@click.option("--close", "closed_id", default="", metavar="ID", help="Close a withdrawal without an order.")
@lines_option
@click.option(
    "--restock/--no-restock",
    default=None,
    help="The copies are back and for sale again, or stay where they are. Without either, only copies that "
    "have not left the shop are taken back.",
)
@click.option("--yes", "is_confirmed", is_flag=True, help="Refund without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be refunded, and by when.")
@as_json_option
def withdrawal(
    order: str | None,
    request_id: str,
    closed_id: str,
    lines: tuple[str, ...],
    *,
    restock: bool | None,
    is_confirmed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """List the open withdrawals, or refund the oldest one from an order and close it.

    A withdrawal from a whole order is refunded with its delivery. ORDER is the number or id of an order.
    """
    from bookshop.commands import withdrawal as commands

    if closed_id:
        commands.close_withdrawal(closed_id)
    elif order is None:
        if request_id or lines or is_confirmed or dry_run:
            raise click.UsageError("Give the number of an order, which `bookshop withdrawal` lists.")
        commands.list_withdrawals(as_json=as_json)
    else:
        commands.settle(
            order,
            request_id,
            lines,
            restock=restock,
            is_confirmed=is_confirmed,
            dry_run=dry_run,
            as_json=as_json,
        )


@click.command()
@click.argument("mail", required=False, type=click.IntRange(1, MAX_INTEGER))
@click.option(
    "--state", type=click.Choice([each.value for each in MailState]), help="List only mails in this state."
)
@click.option(
    "--kind", type=click.Choice([each.value for each in MailKind]), help="List only mails of this kind."
)
@click.option("--order", default="", help="List only mails about this order, by its number or id.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Maximum number of mails."
)
@click.option("--html", "as_html", is_flag=True, help="Print the mail's HTML instead of its plain text.")
@click.option("--resend", "action", flag_value="resend", help="Send MAIL again, with the text that it had.")
@click.option("--keep", "action", flag_value="keep", help="Do not send MAIL any more.")
@as_json_option
def mail(
    mail: int | None,
    state: str | None,
    kind: str | None,
    order: str,
    limit: int,
    action: str | None,
    *,
    as_html: bool,
    as_json: bool,
) -> None:
    """List the newest mails, show one, send it again or keep it back.

    MAIL is the number of a mail in the list. A mail that was not sent yet is shown as it would be.
    """
    from bookshop.commands import mail as commands

    if mail is None:
        if action or as_html:
            raise click.UsageError("Give the number of a mail, which `bookshop mail` lists.")
        commands.show_mails(state or "", kind or "", order, limit, as_json=as_json)
    elif state or kind or order:
        raise click.UsageError("--state, --kind and --order only work without MAIL.")
    elif action:
        {"resend": commands.resend, "keep": commands.keep}[action](mail)
    else:
        commands.show_mail(mail, as_html=as_html, as_json=as_json)


ORDER_COMMANDS = (orders, cancel, refund, withdrawal, mail)
