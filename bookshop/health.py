"""Health checks for process supervisors and load balancers."""

from datetime import UTC, datetime
from functools import partial

from quart import Blueprint, jsonify, request
from quart.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database import Database, DatabaseUnavailable, Fault
from bookshop.mail.mail_health import mail_health
from bookshop.mail.sending_store import find_oldest_unsent
from bookshop.migrations import may_serve
from bookshop.payments.gateway import Gateway
from bookshop.web.client_network import network_of


def blueprint(database: Database, gateway: Gateway, *, sends_mail: bool) -> Blueprint:
    """Mount the health checks."""
    routes = Blueprint("health", __name__)
    routes.add_url_rule("/healthz", "live", live)
    routes.add_url_rule("/readyz", "ready", partial(ready, database, gateway, sends_mail=sends_mail))
    return routes


async def live() -> ResponseReturnValue:
    """Respond as long as the process runs; `doctor --online` needs the client's network."""
    return jsonify(alive=True, client=network_of(request.remote_addr))


async def ready(database: Database, gateway: Gateway, *, sends_mail: bool) -> ResponseReturnValue:
    """Respond with 200 if the process can serve, else with the fault of its database.

    Stripe's state and that of mail are reported and have little influence: without them the catalogue still
    works. Only a key that has never been accepted means that this process was started with wrong settings.
    """
    fault = await find_fault(database)
    is_ready = not fault and gateway.key_state.is_usable
    stripe = "reachable" if gateway.is_reachable else "unreachable"
    if gateway.key_state.is_rejected:
        stripe = "key rejected"
    mail = "unknown" if fault else await find_mail_health(database, sends_mail=sends_mail)
    state = {"ready": is_ready, "database": fault or "ok", "stripe": stripe, "mail": mail}
    return jsonify(state), 200 if is_ready else 503


async def find_mail_health(database: Database, *, sends_mail: bool) -> str:
    """Return how mail is doing, or "unknown" if the database does not respond in time."""
    try:
        oldest = await database.read(find_oldest_unsent)
    except (DatabaseUnavailable, SQLAlchemyError):
        return "unknown"
    return mail_health(oldest, datetime.now(UTC), has_server=sends_mail)


async def find_fault(database: Database) -> str:
    """Return what keeps the database from being used: a Fault, "schema", or empty."""
    if fault := await database.check():
        return fault
    try:
        return "" if await database.read(may_serve) else "schema"
    except DatabaseUnavailable as error:
        return error.fault
    except SQLAlchemyError:
        return Fault.BROKEN
