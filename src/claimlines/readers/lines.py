"""Lines of a stream with their places, whatever their length, within bounded memory."""

from __future__ import annotations

import io
from collections.abc import Iterator

__all__ = ["Line", "read_lines"]


class Line:
    """One line without its end. ``data`` is None if it is longer than the limit."""

    __slots__ = ("complete", "data", "number", "offset", "size")

    def __init__(self, number: int, offset: int, data: bytes | None, size: int, complete: bool) -> None:
        self.number = number
        self.offset = offset
        self.data = data
        self.size = size
        self.complete = complete


def read_lines(stream: io.BufferedReader, limit: int) -> Iterator[Line]:
    """The lines of ``stream``; of one longer than ``limit`` bytes only its place and size.

    ``complete`` tells whether the line had a line end, which the last of a truncated stream
    has not.
    """
    number, offset = 0, 0
    while data := stream.readline(limit + 1):
        number += 1
        size, ended, kept = len(data), data.endswith(b"\n"), True
        while not ended and size > limit:
            kept = False
            more = stream.readline(1 << 20)
            if not more:
                break
            # Only the size of a line that is too long is of use; its bytes are let go.
            size += len(more)
            ended = more.endswith(b"\n")
            if ended:
                break
        yield Line(number, offset, data.rstrip(b"\r\n") if kept else None, size, ended)
        offset += size
