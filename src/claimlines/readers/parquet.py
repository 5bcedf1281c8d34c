"""Parquet: one article a row."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from typing import Any

from claimlines.readers.checks import from_mapping
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_parquet"]

ROWS = 32  # few: a row may be a book


def read_parquet(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a Parquet file; only the columns that we have a use for are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Parquet is read from its end; what cannot be sought in (hashed, compressed or remote
    # streams) is laid aside on disk first.
    with tempfile.TemporaryFile(prefix="claimlines-") as copy:
        while data := opened.content.read(1 << 20):
            copy.write(data)
        if opened.problem:
            return
        copy.seek(0)
        number = 0
        try:
            file = pq.ParquetFile(copy)
            columns = options.fields.columns(file.schema_arrow.names)
            if "text" not in columns:
                wanted = ", ".join(options.fields.names("text"))
                have = ", ".join(file.schema_arrow.names)
                yield Problem(
                    Place(name),
                    "no_text",
                    f"no column holds the text: looked for {wanted}; the columns are {have}",
                    name,
                )
                return
            for batch in file.iter_batches(batch_size=ROWS, columns=sorted(set(columns.values())), use_threads=False):
                rows: list[dict[str, Any]] = batch.to_pylist()
                for row in rows:
                    number += 1
                    yield from_mapping(row, Place(name, record=number), options)
        except (pa.ArrowException, OSError, UnicodeDecodeError, io.UnsupportedOperation) as error:
            place = Place(name, record=number + 1)
            detail = " ".join(str(error).split())[:300]
            yield Problem(
                place, "bad_parquet", f"not readable as Parquet from row {number + 1} on: {detail}", str(place)
            )
