"""The addresses of this folder."""

from bookshop.office.address import Address

ADDRESSES: tuple[Address, ...] = ()
