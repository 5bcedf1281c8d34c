"""Parquet with typed columns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import orjson

from claimlines.writers.columns import arrow_schema

__all__ = ["Budget", "ParquetWriter"]

ROWS = 10_000  # of a row group
HELD = 32 << 20  # bytes of claims that wait to become one, in all writers together


class Budget:
    """What some writers hold together. Many partitions would else hold a row group each."""

    def __init__(self) -> None:
        self._held: dict[ParquetWriter, int] = {}
        self._total = 0

    def hold(self, writer: ParquetWriter, size: int) -> None:
        """``writer`` has taken so much more; if it is too much, the one with the most writes it."""
        self._held[writer] = self._held.get(writer, 0) + size
        self._total += size
        while self._total > HELD:
            max(self._held, key=self._held.__getitem__).flush()

    def release(self, writer: ParquetWriter) -> None:
        """``writer`` holds nothing any more."""
        self._total -= self._held.pop(writer, 0)


class ParquetWriter:
    """Claims as rows of a Parquet file."""

    def __init__(self, path: Path, budget: Budget, without: str | None = None) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._schema = arrow_schema(without)
        self._dates = [field.name for field in self._schema if pa.types.is_date(field.type)]
        self._maps = [field.name for field in self._schema if pa.types.is_map(field.type)]
        self._without = without
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._budget = budget
        self._lines: list[bytes] = []

    def write(self, lines: bytes) -> None:
        """Write claims, given as whole lines of JSON."""
        for line in lines.splitlines():
            self._lines.append(line)
            self._budget.hold(self, len(line))
            if len(self._lines) >= ROWS:
                self.flush()

    def flush(self) -> None:
        """Write what is held as a row group."""
        import pyarrow as pa

        lines, self._lines = self._lines, []
        self._budget.release(self)
        # Rows as Python has them are many times as large as their text: not all at once.
        batches = [
            pa.RecordBatch.from_pylist([self._row(line) for line in lines[start : start + 500]], schema=self._schema)
            for start in range(0, len(lines), 500)
        ]
        self._writer.write_table(pa.Table.from_batches(batches, self._schema))

    def close(self) -> None:
        """Finish the file."""
        if self._lines:
            self.flush()
        self._writer.close()

    def _row(self, line: bytes) -> dict[str, Any]:
        row = dict(orjson.loads(line))
        row.pop(self._without, None)
        for name in self._dates:
            if row[name] is not None:
                row[name] = dt.date.fromisoformat(row[name])
        for name in self._maps:
            row[name] = list(row[name].items())
        return row
