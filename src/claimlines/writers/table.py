"""CSV."""

from __future__ import annotations

import csv
import io
from typing import Any, BinaryIO

import orjson

from claimlines.writers.columns import column_names

__all__ = ["CsvWriter"]


class CsvWriter:
    """Claims as rows of CSV, with a header; lists and maps are written as JSON."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._columns = column_names()
        self._row([*self._columns])

    def write(self, lines: bytes) -> None:
        """Write claims, given as whole lines of JSON."""
        for line in lines.splitlines():
            claim = orjson.loads(line)
            self._row([_cell(claim[name]) for name in self._columns])

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()

    def _row(self, cells: list[str]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        self._stream.write(text.getvalue().encode())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
