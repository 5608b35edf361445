"""`bookshop demo`: serve a shop with sample books, and the Stripe simulator beside it."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import click

from bookshop.app import create_app
from bookshop.commands.local_servers import serve_until_stopped
from bookshop.commands.migrate import prepare_database
from bookshop.commands.runner import with_database
from bookshop.settings import Settings, is_live_key, read_environment, settings_or_exit
from bookshop.settings.simulator_keys import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET


def serve_demo(port: int, data: Path) -> None:
    """Serve a shop whose database and covers are in the folder `data`."""
    stripe_key = read_environment().get("STRIPE_SECRET_KEY", "").strip()
    if is_live_key(stripe_key):
        raise click.ClickException(
            "The demo sells sample books, so it does not start with live Stripe keys. Use test keys."
        )
    data.mkdir(parents=True, exist_ok=True)
    is_simulated = not stripe_key
    defaults = demo_settings(port, data)
    if is_simulated:
        defaults |= simulator_settings(f"http://127.0.0.1:{port + 1}")
    asyncio.run(run_demo(settings_or_exit(defaults), port, is_simulated=is_simulated))


def demo_settings(port: int, data: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{data}/bookshop.db",
        "COVERS_DIR": f"{data}/covers",
        "SECRET_KEY": read_secret(data / "secret-key"),
        "SHOP_URL": f"http://localhost:{port}",
        "SHOP_EMAIL": "hello@example.com",
        "SHOP_ADDRESS": "12 Example Road, Singapore",
        "SHOP_HOURS": "Every day, 10 am to 8 pm",
    }


def simulator_settings(url: str) -> dict[str, str]:
    """Return the settings that make the simulator at `url` the shop's Stripe."""
    return {
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": url,
        "STRIPE_JS_URL": f"{url}/endive/stripe.js",
    }


def read_secret(path: Path) -> str:
    """Read the secret key, created on the first start, so that baskets survive a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


async def run_demo(settings: Settings, port: int, *, is_simulated: bool) -> None:
    """Prepare the database, then serve until stopped."""
    await with_database(settings, lambda database: prepare_database(database, settings, with_samples=True))
    servers: list[tuple[Any, int]] = [(create_app(settings), port)]
    if is_simulated:
        # here, since a shop with Stripe keys needs no simulator
        from bookshop.simulator.app import SimulatorConfig, create_simulator

        config = SimulatorConfig(f"http://127.0.0.1:{port}/stripe/webhook", WEBHOOK_SECRET)
        servers.append((create_simulator(config), port + 1))
    click.echo(f"The shop is open: http://localhost:{port}")
    click.echo("Pay with card 4242 4242 4242 4242, any future date, any code." if is_simulated else "")
    await serve_until_stopped(*servers)
