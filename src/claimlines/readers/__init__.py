"""Reading articles: any dump in, one item an article out, and a problem where there is none."""

from __future__ import annotations

import codecs
import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from claimlines.readers.items import Item, Place, Problem, Record, Skip
from claimlines.readers.json_file import read_json
from claimlines.readers.jsonl import read_jsonl
from claimlines.readers.ledger import Ledger
from claimlines.readers.locate import FORMATS, Found, InputError, find_inputs
from claimlines.readers.options import ReadOptions
from claimlines.readers.parquet import read_parquet
from claimlines.readers.streams import Input, Opened, is_utf8, open_input
from claimlines.readers.tables import read_csv, read_tsv
from claimlines.readers.text_file import read_html, read_text
from claimlines.readers.warc import read_warc

__all__ = [
    "FORMATS",
    "Found",
    "Input",
    "InputError",
    "Item",
    "Ledger",
    "Place",
    "Problem",
    "ReadOptions",
    "Record",
    "Skip",
    "find_inputs",
    "read_sources",
]

Reader = Callable[[Opened, str, ReadOptions], Iterator[Item]]

# Errors that are none of a file's: to go on would be to lose one article after the other.
OURS = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM}

READERS: dict[str, Reader] = {
    "csv": read_csv,
    "html": read_html,
    "json": read_json,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "text": read_text,
    "tsv": read_tsv,
    "warc": read_warc,
}


def read_sources(inputs: Iterable[Input], options: ReadOptions, ledger: Ledger | None = None) -> Iterator[Item]:
    """The items of all inputs, in order. A file that cannot be read is a problem, not an exception.

    ``ledger`` is told size and digest of each file that was read.

    Raises:
        OSError: if not the file is at fault but this machine: no space for temporary files,
            too many open files.
    """
    done = 0
    for source in inputs:
        size, sha256 = source.size, None
        place = Place(source.name)
        try:
            if source.problem is not None:
                yield Problem(place, "unreadable", source.problem, source.name, position=done)
                continue
            with open_input(source.path, hashed=ledger is not None) as opened:
                for item in _read(opened, source, options):
                    item.position = done + opened.count
                    yield item
                if opened.problem:
                    message = f"{opened.problem}; what comes before is read, the rest is not"
                    yield Problem(place, "truncated", message, source.name, position=done + opened.count)
                opened.drain()
                size, sha256 = opened.count if size is None else size, opened.hexdigest()
        except (OSError, ModuleNotFoundError) as error:
            if isinstance(error, OSError) and error.errno in OURS:
                raise
            detail = error.strerror if isinstance(error, OSError) and error.strerror else error
            yield Problem(place, "unreadable", f"cannot be read: {detail}", source.name, position=done)
        except Exception as error:  # what a library raises on a file that its authors did not think of
            message = f"cannot be read: {type(error).__name__}: {error}"
            yield Problem(place, "unreadable", message, source.name, position=done)
        finally:
            if ledger is not None:
                ledger.add(source, size, sha256)
        done += size or 0


def _read(opened: Opened, source: Input, options: ReadOptions) -> Iterator[Item]:
    format = options.format or source.format or _sniff(opened)
    if format is None:
        yield Problem(Place(source.name), "binary", "binary data of no known format", source.name)
        return
    if format in ("csv", "json", "jsonl", "tsv") and (encoding := _to_transcode(opened, format, options)):
        opened.transcode(encoding)
        options = replace(options, encoding="utf-8")
    yield from READERS[format](opened, source.name, options)


def _to_transcode(opened: Opened, format: str, options: ReadOptions) -> str | None:
    """The encoding of the content, if its reader cannot read that by itself."""
    start = opened.content.peek(4)[:4]
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Elsewhere lines can be told by their ends, and a line that does not decode costs itself only.
    wide = len("\n".encode(options.encoding)) > 1
    return options.encoding if wide or (format == "json" and not is_utf8(options.encoding)) else None


def _sniff(opened: Opened) -> str | None:
    """The format that the content tells, where the name tells none."""
    start = opened.content.peek(512)[:512]
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"WARC/"):
        return "warc"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "ignore").encode("utf-8", "replace")
    elif b"\0" in start:
        return None
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"{"):
        return "jsonl" if b"\n" not in text.rstrip() or text.split(b"\n")[0].rstrip().endswith(b"}") else "json"
    if text.startswith((b"[{", b"[\n", b"[\r\n", b"[ ")):
        return "json"
    if text[:200].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        return "html"
    return "text"
