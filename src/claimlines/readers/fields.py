"""Which field of a record is the text, which the title: guessed, or told by the user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

__all__ = ["GUESSES", "FieldMap", "plain_text"]

GUESSES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "maintext", "article_text", "full_text"),
    "title": ("title", "headline"),
    "published": ("published", "date", "date_publish", "published_at", "publishedAt", "pub_date", "publish_date"),
    "url": ("url", "link"),
    "id": ("id", "doc", "doc_id", "article_id", "_id", "uuid", "guid"),
    "source": ("source", "source_domain", "sitename", "site", "publisher"),
}


def plain_text(value: Any) -> str | None:
    """``value`` if it is text or a number, the name in it if it is an object with one, else None."""
    if isinstance(value, Mapping):
        # {"name": ...} of news APIs; {"$oid": ...} of MongoDB's exports.
        value = next((value[key] for key in ("name", "id", "title", "$oid") if isinstance(value.get(key), str)), None)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, (int, float, Decimal, UUID)) and not isinstance(value, bool):
        return None if value != value else str(value)
    if not isinstance(value, str):
        return None
    # Half of a surrogate pair has no place in any output.
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


class FieldMap:
    """Finds our fields in the records of others.

    A field named by the user is taken as told, dots leading into nested objects; the others
    are looked for under the names that dumps give them. ``used`` tells under which names the
    fields of the last record were found.
    """

    def __init__(self, told: Mapping[str, str] | None = None) -> None:
        """``told`` maps our field names to theirs.

        Raises:
            ValueError: if it names a field that we do not have.
        """
        self.told = dict(told or {})
        self.used: dict[str, str] = {}
        if unknown := sorted(set(self.told) - set(GUESSES)):
            raise ValueError(f"no field is called {', '.join(unknown)}; the fields are {', '.join(GUESSES)}")

    def names(self, ours: str) -> tuple[str, ...]:
        """The names that ``ours`` may have, best first."""
        return (self.told[ours],) if ours in self.told else GUESSES[ours]

    def columns(self, present: Iterable[str]) -> dict[str, str]:
        """For each of our fields the column of a table that holds it."""
        by_name = {name.casefold(): name for name in reversed(list(present))}
        found: dict[str, str] = {}
        for ours in GUESSES:
            for name in self.names(ours):
                top = name.split(".")[0]
                column = by_name.get(name.casefold()) or (by_name.get(top.casefold()) if ours in self.told else None)
                if column is not None:
                    found[ours] = column
                    break
        return found

    def pick(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Our fields of one record; those that it lacks are left out."""
        lowered: dict[str, str] | None = None
        fields: dict[str, Any] = {}
        self.used = {}
        for ours in GUESSES:
            for name in self.names(ours):
                value = record.get(name)
                if value is None and "." in name and ours in self.told:
                    value = _nested(record, name)
                if value is None:
                    if lowered is None:
                        lowered = {str(key).casefold(): key for key in reversed(list(record))}
                    value = record.get(lowered.get(name.casefold(), name))
                if value is not None and value != "":
                    fields[ours] = value
                    self.used[ours] = name
                    break
                if value == "" and ours == "text":
                    fields.setdefault(ours, value)
        return fields


def _nested(record: Mapping[str, Any], name: str) -> Any:
    value: Any = record
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
