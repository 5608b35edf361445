"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES = (
    Address("/bulk/pack", "bulk.routes.pack_chosen", "POST"),
    Address("/bulk/ready", "bulk.routes.make_chosen_ready", "POST"),
    Address("/bulk/undo", "bulk.routes.undo_chosen", "POST"),
    Address("/bulk/results", "bulk.routes.results"),
    Address("/bulk/ship", "bulk.ship_routes.show"),
    Address("/bulk/ship", "bulk.ship_routes.ship_rows", "POST"),
)
