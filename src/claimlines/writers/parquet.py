"""Parquet with typed columns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import orjson

from claimlines.writers.columns import arrow_schema

__all__ = ["ParquetWriter"]

ROWS = 10_000  # of a row group; what is held in memory


class ParquetWriter:
    """Claims as rows of a Parquet file."""

    def __init__(self, path: Path, without: str | None = None) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._schema = arrow_schema(without)
        self._dates = [field.name for field in self._schema if pa.types.is_date(field.type)]
        self._maps = [field.name for field in self._schema if pa.types.is_map(field.type)]
        self._without = without
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def write(self, lines: bytes) -> None:
        """Write claims, given as whole lines of JSON."""
        for line in lines.splitlines():
            row = orjson.loads(line)
            row.pop(self._without, None)
            for name in self._dates:
                if row[name] is not None:
                    row[name] = dt.date.fromisoformat(row[name])
            for name in self._maps:
                row[name] = list(row[name].items())
            self._rows.append(row)
            if len(self._rows) == ROWS:
                self._flush()

    def close(self) -> None:
        """Finish the file."""
        if self._rows:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []
