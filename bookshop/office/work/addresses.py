"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES = (
    Address("", "work.today_routes.show"),
    Address("/orders", "work.list_routes.show"),
    Address("/orders/newer", "work.list_routes.newer"),
    Address("/find", "work.find_routes.show"),
)
