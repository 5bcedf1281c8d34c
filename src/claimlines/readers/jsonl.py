"""JSON Lines: one article a line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

import orjson

from claimlines.readers.checks import decode, from_mapping, too_long
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.lines import read_lines
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened, is_utf8

__all__ = ["parse_object", "read_jsonl"]


def read_jsonl(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a JSON Lines file, and a problem for every line that holds none."""
    for line in read_lines(opened.content, options.max_bytes):
        place = Place(name, line=line.number, offset=line.offset)
        if line.data is None:
            yield too_long(place, line.size, options, str(place))
            continue
        data = line.data.removeprefix(codecs.BOM_UTF8) if line.number == 1 else line.data
        if not data.strip():
            continue
        if not line.complete and opened.problem:
            return  # cut off with the stream, whose own problem tells of it
        yield parse_object(data, place, options)


def parse_object(data: bytes, place: Place, options: ReadOptions) -> Item:
    """The article in one JSON object."""
    if is_utf8(options.encoding):
        try:
            return from_mapping(orjson.loads(data), place, options)
        except orjson.JSONDecodeError:
            pass  # what is wrong is found out below
    text = decode(data, place, options)
    if isinstance(text, Problem):
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        try:
            value = _as_python_writes_it(text)
        except (ValueError, RecursionError):
            at = Place(place.source, place.line, place.record, (place.offset or 0) + len(text[: error.pos].encode()))
            reason = "binary" if "\0" in text else "bad_json"
            return Problem(at, reason, f"not JSON: {error}", str(place))
    return from_mapping(value, place, options)


def _as_python_writes_it(text: str) -> Any:
    """The value of JSON with NaN and Infinity in it, which dumps made with Python are full of.

    Raises:
        ValueError, RecursionError: if it is no such thing.
    """
    if "NaN" not in text and "Infinity" not in text:
        raise ValueError("no NaN in it")
    return json.loads(text, parse_constant=lambda _: None)
