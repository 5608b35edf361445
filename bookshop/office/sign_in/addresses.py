"""The addresses of this folder."""

from bookshop.office.route import Access, Route

ADDRESSES = (
    Route("/sign-in", "sign_in.routes.show", access=Access.OPEN),
    Route("/sign-in", "sign_in.routes.send", "POST", Access.OPEN),
    Route("/sign-in/passkey", "sign_in.passkey_routes.options", access=Access.OPEN),
    Route("/sign-in/passkey", "sign_in.passkey_routes.send", "POST", Access.OPEN),
    Route("/sign-out", "sign_in.sign_out_routes.show", access=Access.OPEN),
    Route("/sign-out", "sign_in.sign_out_routes.send", "POST", Access.OPEN),
    Route("/welcome/<token>", "sign_in.welcome_routes.show", access=Access.OPEN),
    Route("/welcome/<token>", "sign_in.welcome_routes.send", "POST", Access.OPEN),
    Route("/welcome/<token>/passkey", "sign_in.welcome_passkey_routes.options", access=Access.OPEN),
    Route("/welcome/<token>/passkey", "sign_in.welcome_passkey_routes.send", "POST", Access.OPEN),
)
