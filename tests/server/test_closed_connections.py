"""A connection is released as soon as its client has closed it."""

import asyncio
from collections.abc import Callable

import pytest

from tests.server.test_stalled_connections import HTTP_2_PREFACE
from tests.server.test_worker import (
    BIG,
    GET,
    LOOPS,
    PATIENCE,
    count_sockets,
    read_body,
    running_worker,
    wait_until,
)

Loop = Callable[[], asyncio.AbstractEventLoop]
# of its request for an upgrade, the client gets the response over HTTP/2
UPGRADE = b"GET /here HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
UPGRADE += b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"


@LOOPS
@pytest.mark.parametrize(
    "sent", [b"", GET % b"/here", GET[:20], GET % b"/big", HTTP_2_PREFACE, UPGRADE], ids=len
)
@pytest.mark.parametrize("is_reset", [False, True])
def test_a_connection_that_its_client_closed_is_released(
    new_loop: Loop, sent: bytes, *, is_reset: bool
) -> None:
    async def scenario() -> None:
        # an idle connection would be kept for longer than this test waits
        async with running_worker(idle_seconds=3 * PATIENCE) as worker:
            before = count_sockets()
            reader, writer = await worker.connect()
            writer.write(sent)
            if sent.endswith(b"\r\n\r\n") or sent is HTTP_2_PREFACE:
                assert await reader.read(1000)
            await wait_until(lambda: count_sockets() == before + 2)
            writer.transport.abort() if is_reset else writer.close()
            await wait_until(lambda: count_sockets() == before)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())


@LOOPS
def test_a_client_that_has_sent_everything_gets_every_response(new_loop: Loop) -> None:
    async def scenario() -> None:
        async with running_worker(idle_seconds=3 * PATIENCE) as worker:
            before = count_sockets()
            reader, writer = await worker.connect()
            writer.write(GET % b"/big" + GET % b"/after")
            writer.write_eof()
            assert await read_body(reader) == BIG
            assert await read_body(reader) == b"/after"
            assert await reader.read() == b""
            writer.close()
            await wait_until(lambda: count_sockets() == before)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(scenario())
