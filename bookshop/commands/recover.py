"""`bookshop recover`: compare a restored database with Stripe, and list missing orders."""

from dataclasses import asdict
from datetime import UTC, datetime

import click

from bookshop.commands.output import echo_json, echo_table
from bookshop.commands.runner import run_with_stripe
from bookshop.database import Database
from bookshop.payments.gateway import Gateway
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.recover_from_stripe import Recovery, recover_from_stripe
from bookshop.recovery.recovery_store import FIRST_YEAR, find_last_since
from bookshop.settings import settings_or_exit


def recover(since: datetime | None, *, as_json: bool) -> None:
    """Compare the database with Stripe, and print what was found."""
    moment = since.replace(tzinfo=UTC) if since else None
    if moment and not FIRST_YEAR <= moment <= datetime.now(UTC):
        # it would be stored, and no order gets a number before Stripe has responded
        raise click.BadParameter("It must be after 2010 and not in the future.", param_hint="--since")
    recovery = run_with_stripe(
        settings_or_exit(), lambda database, gateway: compare_since(database, gateway, moment)
    )
    if as_json:
        echo_json(to_json(recovery))
    else:
        echo_recovery(recovery)


async def compare_since(database: Database, gateway: Gateway, since: datetime | None) -> Recovery:
    """Compare the database with Stripe since then, or since the last backup that was restored."""
    moment = since or await database.read(find_last_since)
    if moment is None:
        raise click.ClickException(
            "This database was not restored by Bookshop. Give the time of its backup, such as "
            "--since 2026-11-29T17:00."
        )
    return await recover_from_stripe(database, gateway, moment)


def echo_recovery(recovery: Recovery) -> None:
    """Print the missing orders, and what was brought in line."""
    if recovery.lost:
        echo_table(
            ("PAID AT", "AMOUNT", "REFUNDED", "NAME", "E-MAIL", "BOOKS", "PAYMENT"),
            [
                (
                    f"{lost.paid_at:%Y-%m-%d %H:%M}",
                    str(lost.amount),
                    str(lost.refunded),
                    lost.name,
                    lost.email,
                    lost.books,
                    lost.intent_id,
                )
                for lost in recovery.lost
            ],
        )
    click.echo(
        f"Payments since {recovery.since:%Y-%m-%d %H:%M} UTC that the backup does not have: "
        f"{recovery.payments}. Orders of the backup that were paid since: {recovery.paid}. "
        f"Missing orders: {len(recovery.lost)}."
    )
    if recovery.lost:
        click.echo("Send or refund each missing order: the office lists them under /office/lost.")
    if recovery.unknown:
        click.echo(f"Payments that Stripe does not know: {recovery.unknown}.")


def to_json(recovery: Recovery) -> dict[str, object]:
    """Return the recovery with its missing orders."""
    return {
        **asdict(recovery),
        "since": recovery.since.isoformat(),
        "lost": [lost_to_json(lost) for lost in recovery.lost],
    }


def lost_to_json(lost: LostOrder) -> dict[str, object]:
    return {
        "payment": lost.intent_id,
        "charge": lost.charge_id,
        "status": lost.status,
        "paid_at": lost.paid_at.isoformat(),
        "amount_minor": lost.amount.minor,
        "refunded_minor": lost.refunded.minor,
        "currency": lost.amount.currency,
        "name": lost.name,
        "email": lost.email,
        "address": lost.address,
        "books": lost.books,
        "dispute": lost.dispute,
    }
