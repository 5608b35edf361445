"""Connections on which nothing moves any more are aborted, and slow ones are not."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from bookshop.server.event_loop import AsyncioLoop, loop_factory
from tests.server.test_worker import BIG, GET, PATIENCE, count_sockets, running_worker, wait_until

STALL_SECONDS = 0.3
HTTP_2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
Loop = Callable[[], asyncio.AbstractEventLoop]

LOOPS = pytest.mark.parametrize("new_loop", dict.fromkeys([AsyncioLoop, loop_factory()]))


@LOOPS
@pytest.mark.parametrize(
    "sent", [GET % b"/big", GET % b"/big" * 1000, HTTP_2_PREFACE, HTTP_2_PREFACE[:5]], ids=len
)
def test_a_connection_on_which_nothing_moves_is_aborted(new_loop: Loop, sent: bytes) -> None:
    async def scenario() -> None:
        # an idle connection would be kept for longer than this test waits
        async with running_worker(idle_seconds=3 * PATIENCE, stall_seconds=STALL_SECONDS) as worker:
            before = count_sockets()
            _, writer = await worker.connect(limit=1000)
            await wait_until(lambda: count_sockets() == before + 2)
            writer.write(sent)
            # the client's end is still open
            await wait_until(lambda: count_sockets() == before + 1)
            assert not writer.is_closing()
            writer.transport.abort()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


@LOOPS
def test_a_client_that_reads_slowly_gets_everything(new_loop: Loop) -> None:
    async def scenario() -> None:
        async with running_worker(stall_seconds=STALL_SECONDS) as worker:
            client = socket.socket()
            # the server sees no progress in what its client's kernel has already taken
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 100_000)
            client.connect(("127.0.0.1", worker.port))
            reader, writer = await asyncio.open_connection(sock=client, limit=1000)
            writer.write(GET % b"/big")
            await reader.readuntil(b"\r\n\r\n")
            received = 0
            while received < len(BIG):
                received += len(await reader.readexactly(min(300_000, len(BIG) - received)))
                await asyncio.sleep(STALL_SECONDS / 3)
            writer.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())
