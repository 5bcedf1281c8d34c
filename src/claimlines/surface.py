"""The text as the web has it, made plain, with a way back to the original offsets.

Two steps. :func:`clean` deletes what no reader sees (soft hyphens, zero-width
characters, character references) and keeps a map of offsets. :func:`plain` then maps
typographic variants one to one, so that patterns see one kind of dash, quote and space
while the offsets stay as they are.
"""

from __future__ import annotations

import bisect
import functools
import html
import re
from dataclasses import dataclass

__all__ = ["OffsetMap", "clean", "layers", "lowered", "plain"]

GROUP_SPACE = "\u00a0"
"""The one no-break space that :func:`plain` leaves: between digits, where it groups thousands."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c"
_DELETED = re.compile(rf"[{_INVISIBLE}]+|&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,30}});")
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u2043", "-"),
        **dict.fromkeys("\u2014\u2015", "\u2014"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        "\uff05": "%", "\uff04": "$", "\uffe5": "\u00a5", "\u066b": ".", "\u2044": "/", "\u2215": "/",
        "\u00d7": "x", "\u22c5": "\u00b7", "*": " ", "_": " ",
    }
)  # fmt: skip
_NEEDS_PLAIN = re.compile(r"[^\x20-\x29\x2b-\x5e\x61-\x7e\n]")
_GROUPED = re.compile(rf"(?<=\d)[{_SPACES}](?=\d{{3}}(?!\d))")


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where the characters of a cleaned text stood in the original.

    ``starts`` and ``shifts`` are parallel and sorted: from cleaned offset ``starts[i]``
    on, original = cleaned + ``shifts[i]``. ``references`` holds the cleaned offsets at which
    a character reference ends: it is longer than the character it stands for.
    """

    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    references: frozenset[int] = frozenset()

    def original(self, offset: int) -> int:
        """The original offset of the cleaned character at ``offset``."""
        i = bisect.bisect_right(self.starts, offset) - 1
        return offset if i < 0 else offset + self.shifts[i]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the cleaned span ``[start, end)``; its end follows its last character."""
        if end <= start:
            at = self.original(start)
            return at, at
        last = self.original(end) if end in self.references else self.original(end - 1) + 1
        return self.original(start), last


def clean(text: str) -> tuple[str, OffsetMap]:
    """Delete invisible characters and resolve character references.

    Returns:
        The cleaned text, and the map from its offsets to those of ``text``. A reference
        such as ``&amp;`` becomes its character, whose span in the original is the first
        character of the reference.
    """
    if "&" not in text and not any(c in text for c in _INVISIBLE):
        return text, OffsetMap()
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    references: set[int] = set()
    at = length = 0
    for match in _DELETED.finditer(text):
        found = match.group()
        new = html.unescape(found) if found[0] == "&" else ""
        if new == found or len(new) > 1:
            continue
        if new and new in _INVISIBLE:
            new = ""
        parts += (text[at : match.start()], new)
        length += match.start() - at + len(new)
        at = match.end()
        starts.append(length)
        shifts.append(at - length)
        if new:
            references.add(length)
    if not starts:
        return text, OffsetMap()
    parts.append(text[at:])
    return "".join(parts), OffsetMap(tuple(starts), tuple(shifts), frozenset(references))


def plain(text: str) -> str:
    """Map typographic variants to plain characters, one to one: the length stays the same.

    Spaces of every width become a space, except one that groups digits, which becomes a
    no-break space; dashes up to the en dash become ``-``, longer ones an em dash.
    """
    if not _NEEDS_PLAIN.search(text):
        return text
    grouped = [m.start() for m in _GROUPED.finditer(text)]
    out = text.translate(_PLAIN)
    if grouped:
        chars = list(out)
        for i in grouped:
            chars[i] = GROUP_SPACE
        out = "".join(chars)
    return out


def lowered(text: str) -> str:
    """A text in lower case, of the same length."""
    low = text.lower()
    # One letter of Unicode grows by it.
    return low if len(low) == len(text) else text.replace("\u0130", "I").lower()


@functools.lru_cache(maxsize=1)
def layers(text: str) -> tuple[str, str]:
    """An article made :func:`plain`, and that :func:`lowered`: computed once for all stages that read characters.

    Patterns of small letters over the second cost a third of those that ignore case over the first.
    """
    found = plain(text)
    return found, lowered(found)
