"""What the period finder finds."""

from __future__ import annotations

from dataclasses import dataclass

from claimlines.records import Period

__all__ = ["Mention"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A time expression in a text: offsets, the resolved period, and how it stands.

    ``role`` is what the words before say: ``in``, ``by``, ``since``, ``as_of``, ``until``,
    ``from`` or empty.
    """

    start: int
    end: int
    period: Period
    role: str = ""
