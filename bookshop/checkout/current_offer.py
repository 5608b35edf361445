"""What the shopper of this request can buy."""

from bookshop.basket.basket import Basket
from bookshop.basket.session import load_basket
from bookshop.checkout.actors import current_actors
from bookshop.checkout.context import Checkout
from bookshop.checkout.offer import CheckoutOffer, load_offer
from bookshop.trade.isbn import parse_isbn


async def load_current_offer(checkout: Checkout, item: str, token: str) -> CheckoutOffer:
    """Price one book, or the basket when `item` is empty."""
    basket = Basket({parse_isbn(item) or "": 1}) if item else load_basket()
    shopper_hash = current_actors(checkout.settings.signing_key, token).shopper
    return await checkout.database.read(
        load_offer, basket, token, checkout.settings.shop_delivery_fee, shopper_hash
    )
