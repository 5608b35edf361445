"""What `bookshop doctor` finds, seen from the process that serves the shop."""

from quart import request
from quart.typing import ResponseReturnValue

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.check_settings import describe_invalid
from bookshop.doctor.checks import list_checks
from bookshop.doctor.run_checks import run_checks
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.settings import InvalidSettings
from bookshop.settings.load import env_file, read_environment
from bookshop.staff.session import Session


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Run the checks; with `online`, those that need the network too."""
    is_online = "online" in request.args
    results = await find_results(office, is_online=is_online)
    return await office_page(
        office,
        session,
        "office/checks/checks.html",
        "checks",
        found=group_by_state(results),
        is_online=is_online,
    )


async def find_results(office: Office, *, is_online: bool) -> Results:
    """Run the checks, or return why the settings cannot be read."""
    try:
        environment = read_environment()
    except InvalidSettings as invalid:
        return describe_invalid(invalid, env_file())
    deployment = Deployment(office.settings, environment, env_file(), office.database)
    return await run_checks(deployment, list_checks(is_online=is_online))


def group_by_state(results: Results) -> dict[State, list[Result]]:
    """Return the results of each state, the worst first."""
    states = (State.PROBLEM, State.WARNING, State.SKIPPED, State.OK)
    return {state: [result for result in results if result.state is state] for state in states}
