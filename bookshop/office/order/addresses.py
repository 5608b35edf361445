"""The addresses of this folder."""

from bookshop.office.address import Address

ORDER = "/orders/<order_id>"
ADDRESSES = (
    Address(ORDER, "order.routes.show"),
    Address(f"{ORDER}/pack", "order.actions.pack_copies", "POST"),
    Address(f"{ORDER}/ready", "order.actions.set_ready", "POST"),
    Address(f"{ORDER}/collected", "order.actions.hand_over", "POST"),
    Address(f"{ORDER}/note", "order.actions.write_note", "POST"),
    Address(f"{ORDER}/undo", "order.actions.undo_last", "POST"),
    Address(f"{ORDER}/ship", "order.ship_routes.show"),
    Address(f"{ORDER}/ship", "order.ship_routes.send", "POST"),
    Address(f"{ORDER}/refund", "order.refund_routes.show"),
    Address(f"{ORDER}/refund", "order.refund_routes.send", "POST"),
    Address(f"{ORDER}/refund/preview", "order.refund_routes.preview", "POST"),
    Address(f"{ORDER}/cancel", "order.cancel_routes.show"),
    Address(f"{ORDER}/cancel", "order.cancel_routes.send", "POST"),
    Address(f"{ORDER}/cancel/preview", "order.cancel_routes.preview", "POST"),
    Address(f"{ORDER}/resend", "order.actions.resend_again", "POST"),
    Address(f"{ORDER}/close-request", "order.actions.close_one", "POST"),
    Address(f"{ORDER}/check", "order.check_routes.check", "POST"),
    Address(f"{ORDER}/address", "order.address_routes.show"),
    Address(f"{ORDER}/address", "order.address_routes.send", "POST"),
)
