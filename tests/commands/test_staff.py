"""`bookshop staff`."""

import re
from datetime import UTC, datetime

from bookshop.staff.event_store import list_events
from bookshop.staff.link_store import find_link
from tests.commands.shop import CommandShop

LINK = re.compile(r"http://localhost:5000/office/welcome/([\w-]{43})")


async def test_people_are_added_listed_reset_and_removed(shop: CommandShop) -> None:
    assert "bookshop staff add NAME --role owner" in shop.run("staff", "list").stdout
    added = LINK.findall(shop.run("staff", "add", "Mei Tan", "--role", "owner").stdout)
    shop.run("staff", "add", "Ana", "--role", "seller")
    reset = LINK.findall(shop.run("staff", "reset", "mei  tan").stdout)
    now = datetime.now(UTC)
    member = await shop.database.read(find_link, reset[0], now)
    assert member
    assert member.name == "Mei Tan"
    assert not await shop.database.read(find_link, added[0], now)
    listed = shop.read("staff", "list")
    assert [(each["name"], each["role"], each["has_password"]) for each in listed] == [
        ("Ana", "seller", False),
        ("Mei Tan", "owner", False),
    ]
    table = shop.run("staff", "list").stdout.splitlines()
    assert table[0].split("  ")[0] == "NAME"
    assert "link until" in table[1]
    assert shop.run("staff", "remove", "Ana").stdout == "Ana can no longer sign in.\n"
    assert [each["name"] for each in shop.read("staff", "list")] == ["Mei Tan"]
    events = await shop.database.read(list_events, "Ana")
    assert [event.kind for event in events] == ["removed", "added"]
    assert all(event.actor.startswith("cli:") for event in events)


async def test_what_cannot_be_done_is_explained_in_a_line(shop: CommandShop) -> None:
    shop.run("staff", "add", "Mei", "--role", "owner")
    for arguments, line in (
        (["add", "MEI", "--role", "seller"], "There is MEI already."),
        (["add", " ", "--role", "seller"], "The name is empty."),
        (["add", "x" * 61, "--role", "seller"], "at most 60 characters"),
        (["reset", "Ana"], "There is no Ana."),
        (["remove", "Ana"], "There is no Ana."),
        (["remove", "Mei"], "Mei is the only owner."),
    ):
        done = shop.run("staff", *arguments)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert line in done.stderr
    shop.run("staff", "add", "Ana", "--role", "owner")
    assert shop.run("staff", "remove", "Mei").returncode == 0
    assert shop.run("staff", "remove", "Ana").returncode == 1
