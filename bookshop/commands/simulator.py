"""`bookshop simulator`: run the Stripe simulator alone."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import click

from bookshop.commands.local_servers import open_ports, serve_until_stopped
from bookshop.simulator.app import SimulatorConfig, create_simulator
from bookshop.simulator.faults import parse_fault


def serve_simulator(
    port: int, webhook_url: str, webhook_secret: str, faults: Iterable[str], state_file: Path | None = None
) -> None:
    """Serve the simulator until it is stopped; raises BadParameter for a wrong option."""
    try:
        parsed = tuple(map(parse_fault, faults))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from None
    config = SimulatorConfig(webhook_url, webhook_secret, faults=parsed, state_file=state_file)
    try:
        app = create_simulator(config)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--state") from None
    (listener,) = open_ports(port, 1)
    click.echo(f"Stripe simulator on http://127.0.0.1:{port}")
    asyncio.run(serve_until_stopped((app, listener)))
