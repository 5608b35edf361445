"""The simulator put together."""

from dataclasses import dataclass

from quart import Quart

from bookshop.simulator import api, browser, control, disputes, hosted, sessions
from bookshop.simulator.account import Account
from bookshop.simulator.clock import Clock
from bookshop.simulator.faults import Fault, Faults
from bookshop.simulator.network import FaultyNetwork
from bookshop.simulator.webhooks import Target, WebhookSender


@dataclass(frozen=True)
class SimulatorConfig:
    """Where events go, what they are signed with, how long a slow payment takes, and what goes wrong."""

    webhook_url: str
    webhook_secret: str
    processing_seconds: float = 3
    faults: tuple[Fault, ...] = ()


def create_simulator(config: SimulatorConfig) -> Quart:
    """A Stripe account of its own as an ASGI application."""
    clock = Clock()
    faults = Faults(clock)
    for fault in config.faults:
        faults.add(fault)
    sender = WebhookSender(clock, faults)
    sender.targets["configured"] = Target(config.webhook_url, config.webhook_secret)
    account = Account(clock, sender, config.processing_seconds)
    account.listeners.extend((disputes.follow, sessions.follow))
    app = Quart("bookshop.simulator")
    app.register_blueprint(api.blueprint(account))
    app.register_blueprint(control.blueprint(account, faults))
    app.register_blueprint(browser.blueprint())
    app.register_blueprint(hosted.blueprint(account))
    app.asgi_app = FaultyNetwork(app.asgi_app, faults)  # type: ignore[method-assign]  # Quart's way
    app.after_serving(sender.stop)
    return app
