"""Calendar arithmetic for the spans that news uses: quarters, halves, seasons, named months.

Intervals are pairs of dates, both inclusive. dateparser does the arithmetic of dates
written out and of relative days; what it does not know is here.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from calendar import monthrange

__all__ = [
    "Interval", "day", "half", "month", "months_to", "nearest", "parse_date", "quarter", "season", "shift_years", "weekday", "year",
]  # fmt: skip

Interval = tuple[dt.date, dt.date]


NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "eighteen": 18,
}  # fmt: skip
"""Spelt counts of time."""

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTH_INDEX = {name: i + 1 for i, name in enumerate(MONTHS)}
MONTH_INDEX.update({name[:3]: i + 1 for i, name in enumerate(MONTHS)})
MONTH_INDEX["sept"] = 9


def month_number(text: str) -> int | None:
    """The number of the month that a text names, or None: ``"in Sept."`` -> 9."""
    for word in re.findall(r"[a-z]+", text.lower()):
        if len(word) >= 3 and (word in MONTH_INDEX):
            return MONTH_INDEX[word]
    return None


def day(date: dt.date) -> Interval:
    """One day."""
    return date, date


def year(number: int) -> Interval:
    """A calendar year."""
    return dt.date(number, 1, 1), dt.date(number, 12, 31)


def month(year_number: int, number: int) -> Interval:
    """A calendar month; month numbers outside 1 to 12 carry over into other years."""
    years, index = divmod(number - 1, 12)
    y = year_number + years
    return dt.date(y, index + 1, 1), dt.date(y, index + 1, monthrange(y, index + 1)[1])


def quarter(year_number: int, number: int) -> Interval:
    """A calendar quarter, 1 to 4 (others carry over)."""
    first = month(year_number, 3 * number - 2)[0]
    return first, month(first.year, first.month + 2)[1]


def half(year_number: int, number: int) -> Interval:
    """A calendar half, 1 or 2 (others carry over)."""
    first = month(year_number, 6 * number - 5)[0]
    return first, month(first.year, first.month + 5)[1]


def season(year_number: int, name: str) -> Interval:
    """A meteorological season of the northern hemisphere; winter begins in December of the year."""
    start = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[name]
    return month(year_number, start)[0], month(year_number, start + 2)[1]


def months_to(end: dt.date, count: int) -> Interval:
    """The ``count`` months that end with ``end``: from the first of a month when ``end`` closes one."""
    if end.day == monthrange(end.year, end.month)[1]:
        return month(end.year, end.month - count + 1)[0], end
    start_month = month(end.year, end.month - count)[0]
    last = monthrange(start_month.year, start_month.month)[1]
    return start_month.replace(day=min(end.day, last)) + dt.timedelta(days=1), end


def shift_years(interval: Interval, years: int) -> Interval:
    """The same span some years away; the last day of a month stays a last day."""
    start, end = interval
    return _shift(start, years), _shift(end, years, closes=end.day == monthrange(end.year, end.month)[1])


def _shift(date: dt.date, years: int, closes: bool = False) -> dt.date:
    y = date.year + years
    last = monthrange(y, date.month)[1]
    return dt.date(y, date.month, last if closes else min(date.day, last))


def weekday(anchor: dt.date, name: str, direction: str = "past") -> Interval:
    """The nearest day of that name: up to a week back (the anchor itself counts), or ahead."""
    index = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].index(name.lower())
    if direction == "next":
        return day(anchor + dt.timedelta(days=(index - anchor.weekday() - 1) % 7 + 1))
    back = (anchor.weekday() - index) % 7
    if direction == "last" and back == 0:
        back = 7
    return day(anchor - dt.timedelta(days=back))


def nearest(anchor: dt.date, options: list[Interval], ahead: int = 75) -> Interval:
    """The interval a news text means: the nearest to its date, the future only within ``ahead`` days."""

    def distance(interval: Interval) -> int:
        middle = interval[0] + (interval[1] - interval[0]) // 2
        return (middle - anchor).days

    past = [o for o in options if o[0] <= anchor]
    future = [o for o in options if o[0] > anchor]
    best_past = max(past, key=distance) if past else None
    best_future = min(future, key=distance) if future else None
    if best_future is not None and (
        best_past is None or (distance(best_future) <= ahead and distance(best_future) < -distance(best_past))
    ):
        return best_future
    assert best_past is not None
    return best_past


@functools.lru_cache(maxsize=4096)
def parse_date(text: str, anchor: dt.date | None) -> dt.date | None:
    """A written date or relative day (``March 24``, ``two weeks ago``) through dateparser.

    Args:
        text: the words.
        anchor: the date they are relative to; None if unknown, when only complete dates parse.
    """
    import dateparser

    base = dt.datetime.combine(anchor or dt.date(2000, 1, 1), dt.time(12))
    settings = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": [] if anchor else ["day", "month", "year"],
    }
    found = dateparser.parse(text, languages=["en"], settings=settings)
    return found.date() if found is not None else None
