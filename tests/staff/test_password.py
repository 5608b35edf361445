"""Passwords: which are refused, and how they are hashed."""

import unicodedata

import pytest
from argon2 import extract_parameters

from bookshop.staff.hash_password import HASHER, NO_HASH, hash_password, needs_rehash, verify_password
from bookshop.staff.password import MAX_PASSWORD_BYTES, find_password_error

WORDS = ("Mei Tan", "Awning Books")


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("", "short"),
        ("x7$kq9!mz2b", "short"),
        ("seven green lamps at noon", ""),
        ("ポケットの中の青い鳥は歌う", ""),
        ("aaaaaaaaaaaaaaaa", "guessable"),
        ("passwordpassword", "guessable"),
        ("qwertyuiop123", "guessable"),
        ("Mei Tan 2026", "guessable"),
        ("awning books", "guessable"),
        ("ü" * (MAX_PASSWORD_BYTES // 2 + 1), "long"),
    ],
)
def test_passwords_that_are_short_or_known_are_refused(password: str, error: str) -> None:
    assert find_password_error(password, WORDS) == error


async def test_the_same_keys_are_the_same_password() -> None:
    stored = await hash_password(unicodedata.normalize("NFC", "Bücher für Mütter"))
    assert await verify_password(stored, unicodedata.normalize("NFD", "Bücher für Mütter"))
    assert not await verify_password(stored, "Bucher fur Mutter")
    assert not needs_rehash(stored)


async def test_a_name_without_a_password_takes_as_long() -> None:
    assert extract_parameters(NO_HASH) == extract_parameters(HASHER.hash("x"))
    assert not await verify_password("", "seven green lamps at noon")


async def test_a_long_password_is_refused_before_it_is_hashed() -> None:
    password = "x" * (MAX_PASSWORD_BYTES + 1)
    assert not await verify_password(HASHER.hash(password), password)
