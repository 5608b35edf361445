"""Hash passwords with Argon2id, in a thread of its own."""

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bookshop.staff.password import is_too_long, normalize_password

# OWASP's parameters: 46 MiB and 60 ms a hash; one at a time bounds both
HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
# the shop's own thread goes first; with 19 it goes no faster, and a busy machine hashes for seconds
NICENESS = 5
# of a random password; verified for names that do not exist, so that they take as long
NO_HASH = "$argon2id$v=19$m=47104,t=1,p=1$6k+gQ6X6+JGd5BWV4Vsp4w$tugJPM2YBowJv8lkS7++i+cpoFrphyZNT8lkAdFup1c"


def yield_to_others() -> None:
    """Give this thread what the others leave; other systems than Linux set only whole processes."""
    if sys.platform == "linux":
        # a sandbox may forbid it: then staff sign in all the same
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


THREAD = ThreadPoolExecutor(1, "password", yield_to_others)


async def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    text = normalize_password(password)
    return await asyncio.get_running_loop().run_in_executor(THREAD, HASHER.hash, text)


async def verify_password(stored: str, password: str) -> bool:
    """Return whether this is the password; it takes as long where none is stored."""
    if is_too_long(password):
        return False
    text = normalize_password(password)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(THREAD, matches, stored or NO_HASH, text) and bool(stored)


def matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Return whether a password was hashed with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)
