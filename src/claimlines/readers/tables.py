"""CSV and TSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from claimlines.readers.checks import from_mapping
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_csv", "read_tsv"]


def read_tsv(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a file of tab-separated values with a header."""
    return _read(opened, name, options, "\t")


def read_csv(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a CSV file with a header; the delimiter is the header's: ``,``, ``;`` or tab."""
    return _read(opened, name, options, None)


def _read(opened: Opened, name: str, options: ReadOptions, delimiter: str | None) -> Iterator[Item]:
    csv.field_size_limit(options.max_bytes)
    encoding = "utf-8-sig" if options.encoding.replace("-", "").lower() == "utf8" else options.encoding
    # Bytes that do not decode become surrogates, so that they cost their row and not the file.
    stream = io.TextIOWrapper(opened.content, encoding=encoding, errors="surrogateescape", newline="")
    try:
        yield from _rows(stream, opened, name, options, delimiter)
    finally:
        stream.detach()  # else it would close what it reads from


def _rows(
    stream: io.TextIOWrapper, opened: Opened, name: str, options: ReadOptions, delimiter: str | None
) -> Iterator[Item]:
    header_line = stream.readline(1 << 20)
    if not header_line.strip():
        yield Problem(Place(name), "empty", "the file is empty", name)
        return
    if delimiter is None:
        delimiter = max(",;\t", key=header_line.count)
    header = next(csv.reader([header_line], delimiter=delimiter))
    columns = options.fields.columns(header)
    if "text" not in columns:
        wanted = ", ".join(options.fields.names("text"))
        yield Problem(
            Place(name, line=1),
            "no_text",
            f"no column holds the text: looked for {wanted}; the columns are {', '.join(header)}",
            name,
        )
        return
    positions = {ours: header.index(column) for ours, column in columns.items()}
    reader = csv.reader(stream, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        place = Place(name, line=reader.line_num + 2, record=number)
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(place, "bad_csv", f"not CSV: {error}", str(place))
            continue
        if not row:
            number -= 1
            continue
        values = {ours: row[at] for ours, at in positions.items() if at < len(row)}
        if any("\udc80" <= char <= "\udcff" for value in values.values() for char in value if char >= "\ud800"):
            yield Problem(
                place, "not_utf8", f"the row is not {options.encoding} (another encoding? --encoding)", str(place)
            )
            continue
        if opened.problem and len(row) < len(header):
            return
        yield from_mapping({columns[ours]: value for ours, value in values.items()}, place, options)
