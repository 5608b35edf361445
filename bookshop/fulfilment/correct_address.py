"""Correct to whom and where the next parcel of an order goes."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bookshop.addresses.address import Address
from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.copies import OPEN_STATES, count_copies
from bookshop.fulfilment.rules import NotAllowed, Standing
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import set_recipient


class Recipient(NamedTuple):
    """The name and the address on a parcel."""

    name: str
    address: Address

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "address": asdict(self.address)}


def correct_address(
    db: Connection, order_id: str, version: int, recipient: Recipient, *, actor: str, now: datetime
) -> Entry:
    """Correct the name and the address, but not the country; raises NotAllowed, OrderChanged."""
    standing = begin_action(db, order_id, version)
    before = check_correction(standing)
    if recipient.address.country != before.address.country:
        raise NotAllowed("The country cannot be changed: what the delivery costs depends on it.")
    if recipient == before:
        raise NotAllowed("This is the address that the order has already.")
    set_recipient(db, standing.order, *recipient)
    details = {"before": before.to_json(), "after": recipient.to_json()}
    return record_action(db, standing, Action.ADDRESS, (), actor=actor, now=now, details=details)


def check_correction(standing: Standing) -> Recipient:
    """Return the address of which a parcel has yet to leave; raises NotAllowed."""
    order = standing.order
    if order.address is None:
        raise NotAllowed("The shopper collects this order in the shop. It has no address.")
    if order.payment is not PaymentState.PAID:
        raise NotAllowed("This order is not paid. Until then only the shopper can change its address.")
    if not count_copies(standing.copies, *OPEN_STATES):
        raise NotAllowed("Nothing more is sent to this address: all copies have left, or were cancelled.")
    return Recipient(order.name, order.address)


def restore_address(db: Connection, order: Order, details: Mapping[str, Any]) -> None:
    """Write the address that a correction has replaced."""
    before = details["before"]
    set_recipient(db, order, before["name"], Address(**before["address"]))
