"""JSON Lines: one article a line."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from claimlines.readers.checks import decode, from_mapping, too_long
from claimlines.readers.items import Item, Place, Problem
from claimlines.readers.lines import read_lines
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["parse_object", "read_jsonl"]

BOM = b"\xef\xbb\xbf"


def read_jsonl(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a JSON Lines file, and a problem for every line that holds none."""
    for line in read_lines(opened.content, options.max_bytes):
        place = Place(name, line=line.number, offset=line.offset)
        if line.data is None:
            yield too_long(place, line.size, options, str(place))
            continue
        data = line.data.removeprefix(BOM) if line.number == 1 else line.data
        if not data.strip():
            continue
        if not line.complete and opened.problem:
            return  # cut off with the stream, whose own problem tells of it
        yield parse_object(data, place, options)


def parse_object(data: bytes, place: Place, options: ReadOptions) -> Item:
    """The article in one JSON object."""
    text = decode(data, place, options)
    if isinstance(text, Problem):
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        at = Place(place.source, place.line, place.record, (place.offset or 0) + len(text[: error.pos].encode()))
        reason = "binary" if "\0" in text else "bad_json"
        return Problem(at, reason, f"not JSON: {error}", str(place))
    return from_mapping(value, place, options)
