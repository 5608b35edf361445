"""The addresses of this folder."""

from bookshop.office.address import Access, Address

ADDRESSES = (Address("/sign-in", "sign_in.routes.show", access=Access.OPEN),)
