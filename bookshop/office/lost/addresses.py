"""The addresses of this folder."""

from bookshop.office.route import Access, Route

ADDRESSES = (
    Route("/lost", "lost.routes.show"),
    Route("/lost/<intent_id>/done", "lost.routes.close", "POST"),
    Route("/lost/<intent_id>/refund", "lost.routes.refund", "POST", Access.OWNER_PROVED),
)
