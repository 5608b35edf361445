"""Report to systemd that the shop serves (sd_notify), and that it still does (its watchdog)."""

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
# how often within the time after which systemd restarts the shop
CHECKS = 3


def notify(state: str) -> None:
    """Send a state, such as READY=1, to systemd if it has started this process."""
    if not (address := os.environ.get("NOTIFY_SOCKET")):
        return
    # an abstract socket's name begins with a null character
    address = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(state.encode(), address)


async def feed_watchdog(address: Any) -> None:
    """Report, as often as WatchdogSec wants it, that a worker responds at this address."""
    seconds = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000
    if not seconds:
        await asyncio.get_running_loop().create_future()
    while True:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(seconds / CHECKS):
                if await is_alive(address):
                    notify("WATCHDOG=1")
        await asyncio.sleep(seconds / CHECKS)


async def is_alive(address: Any) -> bool:
    """Return whether any worker behind this address responds."""
    if isinstance(address, str):
        reader, writer = await asyncio.open_unix_connection(address)
    else:
        reader, writer = await asyncio.open_connection(*address[:2])
    try:
        writer.write(REQUEST)
        return bool(await reader.read(1))
    finally:
        writer.transport.abort()
