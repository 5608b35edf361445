"""The addresses of this folder."""

from bookshop.office.route import Access, Route

ADDRESSES = (Route("/checks", "checks.routes.show", access=Access.OWNER),)
