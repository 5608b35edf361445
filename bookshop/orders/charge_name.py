"""How a charge is named to shoppers."""

from bookshop.orders.order import Charge

# https://docs.stripe.com/api/charges/object#charge_object-payment_method_details-card-brand
CARDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
METHODS = {
    "alipay": "Alipay",
    "amazon_pay": "Amazon Pay",
    "grabpay": "GrabPay",
    "ideal": "iDEAL",
    "klarna": "Klarna",
    "link": "Link",
    "paynow": "PayNow",
    "paypal": "PayPal",
    "revolut_pay": "Revolut Pay",
    "wechat_pay": "WeChat Pay",
}


def charge_name(charge: Charge | None) -> str:
    """Return what an order was paid with, such as "Visa ending 4242"; empty if it is not known."""
    if not charge:
        return ""
    if charge.last4:
        return f"{CARDS.get(charge.brand, 'card')} ending {charge.last4}"
    return METHODS.get(charge.method, "")
