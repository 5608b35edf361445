"""One thread in which units of work wait for their turn, for a limited time."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from bookshop.database.errors import DatabaseUnavailable, Fault

T = TypeVar("T")
# more writes than a disk syncs in five seconds would only wait in vain
MAX_QUEUED = 2000


class WriterThread:
    """Runs one piece of work after another; `busy_since` is when the current one started."""

    def __init__(self) -> None:
        self.busy_since: float | None = None
        self._queue = SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[], T], max_wait: float) -> T:
        """Run work in the thread; raises DatabaseUnavailable after `max_wait` seconds in the queue."""
        if self._queue.qsize() >= MAX_QUEUED:
            raise DatabaseUnavailable(Fault.BUSY)
        self._start()
        job = Future[T]()
        self._queue.put((job, work))
        is_late = False

        def expire() -> None:
            nonlocal is_late
            # does nothing to work that has started
            is_late = job.cancel()

        timer = asyncio.get_running_loop().call_later(max_wait, expire)
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            if is_late:
                raise DatabaseUnavailable(Fault.BUSY) from None
            raise
        finally:
            timer.cancel()

    def close(self) -> None:
        """Finish the queued work and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="database-writer", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            job, work = item
            if job.set_running_or_notify_cancel():
                try:
                    result = self._time(work)
                except BaseException as error:
                    job.set_exception(error)
                else:
                    job.set_result(result)
                    del result
            # what a unit of work holds must not live until the next one comes
            del item, job, work

    def _time(self, work: Callable[[], T]) -> T:
        self.busy_since = time.monotonic()
        try:
            return work()
        finally:
            self.busy_since = None
