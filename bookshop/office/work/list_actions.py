"""What can be done with several orders of a list at once."""

from typing import NamedTuple

from bookshop.office.work.order_list import ListName


class BulkAction(NamedTuple):
    """A button: its name, where it sends the chosen orders, and the letter that presses it."""

    name: str
    address: str
    method: str = "get"
    key: str = ""


PACK = BulkAction("Pack", "/office/bulk/pack", "post", "p")
SHIP = BulkAction("Ship", "/office/bulk/ship", "get", "s")
MAKE_READY = BulkAction("Ready to collect", "/office/bulk/ready", "post", "y")
SLIPS = BulkAction("Print slip", "/office/print/slips", "get", "l")
PICK_LIST = BulkAction("Pick list", "/office/print/pick-list")
LABELS = BulkAction("Labels", "/office/print/labels")
PRINTING = (SLIPS, PICK_LIST, LABELS)
ACTIONS = {
    ListName.TO_PACK: (PACK, SHIP, *PRINTING),
    ListName.TO_SHIP: (SHIP, SLIPS, LABELS),
    ListName.TO_MAKE_READY: (MAKE_READY, SLIPS),
    ListName.ALL: (SLIPS, PACK, SHIP, PICK_LIST, LABELS),
    ListName.UNPAID: (),
    ListName.CANCELLED: (),
}


def list_actions(name: ListName) -> tuple[BulkAction, ...]:
    """Return the actions of a list, the most likely first."""
    return ACTIONS.get(name, PRINTING)
