"""JSON Lines, plain or compressed."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import BinaryIO, cast

__all__ = ["LinesWriter", "open_compressed"]


def open_compressed(path: Path) -> BinaryIO:
    """``path`` for writing, compressed as its name tells (``.gz``, ``.zst``, ``.partial`` aside).

    The same content gives the same bytes: no time nor name goes into the file.
    """
    raw = open(path, "wb")  # noqa: SIM115  (closed by whoever asked for it)
    name = path.name.removesuffix(".partial").lower()
    if name.endswith(".gz"):
        return cast(BinaryIO, _Gzip(raw))
    if name.endswith(".zst"):
        import zstandard

        return cast(BinaryIO, zstandard.ZstdCompressor(level=6).stream_writer(raw, closefd=True))
    return raw


class _Gzip(gzip.GzipFile):
    """A gzip file that closes what it writes to."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)
        self._raw_file = raw

    def close(self) -> None:
        super().close()
        self._raw_file.close()


class LinesWriter:
    """Claims as lines of JSON."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, lines: bytes) -> None:
        """Write whole lines."""
        self._stream.write(lines)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()
