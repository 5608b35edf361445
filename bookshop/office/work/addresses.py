"""The addresses of this folder."""

from bookshop.office.route import Route

ADDRESSES = (
    Route("", "work.today_routes.show"),
    Route("/orders", "work.list_routes.show"),
    Route("/orders/newer", "work.list_routes.newer"),
    Route("/find", "work.find_routes.show"),
)
