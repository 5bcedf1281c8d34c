"""WARC: the HTML responses of a crawl, and the texts of its conversion records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claimlines.readers.checks import article_or_problem, decode, too_long
from claimlines.readers.items import Item, Place, Problem, Record, Skip
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_warc"]

HTML = ("text/html", "application/xhtml+xml")


def read_warc(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a WARC or WET file.

    Responses that are no HTML page, or not successful, are skipped and counted; records of
    requests and metadata are none of an article's business and not counted.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    records = iter(ArchiveIterator(opened.content, no_record_parse=False, ensure_http_headers=False))
    while True:
        number += 1
        try:
            record = next(records)
        except StopIteration:
            return
        except (ArchiveLoadFailed, EOFError, ValueError, OSError, KeyError) as error:
            if not opened.problem:
                place = Place(name, record=number)
                detail = " ".join(str(error).split())[:300]
                yield Problem(place, "bad_warc", f"not readable as WARC from record {number} on: {detail}", str(place))
            return
        place = Place(name, record=number)
        try:
            item = _item(record, place, options)
        except Exception as error:  # warcio hands on what http.client, zlib and brotli raise
            item = Problem(place, "bad_warc", f"the record cannot be read: {type(error).__name__}: {error}", str(place))
        if _cut(record):
            if not opened.problem:
                yield Problem(place, "truncated", "the file ends within this record", str(place))
            return
        if item is not None:
            yield item


def _cut(record: Any) -> bool:
    """Whether the file ends before the record does."""
    rest = record.raw_stream
    try:
        while rest.read(1 << 16):
            pass
    except Exception:  # as above
        return True
    return bool(getattr(rest, "limit", 0) > 0)


def _item(record: Any, place: Place, options: ReadOptions) -> Item | None:
    headers = record.rec_headers
    fields = {
        "id": (headers.get_header("WARC-Record-ID") or "").strip("<>") or str(place),
        "url": headers.get_header("WARC-Target-URI"),
    }
    if record.rec_type == "conversion":
        data = record.content_stream().read(options.max_bytes + 1)
        if len(data) > options.max_bytes:
            return too_long(place, len(data), options, fields["id"])
        text = decode(data, place, options)
        if isinstance(text, Problem):
            return text
        return article_or_problem(Record(place, {**fields, "text": text}), options)
    if record.rec_type != "response" or record.http_headers is None:
        return None
    if record.http_headers.get_statuscode() != "200":
        return Skip(place, "http_status", id=fields["id"])
    kind = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    if kind not in HTML:
        return Skip(place, "not_html", id=fields["id"])
    data = record.content_stream().read(options.max_chars + 1)
    if len(data) > options.max_chars:
        return too_long(place, len(data), options, fields["id"])
    if not data.strip():
        return Problem(place, "empty", "the page is empty", fields["id"])
    return Record(place, fields, "html", data)
