"""Names in order, however many, within bounded memory."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

__all__ = ["in_order"]

BATCH = 4096  # names held in memory at a time
BLOCK = 1 << 11


def in_order(names: Iterable[bytes]) -> Iterator[bytes]:
    """``names``, in which no NUL may be, sorted.

    More than a few thousand are sorted in batches, and merged from a temporary file.

    Raises:
        OSError: if there is no room for that file.
    """
    batch: list[bytes] = []
    runs: list[tuple[int, int]] = []
    with tempfile.TemporaryFile(prefix="claimlines-", buffering=0) as file:
        end = 0
        for name in names:
            batch.append(name)
            if len(batch) == BATCH:
                start, end = end, end + _spill(file, sorted(batch))
                runs.append((start, end))
                batch = []
        batch.sort()
        yield from heapq.merge(batch, *(_run(file, *run) for run in runs))


def _spill(file: BinaryIO, names: list[bytes]) -> int:
    data = memoryview(b"".join(name + b"\0" for name in names))
    written = 0
    while written < len(data):
        written += file.write(data[written:])
    return written


def _run(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    rest = b""
    while start < end:
        file.seek(start)
        block = file.read(min(BLOCK, end - start))
        start += len(block)
        *names, rest = (rest + block).split(b"\0")
        yield from names
