"""The reader as a thread of its own, so that slow input never holds up the workers' results."""

from __future__ import annotations

import hashlib
import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress

from claimlines.readers import Found, Item, Ledger, Record, Skip, read_sources
from claimlines.runner.chunks import Chunk, chunks_of, limited, sampled
from claimlines.runner.journal import ChangedError, Counts, Journal
from claimlines.runner.options import RunOptions

__all__ = ["Feed", "items_of"]


def items_of(found: Found, options: RunOptions, ledger: Ledger | None = None) -> Iterator[Item]:
    """The items of a run: read, limited, sampled, and repeated texts left out if they are to be."""
    items = sampled(limited(read_sources(found.inputs, options.reading, ledger), options.limit), options.sample)
    return _without_repeats(items) if options.dedup == "skip" else items


def _without_repeats(items: Iterator[Item]) -> Iterator[Item]:
    """Records that repeat an earlier one to the letter become skips, before any work is done on them."""
    seen: set[bytes] = set()
    for item in items:
        if isinstance(item, Record):
            content = (
                item.raw if item.raw is not None else str(item.fields.get("text")).encode("utf-8", "surrogatepass")
            )
            key = hashlib.blake2b(content, digest_size=16).digest()
            if key in seen:
                yield Skip(item.place, "duplicate", item.position, item.id)
                continue
            seen.add(key)
        yield item


class Feed:
    """Chunks that are still to be done, read ahead of the workers by a few and no more.

    Attributes:
        total: number of all chunks, once the input is read to its end.
        ledger: what was read.
        wake: a descriptor that becomes readable when there is something to take.
    """

    def __init__(self, found: Found, options: RunOptions, journal: Journal, ahead: int) -> None:
        self.ledger = Ledger()
        self.total: int | None = None
        self.recovered = Counts()
        self._found = found
        self._options = options
        self._journal = journal
        self._queue: queue.Queue[Chunk | BaseException | None] = queue.Queue(maxsize=ahead)
        self._stop = threading.Event()
        self.wake, self._waker = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(self._waker, False)
        self._thread = threading.Thread(target=self._read, daemon=True, name="reader")
        self._thread.start()

    def take(self) -> Chunk | None:
        """A chunk to do, or None if there is none at the moment.

        Raises:
            ChangedError: if the input is not what it was when the run began.
        """
        with suppress(BlockingIOError):
            os.read(self.wake, 1 << 12)
        try:
            taken = self._queue.get_nowait()
        except queue.Empty:
            return None
        if isinstance(taken, BaseException):
            raise taken
        return taken

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()

    def _read(self) -> None:
        number = 0
        try:
            for chunk in chunks_of(items_of(self._found, self._options, self.ledger)):
                number = chunk.number + 1
                if self._stop.is_set():
                    return
                if self._journal.done(chunk.number):
                    if self._journal.digest(chunk.number) != chunk.digest:
                        raise ChangedError(f"the input changed: {chunk.items[0].place} is not what it was")
                    self.recovered.add(self._journal.counts_of(chunk.number))
                else:
                    self._put(chunk)
            self.total = number
            self._put(None)
        except BaseException as error:  # handed on to the thread that runs things
            self._put(error)

    def _put(self, value: Chunk | BaseException | None) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(value, timeout=0.2)
            except queue.Full:
                continue
            with suppress(BlockingIOError):
                os.write(self._waker, b"\0")
            return
