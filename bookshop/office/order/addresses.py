"""The addresses of this folder."""

from bookshop.office.route import Route

ORDER = "/orders/<order_id>"
ADDRESSES = (
    Route(ORDER, "order.routes.show"),
    Route(f"{ORDER}/pack", "order.actions.pack_copies", "POST"),
    Route(f"{ORDER}/ready", "order.actions.set_ready", "POST"),
    Route(f"{ORDER}/collected", "order.actions.hand_over", "POST"),
    Route(f"{ORDER}/note", "order.actions.write_note", "POST"),
    Route(f"{ORDER}/undo", "order.actions.undo_last", "POST"),
    Route(f"{ORDER}/ship", "order.ship_routes.show"),
    Route(f"{ORDER}/ship", "order.ship_routes.send", "POST"),
    Route(f"{ORDER}/refund", "order.refund_routes.show"),
    Route(f"{ORDER}/refund", "order.refund_routes.send", "POST"),
    Route(f"{ORDER}/refund/preview", "order.refund_routes.preview", "POST"),
    Route(f"{ORDER}/cancel", "order.cancel_routes.show"),
    Route(f"{ORDER}/cancel", "order.cancel_routes.send", "POST"),
    Route(f"{ORDER}/cancel/preview", "order.cancel_routes.preview", "POST"),
    Route(f"{ORDER}/resend", "order.actions.resend_again", "POST"),
    Route(f"{ORDER}/close-request", "order.actions.close_one", "POST"),
    Route(f"{ORDER}/check", "order.check_routes.check", "POST"),
    Route(f"{ORDER}/address", "order.address_routes.show"),
    Route(f"{ORDER}/address", "order.address_routes.send", "POST"),
)
