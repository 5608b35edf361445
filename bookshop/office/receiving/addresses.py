"""The addresses of this folder."""

from bookshop.office.route import Route

ADDRESSES: tuple[Route, ...] = (
    Route("/receiving", "receiving.routes.show"),
    Route("/receiving", "receiving.routes.scan", "POST"),
    Route("/receiving/back", "receiving.routes.take_back", "POST"),
    Route("/to-order", "receiving.to_order_routes.show"),
    Route("/to-order.csv", "receiving.to_order_routes.download"),
    Route("/to-order/ordered", "receiving.to_order_routes.mark_ordered", "POST"),
)
