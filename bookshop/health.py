"""Health checks for process supervisors and load balancers."""

from functools import partial

from quart import Blueprint, jsonify
from quart.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database import Database, DatabaseUnavailable, Fault
from bookshop.migrations import is_current
from bookshop.payments.gateway import Gateway


def blueprint(database: Database, gateway: Gateway) -> Blueprint:
    """Mount the health checks."""
    routes = Blueprint("health", __name__)
    routes.add_url_rule("/healthz", "live", live)
    routes.add_url_rule("/readyz", "ready", partial(ready, database, gateway))
    return routes


async def live() -> ResponseReturnValue:
    """Respond as long as the process runs."""
    return jsonify(alive=True)


async def ready(database: Database, gateway: Gateway) -> ResponseReturnValue:
    """Respond with 200 if the process can serve, else with the fault of its database.

    Stripe's state is reported and has little influence: without Stripe the catalogue still works. Only a key
    that has never been accepted means that this process was started with wrong settings.
    """
    fault = await find_fault(database)
    is_ready = not fault and gateway.key_state.is_usable
    stripe = "reachable" if gateway.is_reachable else "unreachable"
    if gateway.key_state.is_rejected:
        stripe = "key rejected"
    return jsonify(ready=is_ready, database=fault or "ok", stripe=stripe), 200 if is_ready else 503


async def find_fault(database: Database) -> str:
    """Return what keeps the database from being used: a Fault, "schema", or empty."""
    if fault := await database.check():
        return fault
    try:
        return "" if await database.read(is_current) else "schema"
    except DatabaseUnavailable as error:
        return error.fault
    except SQLAlchemyError:
        return Fault.BROKEN
