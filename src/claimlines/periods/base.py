"""What a level is compared with: ``a year earlier``, ``two quarters before``, ``the same period of 2023``."""

from __future__ import annotations

import datetime as dt
import re

from claimlines.periods import calendar as cal
from claimlines.records import Period

__all__ = ["base_interval", "is_base"]

_BACK = re.compile(r"\b(?:earlier|before|previously)$", re.IGNORECASE)
_COUNTED = re.compile(r"(?:\b(?P<n>[a-z]+|\d{1,2}) |\b)(?P<unit>day|week|month|quarter|year)s?(?: and a half)? (?:earlier|before|previously|ago)", re.IGNORECASE)
_PRIOR = re.compile(r"\b(?:previous|prior|preceding) (?P<unit>day|week|month|quarter)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def is_base(period: Period) -> bool:
    """Whether a period is what a level is compared with."""
    return period.kind == "base" or (period.kind == "relative" and bool(_BACK.search(period.text)))


def base_interval(now: cal.Interval, text: str) -> cal.Interval:
    """The interval that words such as ``two years earlier`` name, seen from another.

    Args:
        now: the interval of the level that is compared.
        text: the words; a year earlier, where they do not say otherwise.
    """
    year = _YEAR.search(text)
    if year:
        return cal.shift_years(now, int(year.group()) - now[1].year)
    found = _COUNTED.search(text)
    if found:
        said = (found.group("n") or "").lower()
        count = int(said) if said.isdigit() else cal.NUMBERS.get(said, 1)
        return _shift(now, found.group("unit").lower(), count)
    found = _PRIOR.search(text)
    return _shift(now, found.group("unit").lower(), 1) if found else cal.shift_years(now, -1)


def _shift(now: cal.Interval, unit: str, count: int) -> cal.Interval:
    start, end = now
    if unit == "year":
        return cal.shift_years(now, -count)
    if unit == "month" and count == 12:
        return cal.shift_years(now, -1)
    if unit in {"month", "quarter"}:
        months = count * (3 if unit == "quarter" else 1)
        first, last = cal.month(start.year, start.month - months), cal.month(end.year, end.month - months)
        whole = start.day == 1 and (end + dt.timedelta(days=1)).day == 1
        if whole:
            return first[0], last[1]
        return (
            first[0].replace(day=min(start.day, first[1].day)),
            last[0].replace(day=min(end.day, last[1].day)),
        )
    days = dt.timedelta(days=count * (7 if unit == "week" else 1))
    return start - days, end - days
