"""The addresses of this folder."""

from bookshop.office.address import Access, Address

ADDRESSES = (
    Address("/shortcuts", "people.shortcuts.change", "POST"),
    Address("/confirm", "people.confirm_routes.send", "POST", Access.SELLER_PROVED),
    Address("/confirm/passkey", "people.confirm_routes.options"),
    Address("/account", "people.account_routes.show"),
    Address("/account/passkeys/new", "people.passkey_routes.options"),
    Address("/account/passkeys", "people.passkey_routes.add", "POST", Access.SELLER_PROVED),
    Address("/account/passkeys/<passkey_id>/name", "people.passkey_routes.rename", "POST"),
    Address(
        "/account/passkeys/<passkey_id>/remove", "people.passkey_routes.remove", "POST", Access.SELLER_PROVED
    ),
    Address("/account/password", "people.password_routes.show", access=Access.SELLER_PROVED),
    Address("/account/password", "people.password_routes.send", "POST", Access.SELLER_PROVED),
    Address("/account/app", "people.app_routes.show", access=Access.SELLER_PROVED),
    Address("/account/app", "people.app_routes.send", "POST", Access.SELLER_PROVED),
    Address("/account/recovery-codes", "people.code_routes.renew", "POST", Access.SELLER_PROVED),
    Address("/account/sessions/end", "people.session_routes.end", "POST"),
    Address("/account/sessions/end-others", "people.session_routes.end_others", "POST"),
    Address("/staff", "people.staff_routes.show", access=Access.OWNER),
    Address("/staff", "people.staff_routes.add", "POST", Access.OWNER_PROVED),
    Address("/staff/<staff_id>/role", "people.staff_routes.change_role", "POST", Access.OWNER_PROVED),
    Address("/staff/<staff_id>/link", "people.staff_routes.reset", "POST", Access.OWNER_PROVED),
    Address("/staff/<staff_id>/remove", "people.staff_routes.remove", "POST", Access.OWNER_PROVED),
    Address("/staff/refund-limit", "people.staff_routes.change_refund_limit", "POST", Access.OWNER_PROVED),
)
