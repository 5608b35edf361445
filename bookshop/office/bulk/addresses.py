"""The addresses of this folder."""

from bookshop.office.route import Route

ADDRESSES = (
    Route("/bulk/pack", "bulk.routes.pack_chosen", "POST"),
    Route("/bulk/ready", "bulk.routes.make_chosen_ready", "POST"),
    Route("/bulk/undo", "bulk.routes.undo_chosen", "POST"),
    Route("/bulk/results", "bulk.routes.results"),
    Route("/bulk/ship", "bulk.ship_routes.show"),
    Route("/bulk/ship", "bulk.ship_routes.ship_rows", "POST"),
)
