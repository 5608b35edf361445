"""The simulator put together."""

from dataclasses import dataclass

from quart import Quart

from bookshop.simulator import api, browser, control
from bookshop.simulator.account import Account
from bookshop.simulator.clock import Clock
from bookshop.simulator.webhooks import WebhookSender


@dataclass(frozen=True)
class SimulatorConfig:
    """Where events go, what they are signed with, and how long a slow payment takes."""

    webhook_url: str
    webhook_secret: str
    processing_seconds: float = 3


def create_simulator(config: SimulatorConfig) -> Quart:
    """A Stripe account of its own as an ASGI application."""
    clock = Clock()
    sender = WebhookSender(config.webhook_url, config.webhook_secret, clock)
    account = Account(clock, sender.send, config.processing_seconds)
    app = Quart("bookshop.simulator")
    app.register_blueprint(api.blueprint(account))
    app.register_blueprint(control.blueprint(account))
    app.register_blueprint(browser.blueprint())
    app.after_serving(sender.stop)
    return app
