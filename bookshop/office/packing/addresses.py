"""The addresses of this folder."""

from bookshop.office.route import Route

ADDRESSES: tuple[Route, ...] = (
    Route("/orders/<order_id>/packing", "packing.routes.show"),
    Route("/orders/<order_id>/packing", "packing.routes.scan", "POST"),
    Route("/orders/<order_id>/packing/out", "packing.routes.take_out", "POST"),
    Route("/orders/<order_id>/packing/pack", "packing.routes.pack", "POST"),
)
