"""The addresses of this folder."""

from bookshop.office.route import Route

ADDRESSES = (
    Route("/print/slips", "printing.routes.slips"),
    Route("/print/pick-list", "printing.routes.pick_list"),
    Route("/print/labels", "printing.routes.labels"),
)
