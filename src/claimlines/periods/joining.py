"""Neighbouring time expressions that make one: ``January-March``, ``May last year``, ``a quarter which ended July 31``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from claimlines.periods import calendar as cal
from claimlines.periods.mention import Mention
from claimlines.records import Period

__all__ = ["join"]

_RANGE = re.compile(r"[ ]?-[ ]?|[ ](?:to|through|until|till)[ ](?:the end of )?|/")
_BOTH = re.compile(r"[ ]and[ ]")
_BETWEEN = re.compile(r"\bbetween[ ]$", re.IGNORECASE)
_OF = re.compile(r",?[ ](?:of )?")
_ENDED = re.compile(r",?[ ](?:(?:which|that)[ ])?(?:ended|ending|to)[ ](?:on )?")
_PERIOD = re.compile(r"[ -](?:quarter|period|season)(?!\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_RELATIVE_YEAR = re.compile(r"(?:in )?(?:last|this|next) year$", re.IGNORECASE)
_NAMES_ITS_YEAR = re.compile(r"(?:last|this|next) ", re.IGNORECASE)


def join(text: str, mentions: list[Mention], anchor: dt.date | None) -> list[Mention]:
    """Join neighbours; the others stay as they are.

    Args:
        text: the plain text.
        mentions: time expressions in order.
        anchor: the publication date, or None.
    """
    out: list[Mention] = []
    for mention in mentions:
        if out:
            gap = text[out[-1].end : mention.start]
            joined = None
            if len(gap) < 24:
                joined = (
                    _months(text, out[-1], mention, gap)
                    or _month_of_year(text, out[-1], mention, gap, anchor)
                    or _ended(text, out[-1], mention, gap)
                )
            if joined is not None:
                out[-1] = joined
                continue
        out.append(mention)
    return out


def _together(text: str, first: Mention, second: Mention, interval: cal.Interval | None, kind: str) -> Mention:
    end = second.end
    said = text[first.start : end]
    period = Period(None, None, said, kind) if interval is None else Period(*interval, said, kind)
    return replace(first, end=end, period=period)


def _months(text: str, first: Mention, second: Mention, gap: str) -> Mention | None:
    """``January-March``, ``between October and December 2026``, ``November and December``."""
    if first.period.kind != "month" or second.period.kind != "month":
        return None
    lead = re.match(r"(?:in |by |from )?between ", first.period.text, re.IGNORECASE) or _BETWEEN.search(
        text[max(0, first.start - 9) : first.start]
    )
    both = bool(_BOTH.fullmatch(gap))
    if not _RANGE.fullmatch(gap) and not both:
        return None
    a, b = first.period, second.period
    if b.start is None or b.end is None:
        return _together(text, first, second, None, "range") if not both or lead else None
    begin = a.start
    if begin is None or not _YEAR.search(a.text):
        number = begin.month if begin is not None else cal.month_number(a.text)
        if number is None:
            return None
        begin = cal.month(b.end.year - (number > b.end.month), number)[0]
    months = (b.end.year - begin.year) * 12 + b.end.month - begin.month + 1
    if begin > b.start or (both and not lead and months != 2):
        return None
    kind = "quarter" if months == 3 else "range"
    tail = _PERIOD.match(text, second.end)
    whole = _together(text, first, second, (begin, b.end), kind)
    return replace(whole, end=tail.end()) if tail else whole


def _month_of_year(text: str, first: Mention, second: Mention, gap: str, anchor: dt.date | None) -> Mention | None:
    """``in May last year``, ``the third quarter last year``."""
    if first.period.kind not in {"month", "quarter", "day"} or not _RELATIVE_YEAR.fullmatch(second.period.text):
        return None
    if not _OF.fullmatch(gap) or _YEAR.search(first.period.text) or _NAMES_ITS_YEAR.match(first.period.text):
        return None
    if first.period.kind == "day" and cal.month_number(first.period.text) is None:
        return None
    if anchor is None or first.period.start is None or first.period.end is None:
        return _together(text, first, second, None, first.period.kind)
    low = second.period.text.lower()
    year = anchor.year + (-1 if "last" in low else 1 if "next" in low else 0)
    years = year - first.period.end.year
    return _together(
        text, first, second, cal.shift_years((first.period.start, first.period.end), years), first.period.kind
    )


def _ended(text: str, first: Mention, second: Mention, gap: str) -> Mention | None:
    """``its fiscal third quarter, which ended July 31``: the three months to that day."""
    if first.period.kind != "quarter" or second.period.kind != "day" or not _ENDED.fullmatch(gap):
        return None
    end = second.period.end
    if end is None or "half" in first.period.text.lower():
        return None
    begin = cal.month(end.year, end.month - (2 if end.day > 15 else 3))[0]
    return _together(text, first, second, (begin, end), "quarter")
