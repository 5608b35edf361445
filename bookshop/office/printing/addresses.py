"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES = (
    Address("/print/slips", "printing.routes.slips"),
    Address("/print/pick-list", "printing.routes.pick_list"),
    Address("/print/labels", "printing.routes.labels"),
)
