"""Find out who it is by a name, a password and a code.

An attempt counts as failed before its password is hashed, so that attempts at the same time wait as those one
after the other do. One that succeeds is forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.staff.accept_code import Method, accept_code
from bookshop.staff.actors import SignInActors, find_actors
from bookshop.staff.client import Client
from bookshop.staff.credential_store import Credentials, find_credentials, set_password
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.failure_store import delete_failures, delete_old_failures, lock_failures, set_failures
from bookshop.staff.hash_password import hash_password, needs_rehash, verify_password
from bookshop.staff.member import Member
from bookshop.staff.sign_in_delay import add_failure, take_back
from bookshop.staff.waiting import refuse_too_early

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """What was typed, where and when; `keys` are those of SECRET_KEY."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)
    client: Client
    keys: Sequence[str] = field(repr=False)
    at: datetime


class NoMatch(Exception):
    """Name, password and code do not belong together; which of them is wrong is not told."""


async def authenticate(
    database: Database, attempt: SignInAttempt, succeed: Callable[[Connection, Member, Method], T]
) -> T:
    """Call `succeed`, in the transaction that uses up the code, if all three match.

    Raises NoMatch or TooManyFailures.
    """
    found = await database.write(begin_attempt, attempt)
    stored = found.password_hash if found else ""
    is_right = await verify_password(stored, attempt.password)
    new_hash = await hash_password(attempt.password) if is_right and needs_rehash(stored) else ""

    def finish(db: Connection) -> tuple[T] | None:
        if not found:
            return None
        method = accept_code(db, found, attempt.code, attempt.keys, attempt.at) if is_right else None
        if not method:
            record_failure(db, attempt, found.member, is_right=is_right)
            return None
        forget_failures(db, attempt, found.member)
        if new_hash:
            set_password(db, found.member.id, new_hash)
        return (succeed(db, found.member, method),)

    result = await database.write(finish)
    if result is None:
        raise NoMatch
    return result[0]


def begin_attempt(db: Connection, attempt: SignInAttempt) -> Credentials | None:
    """Count an attempt as failed and return the credentials to compare; raises TooManyFailures."""
    now = attempt.at
    delete_old_failures(db, now)
    found = find_credentials(db, attempt.name)
    actors = actors_of(attempt, found.member if found else None)
    failures = lock_failures(db, [actor.hash for actor in actors.all], now)
    refuse_too_early(failures.values(), now)
    counted = [actor for actor in actors.all if actor is not actors.codes]
    set_failures(db, {actor.hash: add_failure(actor, failures[actor.hash].count, now) for actor in counted})
    return found


def actors_of(attempt: SignInAttempt, member: Member | None) -> SignInActors:
    return find_actors(attempt.keys, attempt.name, member, attempt.client)


def record_failure(db: Connection, attempt: SignInAttempt, member: Member, *, is_right: bool) -> None:
    """Show a failure to the person, and count a wrong code after the right password."""
    kind = StaffEventKind.WRONG_CODE if is_right else StaffEventKind.SIGN_IN_FAILED
    add_event(db, member.name, kind, attempt.at, actor="", network=attempt.client.network)
    codes = actors_of(attempt, member).codes
    if is_right and codes:
        count = lock_failures(db, [codes.hash], attempt.at)[codes.hash].count
        set_failures(db, {codes.hash: add_failure(codes, count, attempt.at)})


def forget_failures(db: Connection, attempt: SignInAttempt, member: Member) -> None:
    """Forget the failures for a name; its network loses only the one that was none."""
    actors = actors_of(attempt, member)
    delete_failures(db, [actor.hash for actor in (actors.name, actors.codes) if actor])
    if network := actors.network:
        failures = lock_failures(db, [network.hash], attempt.at)[network.hash]
        set_failures(db, {network.hash: take_back(failures, attempt.at)})
