"""What makes a record an article: a text, of some length, that is text."""

from __future__ import annotations

from typing import Any

from claimlines.readers.fields import plain_text
from claimlines.readers.items import Item, Place, Problem, Record
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import is_utf8

__all__ = ["article_or_problem", "decode", "from_mapping", "too_long"]


def from_mapping(data: Any, place: Place, options: ReadOptions) -> Item:
    """The article in one record of a dump, or why there is none."""
    if not isinstance(data, dict):
        return Problem(
            place, "not_an_object", f"the record is a {type(data).__name__}, not an object with fields", str(place)
        )
    fields = options.fields.pick(data)
    for name in ("id", "title", "url", "source"):
        if name in fields:
            fields[name] = plain_text(fields[name])
    if "text" not in fields:
        names = ", ".join(options.fields.names("text"))
        have = ", ".join(str(name)[:40] for name in list(data)[:12]) or "none"
        message = f"no text: looked for {names}; the record's fields are {have}"
        return Problem(place, "no_text", message, _id(fields, place))
    if isinstance(fields["text"], bytes):
        text = decode(fields["text"], place, options)
        if isinstance(text, Problem):
            text.id = _id(fields, place)
            return text
        fields["text"] = text
    if not isinstance(fields["text"], str):
        kind = type(fields["text"]).__name__
        return Problem(place, "no_text", f"the text is a {kind}, not a string", _id(fields, place))
    return article_or_problem(Record(place, fields), options)


def article_or_problem(record: Record, options: ReadOptions) -> Item:
    """The record itself if its text can be an article's, else the problem with it."""
    text = record.fields.get("text")
    if text is None:
        return record
    if record.size > options.max_chars:
        return too_long(record.place, record.size, options, record.id)
    if not text or text.isspace():
        return Problem(record.place, "empty", "the text is empty", record.id)
    if "\0" in text:
        where = text.index("\0")
        return Problem(record.place, "binary", f"the text has a NUL character at {where}: binary data?", record.id)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            message = f"the text has half of a surrogate pair, or a byte that is no UTF-8, at {error.start}"
            return Problem(record.place, "not_utf8", message, record.id)
    return record


def too_long(place: Place, size: int, options: ReadOptions, id: str | None = None) -> Problem:
    """The problem of an article over the limit."""
    message = f"{size:,} characters or bytes are more than the limit of {options.max_chars:,} (--max-chars)"
    return Problem(place, "too_long", message, id)


def decode(data: bytes, place: Place, options: ReadOptions) -> str | Problem:
    """``data`` as text, or the problem that it is none in the encoding told."""
    try:
        text = data.decode(options.encoding)
    except UnicodeDecodeError as error:
        at = Place(place.source, place.line, place.record, (place.offset or 0) + error.start)
        # Binary data fail to decode too; the NULs in them tell the two apart.
        if b"\0" in data[:4096]:
            return Problem(at, "binary", "binary data, not text", str(place))
        reason = "not_utf8" if is_utf8(options.encoding) else "bad_encoding"
        message = f"not {options.encoding}: {error.reason} at byte {at.offset} (another encoding? --encoding)"
        return Problem(at, reason, message, str(place))
    except UnicodeError as error:
        return Problem(place, "bad_encoding", f"not {options.encoding}: {error}", str(place))
    return text


def _id(fields: dict[str, Any], place: Place) -> str:
    value = fields.get("id")
    return value if value else str(place)
