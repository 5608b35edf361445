"""The simulator as an ASGI application."""

from dataclasses import dataclass
from pathlib import Path

from quart import Quart, Response, request

from bookshop.simulator import (
    action_page,
    after_payment,
    api,
    browser_files,
    control,
    hosted_page,
    pay_session,
)
from bookshop.simulator.account import Account
from bookshop.simulator.active_faults import ActiveFaults
from bookshop.simulator.clock import Clock
from bookshop.simulator.fault_middleware import FaultMiddleware
from bookshop.simulator.faults import InjectedFault
from bookshop.simulator.state_file import StateFile
from bookshop.simulator.webhooks import WebhookSender, WebhookTarget


@dataclass(frozen=True)
class SimulatorConfig:
    """What a simulator starts with; `processing_seconds` is how long a slow payment takes."""

    webhook_url: str
    webhook_secret: str
    processing_seconds: float = 3
    faults: tuple[InjectedFault, ...] = ()
    state_file: Path | None = None


def create_simulator(config: SimulatorConfig) -> Quart:
    """Create the application and its account; raises ValueError for a wrong state file."""
    clock = Clock()
    faults = ActiveFaults(clock)
    for fault in config.faults:
        faults.add(fault)
    sender = WebhookSender(clock, faults)
    sender.targets["configured"] = WebhookTarget(config.webhook_url, config.webhook_secret)
    account = Account(clock, sender, config.processing_seconds)
    account.subscribers.extend((after_payment.react_to_event, pay_session.react_to_event))
    app = Quart("bookshop.simulator")
    app.register_blueprint(api.blueprint(account))
    app.register_blueprint(control.blueprint(account, faults))
    app.register_blueprint(browser_files.blueprint())
    app.register_blueprint(hosted_page.blueprint(account))
    app.register_blueprint(action_page.blueprint(account))
    app.asgi_app = FaultMiddleware(app.asgi_app, faults)  # type: ignore[method-assign]  # as Quart documents it
    app.after_serving(sender.stop)
    if config.state_file:
        keep_state(app, StateFile(config.state_file, account), account)
    return app


def keep_state(app: Quart, file: StateFile, account: Account) -> None:
    """Load the account from a file, and write it there after each change."""

    async def schedule(response: Response) -> Response:
        if request.method != "GET":
            file.schedule()
        return response

    file.load()
    account.subscribers.append(file.schedule)
    app.before_serving(file.resume)
    app.after_request(schedule)
    app.after_serving(file.write)
