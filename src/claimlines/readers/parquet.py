"""Parquet: one article a row."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from claimlines.readers.checks import from_mapping
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["read_parquet"]

ROWS = 32  # few: a row may be a book
BUFFER = 1 << 20  # of a column read at a time; else it is the whole row group


def read_parquet(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a Parquet file; only the columns that we have a use for are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Arrow's own pools keep what they once had; the system's gives it back.
    pa.set_memory_pool(pa.system_memory_pool())
    with _seekable(opened) as file:
        if opened.problem:
            return
        number = 0
        try:
            table = pq.ParquetFile(file, buffer_size=BUFFER, pre_buffer=False)
            columns = options.fields.columns(table.schema_arrow.names)
            if "text" not in columns:
                wanted = ", ".join(options.fields.names("text"))
                have = ", ".join(table.schema_arrow.names[:30])
                message = f"no column holds the text: looked for {wanted}; the columns are {have}"
                yield Problem(Place(name), "no_text", message, name)
                return
            for batch in table.iter_batches(ROWS, columns=sorted(set(columns.values())), use_threads=False):
                for row in _rows(batch):
                    number += 1
                    place = Place(name, record=number)
                    if isinstance(row, dict):
                        yield from_mapping(row, place, options)
                    else:
                        yield Problem(place, "bad_parquet", f"the row cannot be read: {row}", str(place))
        except (pa.ArrowException, OSError, io.UnsupportedOperation) as error:
            place = Place(name, record=number + 1)
            detail = " ".join(str(error).split())[:300]
            yield Problem(
                place, "bad_parquet", f"not readable as Parquet from row {number + 1} on: {detail}", str(place)
            )


@contextlib.contextmanager
def _seekable(opened: Opened) -> Iterator[BinaryIO]:
    """The file, which is read from its end. What cannot be sought in is laid aside on disk first.

    Raises:
        OSError: if there is no room for that.
    """
    if opened.path is not None and not opened.compressed:
        with open(opened.path, "rb") as file:
            yield file
        return
    with tempfile.TemporaryFile(prefix="claimlines-") as copy:
        while data := opened.content.read(1 << 20):
            try:
                copy.write(data)
                copy.flush()
            except OSError as error:
                raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error
        copy.seek(0)
        yield copy


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any] | Exception]:
    """The rows of a batch; in the place of one that has no value in Python, the error that tells why."""
    with contextlib.suppress(Exception):
        return batch.to_pylist()  # type: ignore[no-any-return]
    columns = [(name, _values(column)) for name, column in zip(batch.schema.names, batch.columns)]
    rows: list[dict[str, Any] | Exception] = []
    for values in zip(*(column for _, column in columns)):
        errors = [value for value in values if isinstance(value, Exception)]
        rows.append(errors[0] if errors else {name: value for (name, _), value in zip(columns, values)})
    return rows


def _values(column: pa.Array) -> list[Any]:
    """The values of a column: text that is no UTF-8 as bytes, odd times as text, else the error."""
    import pyarrow as pa

    values: list[Any] = []
    for value in column:
        try:
            values.append(value.as_py())
        except UnicodeDecodeError:
            values.append(value.as_buffer().to_pybytes())
        except Exception as error:  # times of nanoseconds, of no known zone, of no calendar
            try:
                plain = pa.timestamp(column.type.unit) if pa.types.is_timestamp(column.type) else column.type
                values.append(str(value.cast(plain).cast(pa.string())))
            except pa.ArrowException:
                values.append(error)
    return values
