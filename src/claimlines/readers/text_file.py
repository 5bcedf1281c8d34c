"""Text and Markdown files, one article each, and HTML pages."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from claimlines.readers.checks import article_or_problem, decode, too_long
from claimlines.readers.items import Item, Place, Problem, Record
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_html", "read_text"]


def read_text(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The one article of a text file: its whole content, whatever in it is title or date."""
    place = Place(name)
    data = opened.read(options.max_bytes + 1)
    if opened.problem:
        return
    if len(data) > options.max_bytes:
        yield too_long(place, opened.count, options, name)
        return
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text: str | Problem = _utf16(data, place)
    else:
        text = decode(data.removeprefix(codecs.BOM_UTF8), place, options)
    if isinstance(text, Problem):
        yield text
        return
    yield article_or_problem(Record(place, {"id": name, "text": text}, "document"), options)


def read_html(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The one article of an HTML page; the worker takes text, title and date from it."""
    place = Place(name)
    data = opened.read(options.max_chars + 1)
    if opened.problem:
        return
    if len(data) > options.max_chars:
        yield too_long(place, len(data), options, name)
    elif not data.strip():
        yield Problem(place, "empty", "the file is empty", name)
    elif b"\0" in data[:4096] and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield Problem(place, "binary", "binary data, not a page", name)
    else:
        yield Record(place, {"id": name}, "html", data)


def _utf16(data: bytes, place: Place) -> str | Problem:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError:
        return Problem(place, "bad_encoding", "begins as UTF-16 and is none", place.source)
    # Nearly any even number of bytes is UTF-16; no text has these characters.
    if "\uffff" in text or "\ufffe" in text:
        return Problem(place, "binary", "binary data, not text", place.source)
    return text
