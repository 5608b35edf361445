"""The addresses of this folder."""

from bookshop.office.address import Access, Address

ADDRESSES = (
    Address("/sign-in", "sign_in.routes.show", access=Access.OPEN),
    Address("/sign-in", "sign_in.routes.send", "POST", Access.OPEN),
    Address("/sign-in/passkey", "sign_in.passkey_routes.options", access=Access.OPEN),
    Address("/sign-in/passkey", "sign_in.passkey_routes.send", "POST", Access.OPEN),
    Address("/sign-out", "sign_in.sign_out_routes.show", access=Access.OPEN),
    Address("/sign-out", "sign_in.sign_out_routes.send", "POST", Access.OPEN),
    Address("/welcome/<token>", "sign_in.welcome_routes.show", access=Access.OPEN),
    Address("/welcome/<token>", "sign_in.welcome_routes.send", "POST", Access.OPEN),
    Address("/welcome/<token>/passkey", "sign_in.welcome_passkey_routes.options", access=Access.OPEN),
    Address("/welcome/<token>/passkey", "sign_in.welcome_passkey_routes.send", "POST", Access.OPEN),
)
