"""WARC: the HTML responses of a crawl, and the texts of its conversion records."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

from claimlines.readers.checks import article_or_problem, decode, too_long
from claimlines.readers.items import Item, Place, Problem, Record, Skip
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import Opened

__all__ = ["read_warc"]

HTML = ("text/html", "application/xhtml+xml")
LINE = 1 << 16
HEADERS = 1 << 16  # bytes of HTTP headers before a page


def read_warc(opened: Opened, name: str, options: ReadOptions) -> Iterator[Item]:
    """The articles of a WARC or WET file.

    Responses that are no HTML page, or not successful, are skipped and counted; records of
    requests and metadata are none of an article's business and not counted. Where no record
    begins when one should, that is a problem, and reading goes on at the next that does.
    """
    from warcio.statusandheaders import StatusAndHeadersParser

    parser = StatusAndHeadersParser(["WARC/"])
    stream, number, lost = opened.content, 0, False
    while line := stream.readline(LINE):
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            if not lost:
                place = Place(name, record=number + 1)
                message = f"no WARC record begins here, but {line[:60]!r}; all up to the next one is left out"
                yield Problem(place, "bad_warc", message, str(place))
            lost = True
            continue
        number, lost = number + 1, False
        place = Place(name, record=number)
        try:
            headers = parser.parse(stream, line)
            length = int(headers.get_header("Content-Length"))
        except Exception as error:  # of headers that are none
            yield Problem(place, "bad_warc", f"the record's head cannot be read: {error}", str(place))
            lost = True
            continue
        wanted = headers.get_header("WARC-Type") in ("response", "conversion")
        most = options.max_bytes + HEADERS
        body = stream.read(length) if wanted and 0 <= length <= most else b""
        left = length - len(body)
        while left > 0 and (data := stream.read(min(left, 1 << 20))):
            left -= len(data)
        if left > 0:
            if not opened.problem:
                yield Problem(place, "truncated", "the file ends within this record", str(place))
            return
        if not wanted:
            continue
        try:
            item = _item(headers, body, length, place, options)
        except Exception as error:  # warcio hands on what zlib and brotli raise
            item = Problem(place, "bad_warc", f"the record cannot be read: {type(error).__name__}: {error}", str(place))
        if item is not None:
            yield item


def _item(headers: Any, body: bytes, length: int, place: Place, options: ReadOptions) -> Item | None:
    fields = {
        "id": (headers.get_header("WARC-Record-ID") or "").strip("<>") or str(place),
        "url": (headers.get_header("WARC-Target-URI") or "").strip("<>") or None,
    }
    if len(body) < length:
        return too_long(place, length, options, fields["id"])
    if headers.get_header("WARC-Type") == "conversion":
        text = decode(body, place, options)
        if isinstance(text, Problem):
            return text
        return article_or_problem(Record(place, {**fields, "text": text}), options)
    if not body.startswith(b"HTTP/"):
        if (fields["url"] or "").lower().startswith("http"):
            return Problem(place, "bad_warc", "the response does not begin as HTTP does", fields["id"])
        return None  # the answer of a name server, or what a crawler noted
    return _page(body, fields, place, options)


def _page(body: bytes, fields: dict[str, str | None], place: Place, options: ReadOptions) -> Item:
    from warcio.bufferedreaders import ChunkedDataReader
    from warcio.statusandheaders import StatusAndHeadersParser

    stream = io.BytesIO(body)
    http = StatusAndHeadersParser(["HTTP/"], verify=False).parse(stream)
    if (http.statusline or "").split(" ")[0] != "200":
        return Skip(place, "http_status", id=fields["id"])
    kind, *parameters = (http.get_header("Content-Type") or "").lower().split(";")
    if kind.strip() not in HTML:
        return Skip(place, "not_html", id=fields["id"])
    encoding = (http.get_header("Content-Encoding") or "").strip().lower()
    encoding = {"x-gzip": "gzip", "identity": ""}.get(encoding, encoding)
    if encoding not in ("", "gzip", "deflate", "br", "zstd"):
        return Problem(place, "bad_warc", f"the page is encoded as {encoding}, which is not known", fields["id"])
    chunked = (http.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    data = ChunkedDataReader(stream).read() if chunked else stream.read()
    data = _decoded(data, encoding, options.max_chars + 1)
    if len(data) > options.max_chars:
        return too_long(place, len(data), options, fields["id"])
    if not data.strip():
        return Problem(place, "empty", "the page is empty", fields["id"])
    charset = next((text.split("=", 1)[1] for part in parameters if (text := part.strip()).startswith("charset=")), "")
    return Record(place, fields, "html", _as_utf8(data, charset.strip(" \"'")))


def _decoded(data: bytes, encoding: str, most: int) -> bytes:
    """The page as it was before the server compressed it, cut after ``most`` bytes.

    Archives often hold pages that are decoded already, under the headers of before.

    Raises:
        ValueError, zlib.error, zstandard.ZstdError: if it cannot be decoded.
    """
    if not encoding or data.lstrip()[:1] == b"<":
        return data
    if encoding == "gzip":
        if not data.startswith(b"\x1f\x8b"):
            return data
        machine = zlib.decompressobj(31)
        page = machine.decompress(data, most)
        if len(page) < most and not machine.eof:
            raise ValueError("the page ends before its time")
        return page
    if encoding == "deflate":
        try:
            return zlib.decompressobj().decompress(data, most)
        except zlib.error:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, most)
    if encoding == "zstd":
        import zstandard

        return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read(most)
    try:
        import brotli  # type: ignore[import-not-found]
    except ImportError as error:
        raise ValueError("it is compressed with brotli: pip install brotli") from error
    return bytes(brotli.decompress(data))


def _as_utf8(page: bytes, charset: str) -> bytes:
    """The page as UTF-8, if it is not and the server has told what it is."""
    if not charset or page.isascii():
        return page
    try:
        page.decode()
    except UnicodeDecodeError:
        try:
            return page.decode(charset).encode()
        except (UnicodeError, LookupError):
            return page
    return page
