"""`bookshop mail`."""

import asyncio
import json
from subprocess import CompletedProcess

from sqlalchemy import Connection

from bookshop.mail.mail import Mail, MailState
from bookshop.mail.mail_list import list_mails
from bookshop.orders.order import Order
from bookshop.schema import mails
from tests.commands.shop import CommandShop
from tests.mail.mail_server import running_mail_server


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


async def test_a_waiting_mail_is_kept_back(shop: CommandShop) -> None:
    _, confirmation, _ = await a_paid_order(shop)
    number = str(confirmation.id)
    assert shop.run("mail", number, "--keep").stdout == f"Mail {number} is kept, and not sent.\n"
    assert shop.read("mail", number)["state"] == "kept"
    await set_mail(shop, confirmation, state=MailState.TRANSMITTING)
    assert f"Mail {number} is transmitting, so" in shop.run("mail", number, "--keep").stderr


async def test_a_finished_mail_is_sent_again_at_once(shop: CommandShop) -> None:
    _, confirmation, new_order = await a_paid_order(shop)
    number = str(confirmation.id)
    async with running_mail_server() as server:
        env = {"SMTP_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_FROM": "shop@books.example"}

        async def resend() -> CompletedProcess[str]:
            # the server answers in this thread
            return await asyncio.to_thread(shop.run, "mail", number, "--resend", **env)

        assert f"Mail {number} is queued: it is still being sent." in (await resend()).stderr
        await set_mail(shop, new_order, state=MailState.KEPT, due_at=None)
        lost = {"state": MailState.UNCERTAIN, "tries": 3, "doubts": 2, "error": "lost", "due_at": None}
        await set_mail(shop, confirmation, **lost)
        assert (await resend()).stdout == f"Mail {number} is sent to reader@example.com.\n"
        assert [message["Subject"] for message in server.messages] == ["Order 1001 – Bookshop"]
        server.faults["RCPT"] = ["450 Busy", "550 Unknown"]
        later = (await resend()).stdout
        assert f"Mail {number} could not be sent yet: " in later
        assert "450 Busy" in later
        await set_mail(shop, confirmation, **lost)
        refused = await resend()
        assert refused.returncode == 1
        assert f"Mail {number} is failed: " in refused.stderr
        assert len(server.messages) == 1
    assert "This shop sends no mail. Set SMTP_URL" in shop.run("mail", number, "--resend").stderr


async def test_a_mail_that_does_not_exist_is_an_error(shop: CommandShop) -> None:
    assert "No mail has the number 7" in shop.run("mail", "7").stderr
    assert "No mail has the number 7" in shop.run("mail", "7", "--keep").stderr
    assert "Give the number of a mail" in shop.run("mail", "--keep").stderr
    assert "only work without MAIL" in shop.run("mail", "7", "--state", "sent").stderr
