"""CSV and TSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from claimlines.readers.checks import from_mapping, too_long
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened, is_utf8

__all__ = ["read_csv", "read_tsv"]

DELIMITERS = ",;\t|"
SEP = re.compile(r"sep=(.)\s*$", re.IGNORECASE)  # as Excel writes it above the header


def read_tsv(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a file of tab-separated values with a header."""
    return _read(opened, name, options, "\t")


def read_csv(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a CSV file with a header; the delimiter is the header's: ``,``, ``;``, ``|`` or tab."""
    return _read(opened, name, options, None)


def _read(opened: Opened, name: str, options: ReadOptions, delimiter: str | None) -> Iterator[Item]:
    csv.field_size_limit(options.max_chars)
    encoding = "utf-8-sig" if is_utf8(options.encoding) else options.encoding
    # Bytes that do not decode become surrogates, so that they cost their row and not the file.
    stream = io.TextIOWrapper(opened.content, encoding=encoding, errors="surrogateescape", newline="")
    try:
        yield from _rows(_Lines(stream, options.max_bytes), opened, name, options, delimiter)
    finally:
        stream.detach()  # else it would close what it reads from


class _Lines:
    """The lines of a table, none longer than ``limit`` characters: the rest of such a line is skipped."""

    def __init__(self, stream: io.TextIOWrapper, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._first: str | None = None
        self.number = 0
        self.ended = False

    def peek(self) -> str:
        """The first line, which will be given once more."""
        self._first = self._stream.readline(self._limit)
        return self._first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._first = self._first, None
        line = self._stream.readline(self._limit) if line is None else line
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        while len(line) == self._limit and not line.endswith(("\n", "\r")):
            # Longer than any field may be: csv will refuse what there is of it.
            if not (more := self._stream.readline(self._limit)) or more.endswith(("\n", "\r")):
                break
        return line


def _rows(lines: _Lines, opened: Opened, name: str, options: ReadOptions, delimiter: str | None) -> Iterator[Item]:
    first = lines.peek()
    if found := SEP.match(first):
        delimiter = delimiter or found[1]
        next(lines)
        first = lines.peek()
    if delimiter is None:
        delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error as error:
        yield Problem(Place(name, line=1), "bad_csv", f"the header is not CSV: {error}", name)
        return
    if not any(header):
        if not opened.problem:
            yield Problem(Place(name), "empty", "the file is empty", name)
        return
    columns = options.fields.columns(header)
    if "text" not in columns:
        message = f"no column holds the text: looked for {', '.join(options.fields.names('text'))}; the columns are {', '.join(header[:30])}"
        yield Problem(Place(name, line=1), "no_text", message, name)
        return
    positions = {ours: header.index(column) for ours, column in columns.items()}
    number = 0
    while True:
        number += 1
        place = Place(name, line=lines.number + 1, record=number)
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                # A quote that is not closed takes all that follows for its field.
                problem = too_long(place, options.max_chars + 1, options, str(place))
                problem.message += ", or a quote in it is not closed"
                yield problem
            else:
                yield Problem(place, "bad_csv", f"not CSV: {error}", str(place))
            continue
        if not row:
            number -= 1
            continue
        if opened.problem and lines.ended:
            return  # cut off with the stream, whose own problem tells of it
        if lines.ended:
            yield Problem(place, "bad_csv", "the file ends within a quoted field", str(place))
            return
        values = {ours: row[at] for ours, at in positions.items() if at < len(row)}
        if any(not value.isascii() and _is_undecoded(value) for value in values.values()):
            yield Problem(
                place, "not_utf8", f"the row is not {options.encoding} (another encoding? --encoding)", str(place)
            )
            continue
        yield from_mapping({columns[ours]: value for ours, value in values.items()}, place, options)


def _is_undecoded(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False
