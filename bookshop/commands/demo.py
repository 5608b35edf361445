"""The demonstration: a shop with sample books, and the Stripe simulator beside it or alone."""

import asyncio
import secrets
import signal
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import click
from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config

from bookshop.app import create_app
from bookshop.commands import WEBHOOK_SECRET
from bookshop.commands.shop import prepare, with_database
from bookshop.settings import Settings, read_environment, settings_or_exit


def serve_demo(port: int, data: Path) -> None:
    """Serve a shop whose database is in this folder."""
    data.mkdir(parents=True, exist_ok=True)
    simulator_url = f"http://127.0.0.1:{port + 1}"
    is_simulated = "STRIPE_SECRET_KEY" not in read_environment()
    defaults = {
        "DATABASE_URL": f"sqlite:///{data}/bookshop.db",
        "COVERS_DIR": f"{data}/covers",
        "SECRET_KEY": read_secret(data / "secret-key"),
        "SHOP_URL": f"http://localhost:{port}",
        "SHOP_EMAIL": "hello@example.com",
        "SHOP_ADDRESS": "12 Example Road, Singapore",
        "SHOP_HOURS": "Every day, 10 am to 8 pm",
        **(simulated_stripe(simulator_url) if is_simulated else {}),
    }
    settings = settings_or_exit(defaults)
    asyncio.run(run_demo(settings, port, is_simulated=is_simulated))


def serve_simulator(port: int, webhook_url: str, webhook_secret: str, faults: tuple[str, ...]) -> None:
    """Serve the simulator alone."""
    app = create_stripe(webhook_url, webhook_secret, faults)
    click.echo(f"Stripe simulator on http://127.0.0.1:{port}")
    asyncio.run(run_until_stopped((app, port)))


async def run_demo(settings: Settings, port: int, *, is_simulated: bool) -> None:
    """Prepare the database, then serve until stopped."""
    await with_database(settings, lambda database: prepare(database, settings, with_samples=True))
    servers: list[tuple[Any, int]] = [(create_app(settings), port)]
    if is_simulated:
        servers.append((create_stripe(f"http://127.0.0.1:{port}/stripe/webhook", WEBHOOK_SECRET), port + 1))
    click.echo(f"The shop is open: http://localhost:{port}")
    click.echo("Pay with card 4242 4242 4242 4242, any future date, any code." if is_simulated else "")
    await run_until_stopped(*servers)


async def run_until_stopped(*servers: tuple[Any, int]) -> None:
    """Serve each application on its port of this machine until the process is told to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await asyncio.gather(*(serve_one(app, port, stopped.wait) for app, port in servers))


async def serve_one(app: Any, port: int, stopped: Callable[..., Awaitable[Any]]) -> None:
    """Serve one application on one port of this machine."""
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.graceful_timeout = 2
    await serve_asgi(app, config, shutdown_trigger=stopped)


def create_stripe(webhook_url: str, webhook_secret: str, faults: Iterable[str] = ()) -> Any:
    """The simulator; imported late, since a real shop never needs it."""
    from bookshop.simulator.app import SimulatorConfig, create_simulator
    from bookshop.simulator.faults import parse_fault

    try:
        parsed = tuple(map(parse_fault, faults))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from None
    return create_simulator(SimulatorConfig(webhook_url, webhook_secret, faults=parsed))


def simulated_stripe(url: str) -> dict[str, str]:
    """Settings that make the simulator the shop's Stripe."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_simulator",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_simulator",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": url,
        "STRIPE_JS_URL": f"{url}/endive/stripe.js",
    }


def read_secret(path: Path) -> str:
    """A secret that stays the same from start to start, so that baskets survive."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
