"""The payment method of a request: an id, an alias, or what a shopper entered."""

from datetime import UTC, datetime

from bookshop.simulator.account import Account
from bookshop.simulator.entered_card import EnteredCard, card_of_alias, read_card
from bookshop.simulator.errors import resource_missing
from bookshop.simulator.method_kinds import KIND_NAMES
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.objects.payment_method import describe_card, new_method
from bookshop.simulator.params import Params, check_nested_names, read_choice, read_object, read_text
from bookshop.simulator.payment_params import read_billing

METHOD_DATA = ("allow_redisplay", "billing_details", "type", *KIND_NAMES)
CARD_DATA = ("cvc", "exp_month", "exp_year", "number")


def find_method(account: Account, params: Params) -> StripeObject | None:
    """Return the payment method that was sent, or None; raises StripeError."""
    if name := read_text(params, "payment_method"):
        return account.objects("payment_method").get(name) or add_alias(account, name)
    data = read_object(params, "payment_method_data")
    if not data:
        return None
    check_nested_names(data, "payment_method_data", *METHOD_DATA)
    kind = read_choice({"type": "card", **data}, "type", KIND_NAMES)
    if kind == "card":
        return add_card(account, read_card_data(account, data), read_billing(data))
    return account.add(new_method(kind, {}, read_billing(data), account.clock.now()))


def read_card_data(account: Account, data: Params) -> EnteredCard:
    fields = read_object(data, "card")
    check_nested_names(fields, "payment_method_data[card]", *CARD_DATA)
    today = datetime.fromtimestamp(account.clock.now(), UTC)
    return read_card(fields, today.year, today.month)


def add_alias(account: Account, name: str) -> StripeObject:
    """Add the test card with an alias; raises StripeError if there is none."""
    card = card_of_alias(name, datetime.fromtimestamp(account.clock.now(), UTC).year)
    if card is None:
        raise resource_missing("PaymentMethod", name, status=400, param="payment_method")
    return add_card(account, card, read_billing({}))


def add_card(account: Account, card: EnteredCard, billing: StripeObject) -> StripeObject:
    method = account.add(new_method("card", describe_card(card), billing, account.clock.now()))
    account.card_numbers[method["id"]] = card.test.number
    return method
