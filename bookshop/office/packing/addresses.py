"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES: tuple[Address, ...] = (
    Address("/orders/<order_id>/packing", "packing.routes.show"),
    Address("/orders/<order_id>/packing", "packing.routes.scan", "POST"),
    Address("/orders/<order_id>/packing/out", "packing.routes.take_out", "POST"),
    Address("/orders/<order_id>/packing/pack", "packing.routes.pack", "POST"),
)
