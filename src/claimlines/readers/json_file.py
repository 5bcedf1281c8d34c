"""JSON files: an array of articles, an object that holds one, or one article."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import orjson

from claimlines.readers.checks import from_mapping, too_long
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.jsonl import parse_object, read_jsonl
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_json"]

LISTS = ("articles", "data", "items", "results", "documents", "docs", "records", "rows")


def read_json(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a JSON file. Arrays are read element by element, whatever their size.

    An object is one article, or holds the list of them under a usual name; a file of many
    objects is read as JSON Lines, for that is what it is.
    """
    start = opened.content.peek(1 << 12).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        yield from _elements(opened, name, "item", options)
        return
    head = start.split(b"\n", 1)
    if len(head) == 2 and _is_object(head[0]):
        yield from read_jsonl(opened, name, options)
        return
    data = opened.content.read(options.max_bytes + 1)
    place = Place(name)
    if len(data) > options.max_bytes:
        yield too_long(place, opened.count, options, name)
        return
    if opened.problem or not data.strip():
        if not opened.problem:
            yield Problem(place, "empty", "the file is empty", name)
        return
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError:
        yield parse_object(data, place, options)
        return
    if isinstance(whole, dict) and "text" not in options.fields.pick(whole):
        for key in LISTS:
            if isinstance(whole.get(key), list):
                for number, element in enumerate(whole[key], 1):
                    yield from_mapping(element, Place(name, record=number), options)
                return
    yield from_mapping(whole, place, options)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


class _Following:
    """The stream as ijson reads it, with the offset reached and without a byte order mark."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.offset = 0
        if stream.peek(3).startswith(b"\xef\xbb\xbf"):
            self.offset = len(stream.read(3))

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.offset += len(data)
        return data


def _elements(opened: Opened, name: str, prefix: str, options: ReadOptions) -> Iterator[Item]:
    import ijson

    number = 0
    stream = _Following(opened.content)
    try:
        element: Any
        for element in ijson.items(stream, prefix, use_float=True):
            number += 1
            yield from_mapping(element, Place(name, record=number), options)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        # The parser cannot know where the next element begins, so the rest is lost with it.
        if not opened.problem:
            place = Place(name, record=number + 1, offset=stream.offset)
            detail = " ".join(str(error).split())
            yield Problem(
                place,
                "bad_json",
                f"not JSON from element {number + 1} on; the rest of the file is not read: {detail}",
                str(place),
            )
