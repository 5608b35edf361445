"""The commands for the shop's staff."""

import click

from bookshop.cli_options import as_json_option


@click.group()
def staff() -> None:
    """Add people who work in the office, and let them back in.

    A link that a command prints works once, for one hour: with it a person chooses how to sign in.
    """


@staff.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["owner", "seller"]),
    help="Sellers work on orders, books and stock; owners do everything.",
)
def add(name: str, role: str) -> None:
    """Add a person and print their link."""
    from bookshop.commands.staff import add_person

    add_person(name, role)


@staff.command("list")
@as_json_option
def list_(*, as_json: bool) -> None:
    """List the people who can sign in."""
    from bookshop.commands.staff import list_people

    list_people(as_json=as_json)


@staff.command()
@click.argument("name")
def reset(name: str) -> None:
    """End a person's sessions, delete how they sign in, and print a new link."""
    from bookshop.commands.staff import reset_person

    reset_person(name)


@staff.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a person; their name stays on what they did."""
    from bookshop.commands.staff import remove_person

    remove_person(name)
