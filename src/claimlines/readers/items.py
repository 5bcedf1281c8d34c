"""What readers yield: records, and problems in the place of records that could not be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Item", "Kind", "Place", "Problem", "Record", "Severity", "Skip", "digest"]

Kind = Literal["fields", "document", "html"]
Severity = Literal["error", "warning"]

LONGEST = 1000  # characters of a message


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the input.

    Attributes:
        source: the file, as ids name it.
        line: line number, from 1, in formats of lines.
        record: record, row or element number, from 1, in formats of records.
        offset: byte offset in the (decompressed) file, where it is known.
    """

    source: str
    line: int | None = None
    record: int | None = None
    offset: int | None = None

    def __str__(self) -> str:
        number = self.line if self.line is not None else self.record
        return self.source if number is None else f"{self.source}:{number}"


@dataclass(slots=True)
class Record:
    """One article as it was read, before its text, title and date are worked out.

    Attributes:
        place: where it was read.
        fields: ``text``, ``id``, ``title``, ``published``, ``url``, ``source`` as they stand.
        kind: ``fields`` (a record of a table or of JSON), ``document`` (a whole text file,
            whose head may carry title and date) or ``html`` (``raw`` holds the page).
        raw: the bytes of an HTML page.
        position: bytes of all inputs read so far, for the progress display.
    """

    place: Place
    fields: dict[str, Any]
    kind: Kind = "fields"
    raw: bytes | None = None
    position: int = 0

    @property
    def id(self) -> str:
        """The article's own id, or its place where it has none."""
        value = self.fields.get("id")
        return str(self.place) if value is None or value == "" else str(value)

    @property
    def size(self) -> int:
        """Characters of text, or bytes of HTML."""
        if self.raw is not None:
            return len(self.raw)
        text = self.fields.get("text")
        return len(text) if isinstance(text, str) else 0


@dataclass(slots=True)
class Problem:
    """Why an article is missing from the claims (an error), or lacks something (a warning).

    ``reason`` is one word to count by, ``message`` a sentence for people.
    """

    place: Place
    reason: str
    message: str
    id: str | None = None
    severity: Severity = "error"
    position: int = 0

    @property
    def size(self) -> int:
        return 0

    def to_json(self) -> dict[str, Any]:
        """The record of the errors file."""
        place = {"line": self.place.line, "record": self.place.record, "offset": self.place.offset}
        return {
            "source": self.place.source,
            "place": place,
            "id": None if self.id is None else _tellable(self.id),
            "severity": self.severity,
            "reason": self.reason,
            "message": _tellable(self.message),
        }


def _tellable(text: str) -> str:
    """``text`` as it can be written, whatever a bad article has put into it."""
    return (text if len(text) <= LONGEST else text[:LONGEST] + "...").encode("utf-8", "backslashreplace").decode()


@dataclass(slots=True)
class Skip:
    """An article or a file left out on purpose: counted under its reason, and no failure."""

    place: Place
    reason: str
    position: int = 0
    id: str | None = field(default=None)

    @property
    def size(self) -> int:
        return 0


Item = Record | Problem | Skip


def digest(items: list[Item]) -> str:
    """Digest of what was read, by which a resumed run knows its input again."""
    state = hashlib.blake2b(digest_size=16)
    for item in items:
        if isinstance(item, Record):
            content = repr((str(item.place), item.kind, item.fields))
            state.update(content.encode("utf-8", "surrogatepass"))
            state.update(item.raw or b"")
        else:
            state.update(f"{item.place}\x1f{item.reason}".encode("utf-8", "backslashreplace"))
        state.update(b"\x1e")
    return state.hexdigest()
