"""Browsers in which staff have signed in, encrypted secrets, and codes."""

from datetime import UTC, datetime

import pytest
from pyotp import TOTP

from bookshop.staff.encrypt import decrypt, encrypt
from bookshop.staff.known_browser import MAX_STAFF, KnownBrowser, read_known, remember, write_known
from bookshop.staff.recovery_codes import CODE_COUNT, hash_code, new_codes
from bookshop.staff.totp import app_address, derive_secret, find_time_step

OLD, NEW = "the key of last year", "the key of this year"
NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


def test_a_browser_is_known_to_those_who_signed_in_in_it() -> None:
    browser = remember(remember(None, "mei"), "ana")
    assert browser.staff == ("mei", "ana")
    assert remember(browser, "mei") == KnownBrowser(browser.id, ("ana", "mei"))
    for number in range(30):
        browser = remember(browser, f"staff {number}")
    assert len(browser.staff) == MAX_STAFF


def test_a_browser_cannot_make_itself_known() -> None:
    browser = KnownBrowser("id", ("mei",))
    cookie = write_known([OLD], browser)
    assert read_known([OLD], cookie) == browser
    assert read_known([NEW, OLD], cookie) == browser
    assert read_known([NEW], cookie) is None
    for forged in ("", "x", cookie[:-1], cookie.replace("W", "X", 1), "[]"):
        assert read_known([OLD], forged) is None


def test_secrets_are_encrypted_with_the_first_key() -> None:
    encrypted = encrypt([OLD], "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in encrypted
    assert decrypt([NEW, OLD], encrypted) == "JBSWY3DPEHPK3PXP"
    assert decrypt([NEW], encrypted) == decrypt([NEW], "no token") == ""
    assert decrypt([NEW], encrypt([NEW, OLD], "x")) == "x"


@pytest.mark.parametrize(
    ("offset", "is_accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_codes_of_the_last_and_next_half_minute_are_accepted(offset: int, is_accepted: bool) -> None:
    secret = derive_secret(OLD, "link")
    code = TOTP(secret).at(NOW, counter_offset=offset)
    step = find_time_step(secret, f"{code[:3]} {code[3:]}", NOW)
    assert (step is not None) == is_accepted
    if step is not None:
        assert find_time_step(secret, code, NOW, step) is None


@pytest.mark.parametrize("code", ["", "123", "abcdef", "١٢٣٤٥٦", "0" * 1000])
def test_odd_codes_are_wrong(code: str) -> None:
    assert find_time_step(derive_secret(OLD, "link"), code, NOW) is None


def test_each_link_has_its_own_secret() -> None:
    assert derive_secret(OLD, "a") == derive_secret(OLD, "a")
    assert len({derive_secret(key, purpose) for key in (OLD, NEW) for purpose in "ab"}) == 4
    address = app_address(derive_secret(OLD, "a"), "Mei Tan", "Awning Books")
    assert address.startswith("otpauth://totp/Awning%20Books:Mei%20Tan?secret=")


def test_recovery_codes_differ_and_are_hashed_for_one_person() -> None:
    codes = new_codes()
    assert len(set(codes)) == CODE_COUNT
    assert all(len(code) == 11 for code in codes)
    assert hash_code("mei", codes[0]) == hash_code("mei", f" {codes[0].replace('-', ' ').upper()} ")
    assert len({hash_code(staff, code) for staff in ("mei", "ana") for code in codes}) == 2 * CODE_COUNT
