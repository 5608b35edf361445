"""The command that compares a restored database with Stripe."""

from datetime import datetime

import click

from bookshop.cli_options import as_json_option


@click.command()
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="When the backup was made, in UTC; without it, the moment that `bookshop restore` has stored.",
)
@as_json_option
def recover(since: datetime | None, *, as_json: bool) -> None:
    """Compare a restored database with Stripe.

    `bookshop restore` does this by itself; use this command if Stripe could not be reached then, or if a
    database was restored in another way. Orders of the backup are brought in line with what was paid,
    refunded or disputed since; orders that are missing are listed with what Stripe knows of them. Running it
    again changes nothing.
    """
    from bookshop.commands.recover import recover as recover_shop

    recover_shop(since, as_json=as_json)
