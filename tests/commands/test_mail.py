"""`bookshop mail`."""

import json

from sqlalchemy import Connection

from bookshop.mail.mail import Mail, MailState
from bookshop.mail.mail_list import list_mails
from bookshop.orders.order import Order
from bookshop.schema import mails
from tests.commands.shop import CommandShop


async def a_paid_order(shop: CommandShop) -> tuple[Order, Mail, Mail]:
    """Pay an order; return it with its confirmation and the mail to the shop."""
    order = await shop.apply_update(await shop.place(intent_id="pi_1"))
    new_order, confirmation = await shop.database.read(list_mails, order_id=order.id)
    return order, confirmation[0], new_order[0]


async def set_mail(shop: CommandShop, mail: Mail, **values: object) -> None:
    def change(db: Connection) -> None:
        db.execute(mails.update().where(mails.c.id == mail.id).values(**values))

    await shop.database.write(change)


async def test_mails_are_listed_newest_first_without_their_text(shop: CommandShop) -> None:
    order, confirmation, new_order = await a_paid_order(shop)
    await set_mail(shop, new_order, state=MailState.FAILED, tries=2, error="550 unknown\033[2J")
    done = shop.run("mail")
    assert done.stderr == ""
    head, first, second = done.stdout.splitlines()
    assert head.split() == ["MAIL", "STATE", "KIND", "ORDER", "WHEN", "TRIES", "ERROR"]
    assert first.split()[:4] == [str(new_order.id), "failed", "new_order", str(order.number)]
    assert first.endswith("2      550 unknown?[2J")
    assert second.split()[:4] == [str(confirmation.id), "queued", "confirmation", str(order.number)]
    for filters, found in (
        (["--state", "failed"], [new_order.id]),
        (["--kind", "confirmation"], [confirmation.id]),
        (["--order", str(order.number), "--limit", "1"], [new_order.id]),
        (["--order", order.id], [new_order.id, confirmation.id]),
    ):
        assert [each["id"] for each in shop.read("mail", *filters)] == found
    assert order.token not in done.stdout + json.dumps(shop.read("mail"))


async def test_a_mail_is_shown_as_it_would_be_and_as_it_was_sent(shop: CommandShop) -> None:
    order, confirmation, _ = await a_paid_order(shop)
    shown = shop.run("mail", str(confirmation.id)).stdout
    assert f"To:       {order.email}\nSubject:  Order {order.number} – Bookshop\n" in shown
    assert f"\n\nThank you, {order.name}.\n" in shown
    assert shop.run("mail", str(confirmation.id), "--html").stdout.startswith("<!doctype html>")
    await set_mail(shop, confirmation, recipient="a@b.example", subject="S", plain="Sent so.\n", html="<p>")
    shown = shop.run("mail", str(confirmation.id)).stdout
    assert shown == "State:    queued\nTo:       a@b.example\nSubject:  S\n\nSent so.\n"
    as_json = shop.read("mail", str(confirmation.id))
    assert (as_json["to"], as_json["plain"], as_json["html"]) == ("a@b.example", "Sent so.\n", "<p>")


async def test_a_finished_mail_is_sent_again_and_a_waiting_one_is_kept(shop: CommandShop) -> None:
    _, confirmation, _ = await a_paid_order(shop)
    number = str(confirmation.id)
    refused = shop.run("mail", number, "--resend")
    assert refused.returncode == 1
    assert f"Mail {number} is queued, so it is still being sent." in refused.stderr
    assert shop.run("mail", number, "--keep").stdout == f"Mail {number} is kept, and not sent.\n"
    assert shop.read("mail", number)["state"] == "kept"
    await set_mail(
        shop, confirmation, state=MailState.UNCERTAIN, tries=3, doubts=2, error="lost", due_at=None
    )
    assert shop.run("mail", number, "--resend").stdout == f"Mail {number} is queued again.\n"
    again = shop.read("mail", number)
    assert (again["state"], again["tries"], again["error"]) == ("queued", 0, "")
    assert again["due_at"]
    await set_mail(shop, confirmation, state=MailState.TRANSMITTING)
    for option in ("--resend", "--keep"):
        assert f"Mail {number} is transmitting" in shop.run("mail", number, option).stderr


async def test_a_mail_that_does_not_exist_is_an_error(shop: CommandShop) -> None:
    assert "No mail has the number 7" in shop.run("mail", "7").stderr
    assert "No mail has the number 7" in shop.run("mail", "7", "--resend").stderr
    assert "Give the number of a mail" in shop.run("mail", "--keep").stderr
    assert "only work without MAIL" in shop.run("mail", "7", "--state", "sent").stderr
