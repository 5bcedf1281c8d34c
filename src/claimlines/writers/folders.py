"""A folder of files instead of one: shards, and partitions by a field."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from claimlines.writers.base import ClaimWriter

__all__ = ["PartitionedWriter", "ShardedWriter"]

OPEN_FILES = 64
NULL = "__HIVE_DEFAULT_PARTITION__"

Make = Callable[[Path], ClaimWriter]


class ShardedWriter:
    """Claims in a given number of files, in the order of the input, about as many in each.

    The claims of one article stay together.
    """

    def __init__(self, folder: Path, make: Make, suffix: str, shards: int, total: int) -> None:
        """``total`` is how many claims there will be."""
        self._writers = (make(folder / f"part-{number:05d}{suffix}") for number in range(shards))
        self._current = next(self._writers)
        self._shards = shards
        self._number = 0
        self._total = max(1, total)
        self._written = 0

    def write(self, lines: bytes) -> None:
        """Write the claims of one article."""
        shard = min(self._shards - 1, self._written * self._shards // self._total)
        while self._number < shard:
            self._next()
        self._current.write(lines)
        self._written += lines.count(b"\n")

    def close(self) -> None:
        """Finish all files, also those that hold nothing."""
        while self._number < self._shards - 1:
            self._next()
        self._current.close()

    def _next(self) -> None:
        self._current.close()
        self._current = next(self._writers)
        self._number += 1


class PartitionedWriter:
    """Claims in folders ``field=value``, as Hive, DuckDB, Spark and pyarrow read them.

    No more than some files are open at a time; a partition that is met again later goes on
    in a further file.
    """

    def __init__(self, folder: Path, make: Make, suffix: str, field: str) -> None:
        self._folder = folder
        self._make = make
        self._suffix = suffix
        self._field = field
        self._open: OrderedDict[str, ClaimWriter] = OrderedDict()
        self._files: dict[str, int] = {}

    def write(self, lines: bytes) -> None:
        """Write claims."""
        for line in lines.splitlines(keepends=True):
            self._writer(_partition(orjson.loads(line), self._field)).write(line)

    def close(self) -> None:
        """Finish all files."""
        while self._open:
            self._open.popitem()[1].close()

    def _writer(self, value: str) -> ClaimWriter:
        if value in self._open:
            self._open.move_to_end(value)
            return self._open[value]
        if len(self._open) >= OPEN_FILES:
            self._open.popitem(last=False)[1].close()
        number = self._files.get(value, 0)
        self._files[value] = number + 1
        folder = self._folder / f"{self._field}={value}"
        folder.mkdir(exist_ok=True)
        self._open[value] = self._make(folder / f"part-{number:05d}{self._suffix}")
        return self._open[value]


def _partition(claim: dict[str, Any], field: str) -> str:
    if field in ("year", "month"):
        published = claim["published"]
        value = published and published[: 4 if field == "year" else 7]
    else:
        value = claim[field]
    if value is None or value == "":
        return NULL
    # Long names fit in no file system; the claims themselves keep the whole value.
    return quote(str(value), safe=" ")[:200]
