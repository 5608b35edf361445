"""The account's balance: each movement of money is an object of its own."""

from bookshop.simulator.account import Account
from bookshop.simulator.objects.balance_transaction import Movement, new_balance_transaction
from bookshop.simulator.objects.base import StripeObject

DISPUTE_FEE_MINOR = 1500
CHARGE_FEE_PER_MILLE, CHARGE_FEE_MINOR = 29, 30


def move(account: Account, source: StripeObject, movement: Movement) -> StripeObject:
    return account.add(new_balance_transaction(source, movement, account.clock.now()))


def move_charge(account: Account, charge: StripeObject, amount: int) -> str:
    """Move a captured charge to the balance, less Stripe's fee; return the transaction's id."""
    fee = min(amount, amount * CHARGE_FEE_PER_MILLE // 1000 + CHARGE_FEE_MINOR)
    movement = Movement("charge", "charge", amount, fee, charge["description"])
    return str(move(account, charge, movement)["id"])


def move_refund(account: Account, refund: StripeObject) -> str:
    """Move a refund out of the balance; return the transaction's id."""
    movement = Movement("refund", "refund", -refund["amount"], 0, "REFUND FOR CHARGE")
    return str(move(account, refund, movement)["id"])


def return_refund(account: Account, refund: StripeObject) -> str:
    """Return a failed refund to the balance; return the transaction's id."""
    movement = Movement("refund_failure", "refund_failure", refund["amount"], 0, "REFUND FAILURE")
    return str(move(account, refund, movement)["id"])


def withdraw_disputed(account: Account, dispute: StripeObject) -> StripeObject:
    """Move the disputed money and a fee out of the balance."""
    text = f"Chargeback withdrawal for {dispute['charge']}"
    movement = Movement("adjustment", "dispute", -dispute["amount"], DISPUTE_FEE_MINOR, text)
    return move(account, dispute, movement)


def reinstate_disputed(account: Account, dispute: StripeObject) -> StripeObject:
    """Return the money of a dispute that was won, but not the fee."""
    text = f"Chargeback reversal for {dispute['charge']}"
    movement = Movement("adjustment", "dispute_reversal", dispute["amount"], 0, text)
    return move(account, dispute, movement)
