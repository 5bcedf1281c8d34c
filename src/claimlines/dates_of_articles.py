"""Publication dates as files and dumps write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

__all__ = ["BadDate", "date_line", "parse_date"]

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T \t])")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4,6}Z?)?$")
LABEL = re.compile(
    r"(?:date|published|posted|updated|last updated|publication date)(?: on)?\s*[:\-]?\s+", re.IGNORECASE
)
MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
NUMERIC = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
LONGEST = 60
FIRST, LAST = 1400, 2200


class BadDate(ValueError):
    """A value that should be a date and is none."""


def parse_date(value: Any) -> dt.date | None:
    """The day that ``value`` names: a date, a datetime, text, or seconds or milliseconds since 1970.

    The day is taken as written, without regard to time zones; 03/04/2025 is read as March 4.
    None and empty text give None.

    Raises:
        BadDate: if it names no day.
    """
    if value is None or value != value:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        raise BadDate(f"{value!r} is no date")
    if isinstance(value, (int, float)):
        return _of_number(value)
    if not isinstance(value, str):
        raise BadDate(f"a {type(value).__name__} is no date")
    text = value.strip()
    if not text:
        return None
    if len(text) > LONGEST:
        raise BadDate(f"{text[:LONGEST]!r}... is no date")
    try:
        if match := ISO.match(text) or COMPACT.match(text):
            return _within(dt.date(*map(int, match.groups())), text)
    except ValueError as error:
        raise BadDate(f"{text!r} is no date: {error}") from error
    if text.isdigit():
        return _of_number(int(text))
    found = _by_dateparser(text)
    if found is None:
        raise BadDate(f"{text!r} is no date")
    return found


def date_line(line: str) -> dt.date | None:
    """The date that a whole line is, such as "Published: March 24, 2025 10:30 am", or None.

    A line that only contains a date among other words is no date line.
    """
    text = LABEL.sub("", line.strip().strip("*_#|").strip(), count=1)
    if not text or len(text) > LONGEST or not any(c.isdigit() for c in text):
        return None
    if not (NUMERIC.search(text) or (MONTH.search(text) and YEAR.search(text))):
        return None
    try:
        return parse_date(text)
    except BadDate:
        return None


def _of_number(value: float) -> dt.date:
    seconds = value / 1000 if abs(value) >= 1e11 else value
    # A small number is a year, a row number or a mistake, never a second of early 1970.
    if abs(seconds) < 1e8:
        raise BadDate(f"{value} is no date")
    try:
        return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).date()
    except OverflowError as error:
        raise BadDate(f"{value} is no date") from error


def _within(date: dt.date, text: str) -> dt.date:
    if not FIRST <= date.year <= LAST:
        raise BadDate(f"{text!r} is no date of an article")
    return date


def _by_dateparser(text: str) -> dt.date | None:
    import dateparser

    # Only absolute dates with day, month and year: "today" would depend on the day of the run.
    settings: Any = {
        "PARSERS": ["absolute-time"],
        "STRICT_PARSING": True,
        "DATE_ORDER": "MDY",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        found = dateparser.parse(text, languages=["en"], settings=settings)
    except Exception:  # dateparser raises many kinds of errors on odd text
        return None
    return found.date() if found else None
