"""Opening inputs: local, remote or standard input, plain or compressed, hashed on the way."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import hashlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

__all__ = ["Input", "Opened", "is_remote", "is_utf8", "open_input", "printable"]

BLOCK = 1 << 16
LAYERS = 3  # of compression in compression
STEP = 1 << 12  # bytes transcoded at a time, and lost with one that is wrong
ZSTD_BLOCK = 1 << 12  # zstd has no output limit a call; small pieces bound what a bomb unfolds to


def printable(name: str) -> str:
    """A file name as text: names are bytes, and those that are no UTF-8 must still go into JSON."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_utf8(encoding: str) -> bool:
    """Whether ``encoding`` is a name of UTF-8."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


def is_remote(path: str) -> bool:
    """Whether ``path`` is a URL that fsspec opens."""
    return "://" in path


class Counting(io.RawIOBase):
    """The raw bytes of an input, counted and hashed as they pass."""

    def __init__(self, stream: BinaryIO, *, hashed: bool) -> None:
        self._stream = stream
        self._hash = hashlib.sha256() if hashed else None
        self.count = 0
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        self.ended = self.ended or not data
        if self._hash is not None:
            self._hash.update(data)
        return len(data)

    def hexdigest(self) -> str | None:
        """SHA-256 of the whole input, or None if it was not read to its end."""
        return self._hash.hexdigest() if self._hash is not None and self.ended else None

    def close(self) -> None:
        self._stream.close()
        super().close()


def _zstd() -> Any:
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


MAGIC: tuple[tuple[bytes, str, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: zlib.decompressobj(wbits=31)),
    (b"\x28\xb5\x2f\xfd", "zstd", _zstd),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", "xz", lzma.LZMADecompressor),
)


def _decompressor_errors() -> tuple[type[Exception], ...]:
    errors: tuple[type[Exception], ...] = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)
    with contextlib.suppress(ImportError):
        import zstandard

        errors += (zstandard.ZstdError,)
    return errors


class Decompressing(io.RawIOBase):
    """A compressed stream as its content.

    What can be read of a damaged or truncated stream is read; ``problem`` then says what is
    wrong, and the stream ends there. The standard library's file objects raise instead, and
    lose what they had decompressed and not yet handed on.
    """

    def __init__(self, raw: io.BufferedReader, name: str, make: Callable[[], Any]) -> None:
        self._raw = raw
        self._name = name
        self._make = make
        self._pieces = self._decompress()
        self._rest = memoryview(b"")
        self.problem: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _decompress(self) -> Iterator[bytes]:
        errors = _decompressor_errors()
        step = ZSTD_BLOCK if self._name == "zstd" else BLOCK
        try:
            pending = self._raw.read1(step)
            while pending:
                machine = self._make()
                while not machine.eof:
                    if not pending:
                        pending = self._raw.read1(step)
                    if not pending and getattr(machine, "needs_input", True):
                        self.problem = f"the {self._name} data end before their time (truncated file)"
                        return
                    if self._name == "zstd":
                        data, pending = machine.decompress(pending), b""
                    elif self._name == "gzip":
                        data = machine.decompress(pending, BLOCK * 4)
                        pending = machine.unconsumed_tail
                    else:
                        data, pending = machine.decompress(pending, BLOCK * 4), b""
                    if data:
                        yield data
                pending = machine.unused_data or self._raw.read1(step)
                pending = pending.lstrip(b"\0")  # padding between and after members is allowed
                while pending == b"":
                    more = self._raw.read1(step)
                    if not more:
                        return
                    pending = more.lstrip(b"\0")
        except errors as error:
            self.problem = f"the {self._name} data are damaged: {error}"

    def close(self) -> None:
        self._raw.close()
        super().close()


class Input:
    """One input file: what to open, and what is to be said of it.

    Attributes:
        path: local path, URL, or ``-`` for standard input.
        name: what ids and errors call it.
        format: name of the format, or None to find it out from the content.
        size: bytes, or None if not known.
        problem: why it cannot be read, if that is known already.
    """

    __slots__ = ("format", "name", "path", "problem", "size")

    def __init__(self, path: str, name: str, format: str | None, size: int | None, problem: str | None = None) -> None:
        self.path = path
        self.name = name
        self.format = format
        self.size = size
        self.problem = problem


class Transcoding(io.RawIOBase):
    """Text in another encoding as UTF-8, without a byte order mark.

    For encodings in which a line end is no single byte, and for parsers that know UTF-8 only.
    The text ends where it cannot be decoded, and ``problem`` says so.
    """

    def __init__(self, raw: io.BufferedReader, encoding: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._encoding = encoding
        self._rest = memoryview(b"")
        self._first = True
        self._ended = False
        self.problem: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            data = self._raw.read1(STEP)
            self._ended = not data
            try:
                text = self._decoder.decode(data, final=self._ended)
            except UnicodeDecodeError as error:
                self.problem = f"not {self._encoding}: {error.reason}"
                text, self._ended = "", True
            if text and self._first:
                text, self._first = text.removeprefix("\ufeff"), False
            self._rest = memoryview(text.encode("utf-8", "replace"))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class Opened:
    """An open input.

    Attributes:
        path: where it lies on this machine, or None.
        content: the decompressed bytes, buffered.
    """

    def __init__(self, raw: Counting, path: str | None = None) -> None:
        self.path = path
        self._counting = raw
        self._layers: list[Decompressing | Transcoding] = []
        self.content: io.BufferedReader = io.BufferedReader(cast(Any, raw), BLOCK)
        # Content decides, not the name: crawls are full of .gz files that are none, or twice.
        for _ in range(LAYERS):
            start = self.content.peek(6)[:6]
            found = next(((name, make) for magic, name, make in MAGIC if start.startswith(magic)), None)
            if found is None:
                break
            self._push(Decompressing(self.content, *found))

    def _push(self, layer: Decompressing | Transcoding) -> None:
        self._layers.append(layer)
        self.content = io.BufferedReader(cast(Any, layer), BLOCK)

    def transcode(self, encoding: str) -> None:
        """Let ``content`` be UTF-8, whatever the encoding of the input."""
        self._push(Transcoding(self.content, encoding))

    @property
    def compressed(self) -> bool:
        """Whether the content is not the file as it is stored (and so cannot be sought in)."""
        return bool(self._layers)

    @property
    def problem(self) -> str | None:
        """What is wrong with the compressed stream or its encoding, once reading has met it."""
        return next((layer.problem for layer in self._layers if layer.problem), None)

    @property
    def count(self) -> int:
        """Bytes of the file read so far."""
        return self._counting.count

    def read(self, limit: int) -> bytes:
        """The content, or the first ``limit`` bytes of it."""
        # The stream would make room for all that it is asked for.
        pieces, size = [], 0
        while size < limit and (data := self.content.read(min(BLOCK, limit - size))):
            pieces.append(data)
            size += len(data)
        return b"".join(pieces)

    def drain(self) -> None:
        """Read the file to its end: what a reader gave up on is still part of the digest."""
        while self._counting.read(1 << 20):
            pass

    def hexdigest(self) -> str | None:
        """SHA-256 of the file as it is stored, or None if not read to its end."""
        return self._counting.hexdigest()


@contextlib.contextmanager
def open_input(path: str, *, hashed: bool = True) -> Iterator[Opened]:
    """Open an input for reading its content.

    Raises:
        OSError: if it cannot be opened.
        ModuleNotFoundError: if its protocol needs a package that is not installed.
    """
    stream: BinaryIO
    if path == "-":
        # Not sys.stdin: a reader that still waits on it would hold its lock at exit.
        stream = cast(BinaryIO, open(0, "rb", buffering=0, closefd=False))  # noqa: SIM115
    elif is_remote(path):
        import fsspec

        stream = cast(BinaryIO, fsspec.open(path, "rb").open())
    else:
        # Unbuffered: what comes through a pipe is to be read when it comes.
        stream = cast(BinaryIO, open(path, "rb", buffering=0))  # noqa: SIM115  (closed below, through the layers above it)
    counting = Counting(stream, hashed=hashed)
    try:
        yield Opened(counting, None if path == "-" or is_remote(path) else path)
    finally:
        counting.close()
