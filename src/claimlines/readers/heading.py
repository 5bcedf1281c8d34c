"""What the head of a text file tells of the article: front matter, title, date."""

from __future__ import annotations

import re
from typing import Any

from claimlines.dates_of_articles import date_line

__all__ = ["head_of"]

LABELS = {
    "title": "title",
    "headline": "title",
    "date": "published",
    "published": "published",
    "published_at": "published",
    "pubdate": "published",
    "url": "url",
    "link": "url",
    "source": "source",
    "site": "source",
    "id": "id",
}
FIELD = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)")
HEAD = 6  # lines among which a date line is looked for
LONGEST_TITLE = 300
SCANNED = 16_384


def head_of(text: str) -> dict[str, Any]:
    """``title``, ``published``, ``url`` and ``source`` as the head of ``text`` tells them.

    Front matter between ``---`` lines comes first, then lines such as ``Title: ...`` at the
    very start; else the first line is the title, unless it is a paragraph. A line among the
    first few that is a date, and nothing else, is the publication date.
    """
    lines = text[:SCANNED].splitlines()
    while lines and not lines[0].strip():
        lines.pop(0)
    found: dict[str, Any] = {}
    if lines and lines[0].strip() == "---" and (end := _fence(lines)) is not None:
        _labelled(lines[1:end], found)
        lines = lines[end + 1 :]
    else:
        lines = lines[_labelled(lines[:12], found, contiguous=True) :]
    rest = [line.strip() for line in lines if line.strip()][:HEAD]
    if "title" not in found and rest and (title := _title(rest[0])):
        found["title"] = title
    if "published" not in found:
        for line in rest:
            if date := date_line(line):
                found["published"] = date
                break
    return found


def _fence(lines: list[str]) -> int | None:
    return next((at for at, line in enumerate(lines[1:60], 1) if line.strip() in ("---", "...")), None)


def _labelled(lines: list[str], found: dict[str, Any], *, contiguous: bool = False) -> int:
    """Enter the labelled lines in ``found``; returns how many lines of labels there are."""
    for number, line in enumerate(lines):
        match = FIELD.match(line.strip())
        ours = LABELS.get(match[1].lower()) if match else None
        if match and ours and (value := match[2].strip().strip("\"'").strip()):
            found.setdefault(ours, value)
        elif contiguous:
            return number
    return len(lines)


def _title(line: str) -> str | None:
    title = line.lstrip("#").strip().strip("*_").strip()
    if not title or len(title) > LONGEST_TITLE or date_line(title):
        return None
    return title
