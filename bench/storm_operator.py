"""The operator of the storm: kills, reloads, backs up and updates the shop while it sells."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from tests.processes import Process, running
from tests.server.earlier_code import ROOT, extract_earlier_code

SECONDS_BETWEEN_KILLS = (2.0, 6.0)
# new workers start one after the other, beside the old ones
SECONDS_FOR_A_RELOAD = (6.0, 10.0)
RELOADS_OF_TEN = 4
SECONDS_BETWEEN_BACKUPS = 60.0
# for which the earlier code serves after the migration
OLD_CODE_SECONDS = 4.0


@dataclass
class Operator:
    """Runs the shop of the storm, at first with the code before the newest migration."""

    env: dict[str, str]
    folder: Path
    port: int
    workers: int
    counts: Counter[str] = field(default_factory=Counter)
    code: Path = ROOT
    choose: random.Random = field(default_factory=lambda: random.Random(3))

    def begin_with_earlier_code(self) -> None:
        """Use the earlier code until the update, if git has it."""
        earlier = self.folder / "earlier"
        if extract_earlier_code(earlier, "bookshop", "tests"):
            self.code = earlier

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that runs the code of now."""
        return {**os.environ, **self.env, "PYTHONPATH": str(self.code)}

    async def run(self, *command: str) -> str:
        """Run a program to its end, and return what it printed; a failure is a violation."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            env=self.environment(),
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, errors = await process.communicate()
        if process.returncode:
            self.counts["violations"] += 1
            click.echo(f"{command} ended with {process.returncode}:", err=True)
            click.echo(errors + printed, err=True)
        return printed.decode()

    async def bookshop(self, *arguments: str) -> str:
        return await self.run("-m", "bookshop", *arguments)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Process]:
        """Serve the shop during the block."""
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers)]
        command = [sys.executable, "-m", "bookshop", "serve", *bind]
        shop = running(command, self.port, self.folder / "shop.log", self.environment(), self.folder)
        process = await asyncio.to_thread(shop.__enter__)
        try:
            yield process
        finally:
            await asyncio.to_thread(shop.__exit__, None, None, None)

    async def serve_and_kill(self, until: float, while_down: Callable[[], Awaitable[None]]) -> None:
        """Serve the shop, reload or kill it, again and again until a moment of the loop's clock."""
        while asyncio.get_running_loop().time() < until:
            async with self.serve() as shop:
                if self.choose.randrange(10) < RELOADS_OF_TEN:
                    await self.reload(shop)
                else:
                    await asyncio.sleep(self.choose.uniform(*SECONDS_BETWEEN_KILLS))
                await asyncio.to_thread(shop.kill)
            self.counts["kills survived"] += 1
            await while_down()

    async def reload(self, shop: Process) -> None:
        """Have the workers replaced while they serve."""
        await asyncio.sleep(self.choose.uniform(1, 2))
        shop.process.send_signal(signal.SIGHUP)
        self.counts["reloads"] += 1
        await asyncio.sleep(self.choose.uniform(*SECONDS_FOR_A_RELOAD))

    async def update(self) -> None:
        """Migrate the database while the earlier code sells, then stop it and go on with this code."""
        async with self.serve():
            earlier, self.code = self.code, ROOT
            await self.bookshop("migrate")
            await asyncio.sleep(OLD_CODE_SECONDS)
        self.counts["updates"] += earlier != ROOT

    async def back_up(self, seconds: float) -> None:
        """Back the shop up again and again until cancelled."""
        while True:
            await asyncio.sleep(min(SECONDS_BETWEEN_BACKUPS, seconds / 4))
            await self.bookshop("backup")
            self.counts["backups"] += 1
