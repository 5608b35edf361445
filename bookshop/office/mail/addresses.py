"""The addresses of this folder."""

from bookshop.office.route import Route

ADDRESSES = (
    Route("/mail", "mail.routes.show"),
    Route("/mail/<int:mail_id>", "mail.routes.read"),
    Route("/mail/<int:mail_id>/resend", "mail.routes.resend", "POST"),
)
