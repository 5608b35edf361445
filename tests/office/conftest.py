"""A seller and an owner who have signed in."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.staff.member import Role
from bookshop.staff.session_store import add_session
from bookshop.staff.store import add_member
from tests.office.staff_client import StaffClient

SignIn = Callable[[str, Role], StaffClient]


async def sign_in(shop: Shop, database: Database, name: str, role: Role) -> StaffClient:
    """Add a member of staff who has just signed in."""
    now = datetime.now(UTC)
    member = await database.write(add_member, name, role, now)
    token = await database.write(add_session, member.id, "password", now)
    client = shop.test_client()
    client.set_cookie("localhost", "staff", token)
    return StaffClient(client, member)


@pytest.fixture
async def owner(shop: Shop, database: Database) -> StaffClient:
    return await sign_in(shop, database, "Mei", Role.OWNER)


@pytest.fixture
async def seller(shop: Shop, database: Database) -> StaffClient:
    return await sign_in(shop, database, "Ana", Role.SELLER)
