"""JSON files: an array of articles, an object that holds one, or articles one after the other."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from claimlines.readers.checks import from_mapping, too_long
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.jsonl import read_jsonl
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_json"]

LISTS = ("articles", "data", "items", "results", "documents", "docs", "records", "rows")
BLOCK = 1 << 16
LITERAL = 16  # no word or escape of JSON is longer
SPACE = re.compile(r"[ \t\r\n]*")


def read_json(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a JSON file, read one by one, whatever its size.

    An array holds articles. An object is one article, or holds the list of them under a usual
    name. Several objects follow each other one a line, as in JSON Lines, or laid out over lines.
    """
    line, _, more = opened.content.peek(1 << 12).removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    if more.strip() and _is_object(line):
        yield from read_jsonl(opened, name, options)
        return
    scanner = _Scanner(opened.content, options.max_bytes)
    articles = _Articles(scanner, name, options)
    try:
        yield from articles
        if articles.number == 0 and not articles.arrays and not opened.problem:
            yield Problem(Place(name), "empty", "the file is empty", name)
    except _TooLong:
        yield too_long(articles.place, scanner.limit, options, str(articles.place))
    except (ValueError, RecursionError) as error:
        # Nobody can know where the next article begins, so the rest is lost with this one.
        if not opened.problem:
            where = articles.place
            place = Place(name, record=where.record, offset=scanner.offset)
            rest = f" from element {where.record} on; the rest of the file is not read" if where.record else ""
            reason = "binary" if scanner.binary else "bad_json"
            yield Problem(place, reason, f"not JSON{rest}: {error}", str(where))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


class _TooLong(Exception):
    """A value longer than any article."""


class _Scanner:
    """JSON in pieces: no more of it is in memory than the value at hand.

    NaN and Infinity, which Python writes into JSON, are None. Bytes that are no UTF-8 become
    surrogates, so that they cost their article and not the file.
    """

    def __init__(self, stream: io.BufferedReader, limit: int) -> None:
        self.limit = limit
        self._stream = stream
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._values = json.JSONDecoder(parse_constant=lambda _: None)
        self._text = ""
        self._at = 0
        self._read = 0
        self._ended = False

    @property
    def offset(self) -> int:
        """Bytes before what is to be read next."""
        return self._read - len(self._text[self._at :].encode("utf-8", "surrogateescape"))

    @property
    def consumed(self) -> int:
        """Bytes read of the stream."""
        return self._read

    @property
    def binary(self) -> bool:
        """Whether what is to be read next is no text."""
        return "\0" in self._text[self._at : self._at + 4096]

    def peek(self) -> str:
        """The next character that is no space, or nothing at the end."""
        while True:
            found = SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def take(self, char: str) -> bool:
        """Go on behind ``char`` if it is next."""
        if self.peek() != char:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """The next value.

        Raises:
            ValueError: if it is not JSON.
            _TooLong: if it is longer than the limit.
        """
        self.peek()
        while True:
            try:
                value, end = self._values.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # It may only be that not all of it is read.
                cut = error.msg.startswith("Unterminated string") or error.pos > len(self._text) - LITERAL
                if self._ended or not cut:
                    raise ValueError(f"{error.msg} after {self._near(error.pos)}") from None
                if len(self._text) - self._at > self.limit:
                    raise _TooLong from None
            else:
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            self._more()

    def fail(self, expected: str) -> ValueError:
        """The error that something else is next."""
        return ValueError(f"{expected} should follow {self._near(self._at)}")

    def _near(self, position: int) -> str:
        return repr(self._text[max(0, position - 40) : position])

    def _more(self) -> None:
        rest = self._text[self._at :]
        # As much again: what is scanned anew each time is then never more than what is read.
        data = self._stream.read1(max(BLOCK, len(rest)))
        self._read += len(data)
        self._ended = not data
        self._text, self._at = rest + self._bytes.decode(data, final=self._ended), 0


class _Articles:
    """The articles of a file, in any of its shapes.

    Attributes:
        number: how many articles there were so far.
        place: of the one that is being read.
        arrays: whether there was an array to hold them.
    """

    def __init__(self, scanner: _Scanner, name: str, options: ReadOptions) -> None:
        self.number = 0
        self.arrays = False
        self._scanner = scanner
        self._name = name
        self._options = options

    @property
    def place(self) -> Place:
        alone = self.number == 0 and not self.arrays
        return Place(self._name) if alone else Place(self._name, record=self.number + 1)

    def __iter__(self) -> Iterator[Item]:
        scanner = self._scanner
        while start := scanner.peek():
            if start == "[":
                yield from self._array()
            elif start == "{":
                yield from self._object()
            else:
                yield self._item(scanner.value())

    def _array(self) -> Iterator[Item]:
        self.arrays = True
        for value in self._values():
            yield self._item(value)

    def _values(self) -> Iterator[Any]:
        """The values of an array."""
        scanner = self._scanner
        scanner.take("[")
        while not scanner.take("]"):
            yield scanner.value()
            if not scanner.take(",") and scanner.peek() != "]":
                raise scanner.fail("a comma or the end of the array")

    def _object(self) -> Iterator[Item]:
        """An article, or what holds a list of them."""
        scanner, fields, held = self._scanner, dict[str, Any](), False
        start = scanner.consumed
        scanner.take("{")
        while not scanner.take("}"):
            if scanner.peek() != '"':
                raise scanner.fail("the name of a field")
            key = scanner.value()
            if not scanner.take(":"):
                raise scanner.fail("a colon")
            if key in LISTS and not held and scanner.peek() == "[" and not self._has_text(fields):
                fields[key] = []
                for value in self._values():
                    held = held or (not fields[key] and self._has_text(value))
                    if held:
                        self.arrays = True
                        yield self._item(value)
                    else:
                        fields[key].append(value)
            else:
                value = scanner.value()
                if not held:  # what stands around a list is of no use, and may be long
                    fields[key] = value
            if not held and scanner.consumed - start > scanner.limit + BLOCK:
                raise _TooLong
            if not scanner.take(",") and scanner.peek() != "}":
                raise scanner.fail("a comma or the end of the object")
        if not held:
            yield self._item(fields)

    def _has_text(self, value: Any) -> bool:
        return isinstance(value, dict) and "text" in self._options.fields.pick(value)

    def _item(self, value: Any) -> Item:
        alone = not self.arrays and self.number == 0 and not self._scanner.peek()
        place = Place(self._name) if alone else Place(self._name, record=self.number + 1)
        self.number += 1
        return from_mapping(value, place, self._options)
