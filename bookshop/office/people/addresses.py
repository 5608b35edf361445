"""The addresses of this folder."""

from bookshop.office.route import Access, Route

ADDRESSES = (
    Route("/shortcuts", "people.shortcuts.change", "POST"),
    Route("/confirm", "people.confirm_routes.send", "POST", Access.SELLER_PROVED),
    Route("/confirm/passkey", "people.confirm_routes.options"),
    Route("/account", "people.account_routes.show"),
    Route("/account/passkeys/new", "people.passkey_routes.options"),
    Route("/account/passkeys", "people.passkey_routes.add", "POST", Access.SELLER_PROVED),
    Route("/account/passkeys/<passkey_id>/name", "people.passkey_routes.rename", "POST"),
    Route(
        "/account/passkeys/<passkey_id>/remove", "people.passkey_routes.remove", "POST", Access.SELLER_PROVED
    ),
    Route("/account/password", "people.password_routes.show", access=Access.SELLER_PROVED),
    Route("/account/password", "people.password_routes.send", "POST", Access.SELLER_PROVED),
    Route("/account/app", "people.app_routes.show", access=Access.SELLER_PROVED),
    Route("/account/app", "people.app_routes.send", "POST", Access.SELLER_PROVED),
    Route("/account/recovery-codes", "people.code_routes.renew", "POST", Access.SELLER_PROVED),
    Route("/account/sessions/end", "people.session_routes.end", "POST"),
    Route("/account/sessions/end-others", "people.session_routes.end_others", "POST"),
    Route("/staff", "people.staff_routes.show", access=Access.OWNER),
    Route("/staff", "people.staff_routes.add", "POST", Access.OWNER_PROVED),
    Route("/staff/<staff_id>/role", "people.staff_routes.change_role", "POST", Access.OWNER_PROVED),
    Route("/staff/<staff_id>/link", "people.staff_routes.reset", "POST", Access.OWNER_PROVED),
    Route("/staff/<staff_id>/remove", "people.staff_routes.remove", "POST", Access.OWNER_PROVED),
    Route("/staff/refund-limit", "people.staff_routes.change_refund_limit", "POST", Access.OWNER_PROVED),
)
