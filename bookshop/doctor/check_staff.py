"""Check that an owner can be there."""

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.staff.first_owner import has_owner

NAME = "Office"


async def check_staff(deployment: Deployment) -> Results:
    """Judge whether the shop has an owner."""
    if await deployment.database.read(has_owner):
        return [Result(NAME, State.OK, "The shop has an owner.")]
    why = "Nobody can sign in to the office: orders are not packed there."
    fix = "bookshop staff add NAME --role owner"
    return [Result(NAME, State.PROBLEM, "The shop has no owner.", why, fix)]
