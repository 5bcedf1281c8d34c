"""How inputs are to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from claimlines.readers.fields import FieldMap

__all__ = ["ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are to be read.

    Attributes:
        fields: which field of a record is which of ours.
        format: name of the format of every input, or None to go by name and content.
        encoding: encoding of text formats (JSON, CSV and text files).
        max_chars: longest article, in characters (of HTML, in bytes).
    """

    fields: FieldMap = field(default_factory=FieldMap)
    format: str | None = None
    encoding: str = "utf-8"
    max_chars: int = 10_000_000

    @property
    def max_bytes(self) -> int:
        """Longest line or file that can hold an article of ``max_chars``: JSON may take six bytes a character."""
        return 6 * self.max_chars + (1 << 16)
