"""The reader as a thread of its own, so that slow input never holds up the workers' results."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

from claimlines.readers import Found, Item, Ledger, Record, Skip, read_sources
from claimlines.runner.chunks import Chunk, chunks_of, limited, sampled
from claimlines.runner.journal import ChangedError, Held, Journal
from claimlines.runner.options import RunOptions

__all__ = ["Feed", "items_of"]

SIZE = 16 << 20  # characters read ahead, unless one chunk alone has more


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
        total: number of all chunks, once all are taken.
        ledger: what was read.
        wake: a descriptor that becomes readable when there is something to take.
    """

    def __init__(self, found: Found, options: RunOptions, journal: Journal | Held, ahead: int) -> None:
        self.ledger = Ledger()
        self.total: int | None = None
        self._found = found
        self._options = options
        self._journal = journal
        self._ahead = ahead
        self._waiting: deque[Chunk] = deque()
        self._size = 0
        self._ended: int | BaseException | None = None
        self._stop = False
        self._room = threading.Condition()
        self.wake, self._waker = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(self._waker, False)
        self._thread = threading.Thread(target=self._read, daemon=True, name="reader")
        self._thread.start()

    def take(self) -> Chunk | None:
        """A chunk to do; None if there is none, be it at the moment or, with ``total`` set, for good.

        Raises:
            ChangedError: if the input is not what it was when the run began.
            OSError: if this machine does not let us read on.
        """
        with self._room:
            if self._waiting:
                chunk = self._waiting.popleft()
                self._size -= chunk.size
                self._room.notify()
                return chunk
            if isinstance(self._ended, BaseException):
                raise self._ended
            self.total = self._ended
            return None

    def heard(self) -> None:
        """Let ``wake`` be readable no more until something is added."""
        with suppress(BlockingIOError):
            os.read(self.wake, 1 << 16)

    def close(self) -> None:
        """Stop reading."""
        with self._room:
            self._stop = True
            self._room.notify()

    def _read(self) -> None:
        ended: int | BaseException = 0
        try:
            for chunk in chunks_of(items_of(self._found, self._options, self.ledger)):
                ended = chunk.number + 1
                if isinstance(self._journal, Journal) and self._journal.done(chunk.number):
                    if self._journal.digest(chunk.number) != chunk.digest:
                        raise ChangedError(f"the input changed: {chunk.items[0].place} is not what it was")
                elif not self._put(chunk):
                    return
        except BaseException as error:  # handed on to the thread that runs things
            ended = error
        with self._room:
            self._ended = ended
        self._tell()

    def _put(self, chunk: Chunk) -> bool:
        """Whether the chunk was entered, and not the end of reading told."""
        with self._room:
            while not self._stop and self._waiting and (len(self._waiting) >= self._ahead or self._size >= SIZE):
                self._room.wait()
            if self._stop:
                return False
            self._waiting.append(chunk)
            self._size += chunk.size
        self._tell()
        return True

    def _tell(self) -> None:
        with suppress(BlockingIOError):  # enough is told already
            os.write(self._waker, b"\0")
