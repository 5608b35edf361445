"""The command bin/screenshots."""

import asyncio
from pathlib import Path

import click
from playwright.async_api import Page

from tests.every_page.visit import visit_all

# not wait_for_function, which the pages' content policy forbids
LOAD_ALL = """
Promise.all(Array.from(document.images, (each) => {
  each.loading = "eager";
  return each.decode().catch(() => {});
}))
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="screenshots")
@click.option("--only", default="", help="Take pages whose names contain this.")
def take_screenshots(folder: Path, only: str) -> None:
    """Take screenshots of every page and state, in two sizes, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)

    async def take(page: Page, name: str) -> None:
        # browsers load pictures below the screen only when they come into view
        await page.evaluate(LOAD_ALL)
        await page.screenshot(path=folder / f"{name}.png", full_page=True)
        click.echo(name)

    asyncio.run(visit_all(take, only))


if __name__ == "__main__":
    take_screenshots(prog_name="bin/screenshots")
