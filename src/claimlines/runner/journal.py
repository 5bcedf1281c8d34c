"""The journal: what a run has done so far, on disk, so that a killed run can go on.

One file beside the output: a head that says which run it is, then a frame for each finished
chunk, in the order in which chunks were finished. Each frame has a checksum, and a frame
that was being written when the run died is cut off when the next run opens the file.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import zstandard

from claimlines.runner.outcome import Counts, Outcome, unpacked

__all__ = ["ChangedError", "Held", "Journal", "LockedError"]

FORMAT = 2
HEAD = struct.Struct("<4sQII16s5I")
MAGIC = b"clj1"
HEADER_CHUNK = (1 << 64) - 1
SYNC_SECONDS = 1.0
HELD = 32 << 20  # bytes


class ChangedError(RuntimeError):
    """The run found in the journal is not this one; the message says in what it differs."""


class LockedError(RuntimeError):
    """Another run holds the journal."""


class Journal:
    """The journal of a run, in a file. One thread appends; any may ask.

    Eight bytes a chunk are held in memory: the place of its frame.
    """

    def __init__(self, path: Path, fingerprint: dict[str, Any], *, replace: bool = False, fresh: bool = False) -> None:
        """Open or begin the journal at ``path``.

        Args:
            fingerprint: what makes this run the same as the one in the journal.
            replace: whether the run may replace an output that exists; remembered.
            fresh: begin anew whatever is there.

        Raises:
            ChangedError: if the journal is of another run.
            LockedError: if another run is writing it.
            OSError: if it cannot be written.
        """
        self.path = path
        self.counts = Counts()
        self.resumed = 0
        self.replace = replace
        self._offsets = array("Q")
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self._lock()
            self._end = 0
            header = self._header()
            if header is None or fresh:
                os.ftruncate(self._fd, 0)
                self._end = 0
                head = {"format": FORMAT, "fingerprint": fingerprint, "replace": replace}
                self._write(HEADER_CHUNK, b"\0" * 16, Counts(), orjson.dumps(head))
            else:
                if header.get("format") != FORMAT:
                    raise ChangedError("it is of another version of claimlines")
                if difference := _difference(header.get("fingerprint", {}), fingerprint):
                    raise ChangedError(difference)
                self.replace = bool(header.get("replace")) or replace
                self._load()
            os.fsync(self._fd)
        except BaseException:
            os.close(self._fd)
            raise
        self._syncing = _Syncing(self._fd)

    @property
    def chunks(self) -> int:
        """The number of the last chunk that is finished, plus one."""
        return len(self._offsets)

    def done(self, chunk: int) -> bool:
        """Whether the chunk has been finished."""
        return chunk < len(self._offsets) and self._offsets[chunk] > 0

    def digest(self, chunk: int) -> str:
        """Digest of the items of a finished chunk."""
        return str(self._frame(self._offsets[chunk])[1].hex())

    def counts_of(self, chunk: int) -> Counts:
        """Counts of a finished chunk."""
        return self._frame(self._offsets[chunk])[2]

    def outcomes(self, chunk: int) -> Iterator[Outcome]:
        """The outcomes of a finished chunk, in the order of its items."""
        offset = self._offsets[chunk]
        length = self._frame(offset)[0]
        payload = os.pread(self._fd, length, offset + HEAD.size)
        return unpacked(zstandard.decompress(payload))

    def append(self, chunk: int, digest: str, outcomes: list[bytes]) -> None:
        """Enter a finished chunk, its outcomes packed; a process killed right after this has it kept.

        Raises:
            OSError: if the disk is full, with the journal as it was before.
        """
        counts = Counts.of(outcomes)
        offset = self._write(chunk, bytes.fromhex(digest), counts, b"".join(outcomes))
        self._place(chunk, offset)
        self.counts.add(counts)
        self._syncing.wanted()

    def close(self, *, delete: bool = False) -> None:
        """Let go of the journal; with ``delete`` the run is over and needs it no more."""
        self._syncing.end()
        if delete:
            self.path.unlink(missing_ok=True)
        else:
            os.fsync(self._fd)
        os.close(self._fd)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(f"another run is writing {self.path}; wait for it, or give another output") from error
        except OSError:
            return  # file systems without locks are used without
        with suppress(OSError):
            if os.stat(self.path).st_ino == os.fstat(self._fd).st_ino:
                return
        raise LockedError(f"another run has just finished with {self.path}; give the command again")

    def _write(self, chunk: int, digest: bytes, counts: Counts, content: bytes) -> int:
        payload = self._compressor.compress(content)
        numbers = (counts.seen, counts.done, counts.skipped, counts.failed, counts.claims)
        body = HEAD.pack(MAGIC, chunk, len(payload), zlib.crc32(payload), digest, *numbers) + payload
        offset, written = self._end, 0
        try:
            while written < len(body):
                written += os.pwrite(self._fd, body[written:], offset + written)
        except OSError:
            os.ftruncate(self._fd, offset)
            raise
        self._end = offset + len(body)
        return offset

    def _frame(self, offset: int) -> tuple[int, bytes, Counts]:
        _, _, length, _, digest, *numbers = HEAD.unpack(os.pread(self._fd, HEAD.size, offset))
        return length, digest, Counts(*numbers)

    def _header(self) -> dict[str, Any] | None:
        frame = self._next(0)
        if frame is None or frame[0] != HEADER_CHUNK:
            if os.fstat(self._fd).st_size > HEAD.size and os.pread(self._fd, 4, 0) != MAGIC:
                raise ChangedError(f"{self.path} is no journal of claimlines; remove it or give another output")
            return None
        length, self._end = frame[1], HEAD.size + frame[1]
        return dict(orjson.loads(zstandard.decompress(os.pread(self._fd, length, HEAD.size))))

    def _load(self) -> None:
        while (frame := self._next(self._end)) is not None:
            chunk, length, counts = frame
            self._place(chunk, self._end)
            self.counts.add(counts)
            self.resumed += counts.seen
            self._end += HEAD.size + length
        os.ftruncate(self._fd, self._end)

    def _next(self, offset: int) -> tuple[int, int, Counts] | None:
        head = os.pread(self._fd, HEAD.size, offset)
        if len(head) < HEAD.size:
            return None
        magic, chunk, length, checksum, _, *numbers = HEAD.unpack(head)
        if magic != MAGIC:
            return None
        payload = os.pread(self._fd, length, offset + HEAD.size)
        if len(payload) < length or zlib.crc32(payload) != checksum:
            return None
        return chunk, length, Counts(*numbers)

    def _place(self, chunk: int, offset: int) -> None:
        missing = chunk + 1 - len(self._offsets)
        if missing > 0:
            self._offsets.extend([0] * missing)
        self._offsets[chunk] = offset


class _Syncing(threading.Thread):
    """Brings the journal to the disk every second, and holds nobody up.

    A power cut may cost the last second; a process that is killed costs nothing.
    """

    def __init__(self, fd: int) -> None:
        super().__init__(daemon=True, name="journal")
        self._fd = fd
        self._ending = threading.Event()
        self._dirty = False
        self._error: OSError | None = None
        self.start()

    def run(self) -> None:
        while not self._ending.wait(SYNC_SECONDS):
            if self._dirty:
                self._dirty = False
                try:
                    os.fsync(self._fd)
                except OSError as error:
                    self._error = error

    def wanted(self) -> None:
        """Something was written.

        Raises:
            OSError: if what was written before did not get to the disk.
        """
        self._dirty = True
        if self._error is not None:
            raise self._error

    def end(self) -> None:
        self._ending.set()
        self.join()


class Held:
    """What a journal is to a run whose claims go out as soon as it is their turn.

    Such a run cannot go on after it was killed, so that nothing is kept but what is done
    before its turn: in memory, and ``full`` when that is enough.
    """

    replace = False
    resumed = 0

    def __init__(self) -> None:
        self.counts = Counts()
        self.chunks = 0
        self._outcomes: dict[int, list[bytes]] = {}
        self._size = 0

    @property
    def full(self) -> bool:
        """Whether no more should be begun before some has gone out."""
        return self._size > HELD

    def done(self, chunk: int) -> bool:
        """Whether the chunk is finished, and has not gone out."""
        return chunk in self._outcomes

    def outcomes(self, chunk: int) -> Iterator[Outcome]:
        """The outcomes of a finished chunk, which is then forgotten."""
        packed = b"".join(self._outcomes.pop(chunk))
        self._size -= len(packed)
        return unpacked(packed)

    def append(self, chunk: int, digest: str, outcomes: list[bytes]) -> None:
        """Enter a finished chunk."""
        self._outcomes[chunk] = outcomes
        self._size += sum(map(len, outcomes))
        self.chunks = max(self.chunks, chunk + 1)
        self.counts.add(Counts.of(outcomes))

    def close(self, *, delete: bool = False) -> None:
        """Nothing is left."""


def _difference(then: dict[str, Any], now: dict[str, Any]) -> str | None:
    """In what two fingerprints differ, in words, or None."""
    told: list[str] = []
    for section in sorted(set(then) | set(now)):
        old, new = then.get(section), now.get(section)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            keys = [key for key in sorted(set(old) | set(new)) if old.get(key) != new.get(key)]
            told.extend(f"{section}: {key} was {_short(old.get(key))}, is {_short(new.get(key))}" for key in keys)
        else:
            told.append(f"{section} was {_short(old)}, is {_short(new)}")
    return "; ".join(told) or None


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."
