"""`bookshop staff`: people who work in the office."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from bookshop.commands.actor import find_actor
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.runner import run_with_database
from bookshop.settings import Settings, settings_or_exit
from bookshop.staff.manage_staff import LastOwner, NameTaken, add_staff, remove_staff, reset_staff
from bookshop.staff.member import Member, Role, find_name_error
from bookshop.staff.overview_store import Overview, list_overview
from bookshop.staff.store import find_member

T = TypeVar("T")
NO_STAFF = "Nobody can sign in yet. Add an owner: bookshop staff add NAME --role owner"
NAME_ERRORS = {
    "empty": "The name is empty.",
    "long": "The name is too long. Use at most 60 characters.",
    "odd": "The name has characters that cannot be printed.",
}


def add_person(name: str, role: str) -> None:
    """Add a member of staff and print the link."""
    settings = settings_or_exit()
    if error := find_name_error(name):
        raise click.ClickException(NAME_ERRORS[error])
    now = datetime.now(UTC)
    try:
        token = run(settings, lambda db: add_staff(db, name, Role(role), cli_actor(), now))
    except NameTaken:
        raise click.ClickException(
            f"There is {name} already. To let them sign in again: bookshop staff reset {name!r}"
        ) from None
    echo_link(settings, name, token)


def reset_person(name: str) -> None:
    """Delete how a member of staff signs in and print a link."""
    settings = settings_or_exit()
    now = datetime.now(UTC)
    token = run(settings, lambda db: reset_staff(db, find_or_exit(db, name), cli_actor(), now))
    echo_link(settings, name, token)


def remove_person(name: str) -> None:
    """Remove a member of staff."""
    now = datetime.now(UTC)
    try:
        run(settings_or_exit(), lambda db: remove_staff(db, find_or_exit(db, name), cli_actor(), now))
    except LastOwner:
        raise click.ClickException(
            f"{name} is the only owner. Add another one first: bookshop staff add NAME --role owner"
        ) from None
    click.echo(f"{name} can no longer sign in.")


def list_people(*, as_json: bool) -> None:
    """Print the members of staff and how they sign in."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)
    people = run_with_database(settings, lambda database: database.read(list_overview))
    if as_json:
        echo_json([person_to_json(person) for person in people])
        return
    if not people:
        click.echo(NO_STAFF)
        return
    echo_table(
        ("NAME", "ROLE", "SIGNS IN WITH", "LAST SEEN"),
        [
            (
                person.member.name,
                person.member.role,
                describe_ways(person, zone),
                format_time(person.seen_at, zone) if person.seen_at else "-",
            )
            for person in people
        ],
    )


def describe_ways(person: Overview, zone: ZoneInfo) -> str:
    """Say how a member of staff signs in, or until when the link works by which to set it up."""
    ways = [
        f"{person.passkeys} passkey{'s' if person.passkeys > 1 else ''}" if person.passkeys else "",
        "password and app" if person.has_password else "",
        f"link until {format_time(person.link_until, zone)}" if person.link_until else "",
    ]
    return ", ".join(filter(None, ways)) or "-"


def person_to_json(person: Overview) -> dict[str, Any]:
    return {
        "name": person.member.name,
        "role": person.member.role,
        "has_password": person.has_password,
        "passkeys": person.passkeys,
        "recovery_codes": person.recovery_codes,
        "last_seen_at": person.seen_at.isoformat() if person.seen_at else None,
        "link_until": person.link_until.isoformat() if person.link_until else None,
    }


def find_or_exit(db: Connection, name: str) -> Member:
    """Return the member of staff with this name; raises ClickException."""
    if member := find_member(db, name):
        return member
    raise click.ClickException(f"There is no {name}. To see who there is: bookshop staff list")


def run(settings: Settings, work: Callable[[Connection], T]) -> T:
    return run_with_database(settings, lambda database: database.write(work))


def cli_actor() -> str:
    """Return who did it, as the office shows it."""
    return f"cli:{find_actor()}"


def echo_link(settings: Settings, name: str, token: str) -> None:
    click.echo(f"{name} chooses how to sign in here, within an hour:")
    click.echo(welcome_address(settings, token))


def welcome_address(settings: Settings, token: str) -> str:
    return f"{settings.shop_url}/office/welcome/{token}"
