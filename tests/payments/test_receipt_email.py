"""Stripe mails a receipt only if the shop sends no mail, also while that setting changes."""

import re

import pytest

from bookshop.checkout.open_card_payment import resume_payment
from bookshop.checkout.open_hosted_payment import open_hosted_payment
from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import HostedPage, Intent
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import a_book, store_book
from tests.payments.stored_orders import find, store
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.processes import SIMULATOR_SECRET, Process

PAGE = HostedPage("https://books.example/paid", "https://books.example/back")


class Lossy(StripeGateway):
    """Stripe's account behind a network that loses the response to every new payment."""

    async def create_payment(self, order: Order, shop_id: str) -> Intent:
        await super().create_payment(order, shop_id)
        raise ProviderUnavailable

    async def create_hosted_payment(self, order: Order, shop_id: str, page: HostedPage) -> Intent:
        await super().create_hosted_payment(order, shop_id, page)
        raise ProviderUnavailable


@pytest.mark.parametrize("with_receipt", [True, False])
async def test_stripe_mails_a_receipt_only_if_the_shop_does_not(
    database: Database, simulator: Process, account: Account, with_receipt: bool
) -> None:
    gateway = StripeGateway(SECRET_KEY, (SIMULATOR_SECRET,), simulator.url, with_receipt=with_receipt)
    order = await store(database, await database.write(store_book, a_book()))
    await resume_payment(database, gateway, order)
    stored = await account.read((await find(database, order)).attempt.intent_id)
    assert stored["receipt_email"] == (order.email if with_receipt else None)
    await gateway.close()


@pytest.mark.parametrize("is_hosted", [False, True])
@pytest.mark.parametrize("with_receipt", [True, False])
async def test_the_setting_may_change_between_two_tries_of_a_payment(
    database: Database, simulator: Process, account: Account, with_receipt: bool, is_hosted: bool
) -> None:
    key, secrets = SECRET_KEY, (SIMULATOR_SECRET,)
    before = Lossy(key, secrets, simulator.url, with_receipt=with_receipt)
    after = StripeGateway(key, secrets, simulator.url, with_receipt=not with_receipt)
    order = await store(database, await database.write(store_book, a_book()))
    if is_hosted:
        with pytest.raises(ProviderUnavailable):
            await open_hosted_payment(database, before, order, PAGE)
        url = await open_hosted_payment(database, after, await find(database, order), PAGE)
        assert re.search(r"/cs_\w+", url)
    else:
        assert not (await resume_payment(database, before, order)).client_secret
        assert (await resume_payment(database, after, await find(database, order))).client_secret
    # the first payment is none of the shop's: no browser has ever had the means to pay it
    found = await find(database, order)
    assert found.attempt.version == (3 if is_hosted else 2)
    if not is_hosted:
        stored = await account.read(found.attempt.intent_id)
        assert stored["receipt_email"] == (None if with_receipt else order.email)
    await before.close()
    await after.close()
