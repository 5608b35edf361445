"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES = (Address("", "work.routes.today"),)
