"""The records that flow through the pipeline and leave it. This module knows no other."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["SCHEMA_VERSION", "Article", "Claim", "Period", "Quantity"]

SCHEMA_VERSION = "1.0"

Comparator = Literal["=", "~", ">", ">=", "<", "<="]


@dataclass(slots=True)
class Quantity:
    """A normalised quantity mention.

    Attributes:
        start, end: character offsets ``[start, end)`` in the Doc's text.
        value: number with scale words multiplied out; percent as written; of a range the
            lower end.
        value_max: upper end of a range, or None.
        unit: ISO 4217 code, unit symbol or singular noun; rates join with ``/``; ``1`` for
            a pure number; empty while the counted noun is not known.
        kind: ``money``, ``percent``, ``pp``, ``x``, ``count``, ``number`` or a dimension
            of the unit table.
        comparator: one of ``= ~ > >= < <=``.
        change: ``up``, ``down`` or None, from the words next to it.
        form: ``digits``, ``words``, ``fraction``, ``ratio`` or ``multiple``.
        scaled: whether a scale word or letter was part of it.
        number_end: where the numeral ends and its unit begins.
        notes: what the finder noticed, for later stages and for the reader.
    """

    start: int
    end: int
    value: float
    value_max: float | None = None
    unit: str = ""
    kind: str = "count"
    comparator: str = "="
    change: str | None = None
    form: str = "digits"
    scaled: bool = False
    number_end: int = 0
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A normalised period: whole days, both ends inclusive.

    Attributes:
        start, end: dates, or None where they cannot be known.
        text: the words.
        kind: ``year``, ``quarter``, ``month``, ``day``, ``range``, ``deadline``, ``point``,
            ``relative``, ``base`` (what a change is compared with) or ``duration``.
    """

    start: dt.date | None
    end: dt.date | None
    text: str
    kind: str

    @property
    def interval(self) -> str | None:
        """ISO 8601 interval ``START/END`` of whole days, or None if an end is unknown."""
        if self.start is None or self.end is None:
            return None
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


class Article(BaseModel):
    """One article to extract from.

    ``place`` says where it was read (file, and line or record number).
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str
    text: str
    title: str | None = None
    published: dt.date | None = None
    url: str | None = None
    source: str | None = None
    place: str | None = None


class Claim(BaseModel):
    """One claim: this metric of this subject has this value, in this unit, over this period."""

    model_config = ConfigDict(extra="forbid")

    subject: str | None = Field(description="Name of what the metric belongs to, as the article names it in full.")
    metric: str = Field(description="Slug of what is measured, from the registry where one fits.")
    value: float = Field(description="Number with scale words multiplied out; percent as written; signed for a change.")
    unit: str = Field(
        description="ISO 4217 code, unit symbol, %, pp, x, or singular counted noun; rates join with '/'."
    )
    period: str | None = Field(description="ISO 8601 interval START/END of whole days, both inclusive.")

    value_max: float | None = Field(default=None, description="Upper end of a range.")
    comparator: Comparator = Field(default="=", description="How the value bounds the truth.")
    aspect: Literal["level", "change", "share"] = Field(
        default="level",
        description="level: is this much; change: rose or fell by this much; share: this part of the total.",
    )
    status: Literal["actual", "expected", "hypothetical"] = "actual"
    attribution: str | None = Field(default=None, description="Who says so, when the text says.")
    period_start: dt.date | None = None
    period_end: dt.date | None = None

    quantity_text: str
    metric_text: str | None = None
    subject_text: str | None = None
    period_text: str | None = None
    start: int = Field(description="Offset of the quantity in the article's text.")
    end: int
    metric_start: int | None = None
    metric_end: int | None = None
    subject_start: int | None = None
    subject_end: int | None = None
    period_text_start: int | None = None
    period_text_end: int | None = None
    sentence: str
    sentence_start: int
    sentence_end: int

    article_id: str
    title: str | None = None
    published: dt.date | None = None
    url: str | None = None
    source: str | None = None

    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the five-field tuple is right.")
    warnings: list[str] = Field(
        default_factory=list, description="What a careful reader would doubt, such as odd magnitudes."
    )
    evidence: dict[str, str] = Field(
        default_factory=dict, description="For each field, the rule or model score that bound it."
    )
    claim_id: str = Field(description="Stable digest of article, place and content.")
    schema_version: str = SCHEMA_VERSION


def claim_id(article_id: str, start: int, end: int, fields: tuple[object, ...]) -> str:
    """A stable 16-digit hexadecimal id of a claim (BLAKE2b over article, place and content)."""
    text = "\x1f".join(map(str, (article_id, start, end, *fields)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
