"""What a supervisor or a balancer asks: does the process live, and can it serve."""

from quart import Blueprint, jsonify
from quart.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database import Database
from bookshop.migrations import is_current
from bookshop.payments.gateway import Gateway


def blueprint(database: Database, gateway: Gateway) -> Blueprint:
    """Health, for machines."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    async def live() -> ResponseReturnValue:
        return jsonify(alive=True)

    @routes.get("/readyz")
    async def ready() -> ResponseReturnValue:
        try:
            is_ready = await database.read(is_current)
        except (SQLAlchemyError, OSError):
            is_ready = False
        # Stripe being away is told, but takes no process out of service: the shelves still work
        return jsonify(ready=is_ready, stripe="reachable" if gateway.is_reachable else "unreachable"), (
            200 if is_ready else 503
        )

    return routes
