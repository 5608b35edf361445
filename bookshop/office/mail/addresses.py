"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES = (
    Address("/mail", "mail.routes.show"),
    Address("/mail/<int:mail_id>", "mail.routes.read"),
    Address("/mail/<int:mail_id>/resend", "mail.routes.resend", "POST"),
)
