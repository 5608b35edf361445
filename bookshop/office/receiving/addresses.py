"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES: tuple[Address, ...] = (
    Address("/receiving", "receiving.routes.show"),
    Address("/receiving", "receiving.routes.scan", "POST"),
    Address("/receiving/back", "receiving.routes.take_back", "POST"),
    Address("/to-order", "receiving.to_order_routes.show"),
    Address("/to-order.csv", "receiving.to_order_routes.download"),
    Address("/to-order/ordered", "receiving.to_order_routes.mark_ordered", "POST"),
)
