"""Finds the time expressions of news English and resolves them against an anchor date.

Two steps, kept apart: one scan matches expressions (the alternatives of
:data:`PATTERNS`), then the handler of the alternative makes a :class:`Period` of the
match. An expression that cannot be resolved without the anchor yields a period whose
ends are None.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from collections.abc import Callable

from claimlines.lexicon import Lexicon
from claimlines.periods import calendar as cal
from claimlines.periods.joining import join
from claimlines.periods.mention import Mention
from claimlines.records import Period
from claimlines.surface import layers, plain

__all__ = ["Mention", "PeriodFinder", "dateline"]

_NUMBER = {
    **cal.NUMBERS, "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3,
    "4th": 4, "final": 4, "last": 4, "opening": 1, "closing": 4, "holiday": 4, "couple": 2, "few": 3, "several": 3,
}  # fmt: skip

M = r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
Y = r"(?:19|20)\d\d"
D = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
WD = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
N = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen)"
ORD = r"(?:first|second|third|fourth|1st|2nd|3rd|4th|final|last|opening|closing|holiday)"
NOT_COUNT = r"(?!\d|\.\d|,\d{3}| ?(?:%|per cent|percent|million|billion|bn|people))"
DATE = rf"(?:{M} {D}(?:,? {Y})?{NOT_COUNT}|{D}(?: of)? {M}(?:,? {Y})?|{Y}-\d\d-\d\d)"
MONTH = rf"{M}(?:,? (?:of )?{Y})?"
REL_YEAR = r"(?:last|this|next|the previous|the prior|the following|the current|the same) (?:calendar |financial |fiscal )?year|the year(?: before)?|a year (?:earlier|ago|before)|that year"


Handler = Callable[["PeriodFinder", "re.Match[str]", dt.date | None], Period | None]


def _year2(text: str) -> int:
    number = int(text[-2:]) if len(text) <= 3 else int(text[-4:])
    return number if number > 100 else 2000 + number if number < 70 else 1900 + number


def _month(text: str) -> int:
    number = cal.month_number(text)
    if number is None:
        raise ValueError(f"no month: {text!r}")
    return number


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBER[text.lower()]


def _period(interval: cal.Interval | None, text: str, kind: str) -> Period:
    return Period(None, None, text, kind) if interval is None else Period(interval[0], interval[1], text, kind)


def _ordinal(text: str) -> int:
    return _NUMBER[text.lower()]


def _half_or_quarter(number: int, unit: str, year: int) -> cal.Interval:
    return cal.half(year, min(number, 2)) if unit == "half" else cal.quarter(year, number)


def _written_date(text: str, anchor: dt.date | None) -> cal.Interval | None:
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text)
    if re.match(rf"(?:{M} \d|\d+(?: of)? {M})", text, re.IGNORECASE) and not re.search(Y, text):
        if anchor is None:
            return None
        dates = [cal.parse_date(f"{text}, {anchor.year + k}", None) for k in (-1, 0, 1)]
        options = [cal.day(d) for d in dates if d is not None]
        # 30 February is none of any year.
        return cal.nearest(anchor, options) if options else None
    found = cal.parse_date(text, anchor)
    return cal.day(found) if found else None


def h_months_ended(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``the three months to 30 September``, ``year ended March 31, 2005``, ``quarter ended Sept. 29``."""
    unit = m["me_unit"].lower()
    said = (m["me_n"] or "one").lower()
    count = (
        1
        if said in {"financial", "fiscal", "full"} or (unit in {"quarter", "half"} and not said.isdigit())
        else _count(said)
    )
    months = {"month": 1, "quarter": 3, "half": 6, "half-year": 6, "half year": 6, "year": 12, "week": 0}[
        unit.rstrip("s")
    ] * count
    end = f.end_of(m["me_end"], anchor)
    if end is None:
        return Period(None, None, m.group(), "range")
    if unit.startswith("week"):
        return _period((end - dt.timedelta(days=7 * count - 1), end), m.group(), "range")
    if unit.startswith("quarter"):
        first = cal.month(end.year, end.month - (2 if end.day > 15 else 3))[0]
        return _period((first, end), m.group(), "quarter")
    return _period(cal.months_to(end, months), m.group(), "range")


def h_first_months(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``the first nine months of 2024``, ``first seven months of the year``."""
    count = _count(m["fm_n"])
    year = f.year_of(m["fm_year"], anchor)
    if year is None:
        return Period(None, None, m.group(), "range")
    if m["fm_which"].lower() in {"last", "final"}:
        return _period((cal.month(year, 13 - count)[0], cal.month(year, 12)[1]), m.group(), "range")
    return _period((cal.month(year, 1)[0], cal.month(year, count)[1]), m.group(), "range")


def h_quarter(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``third quarter of fiscal 2025``, ``Q3 2024``, ``3Q24``, ``1H25``, ``second half of last year``."""
    groups = m.groupdict()
    year: int | None = None
    if groups["q_ord"]:
        number, unit = _ordinal(groups["q_ord"]), groups["q_unit"].lower()
        if unit == "half" and groups["q_ord"].lower() in {"last", "final", "closing", "fourth"}:
            number = 2
        words = groups["q_year"] or groups["q_lead"]
        year = f.year_of(words, anchor) if words else None
        if words and year is None:
            return Period(None, None, m.group(), "quarter")
    else:
        code = (groups["q_code"] or groups["q_code2"]).upper()
        number = int(re.sub(r"\D", "", code))
        unit = "half" if "H" in code else "quarter"
        tail = groups["q_codeyear"] or groups["q_codelead"] or groups["q_lead"]
        year = _year2(tail.strip("'")) if tail else None
    if unit == "half" and number > 2:
        return None
    if year is not None:
        return _period(_half_or_quarter(number, unit, year), m.group(), "quarter")
    if anchor is None:
        return Period(None, None, m.group(), "quarter")
    options = [_half_or_quarter(number, unit, anchor.year + k) for k in (-1, 0, 1)]
    return _period(cal.nearest(anchor, options), m.group(), "quarter")


def h_rel_quarter(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``last quarter``, ``this quarter``, ``next month``, ``last week``, ``this year``, ``the current quarter``."""
    which, unit = m["r_which"].lower(), m["r_unit"].lower()
    text = m.group()
    if "same" in which or which in {"the", "that"}:
        return Period(None, None, text, "same")
    if "prior" in which or "previous" in which or "preceding" in which:
        return Period(None, None, text, "base")
    if anchor is None:
        return Period(None, None, text, "relative")
    step = (
        -1
        if "last" in which or "past" in which
        else 1
        if "next" in which or "coming" in which or "following" in which
        else 0
    )
    if unit.endswith("quarter"):
        now = (anchor.month + 2) // 3
        return _period(cal.quarter(anchor.year, now + step), text, "quarter")
    if unit.endswith("half"):
        return _period(cal.half(anchor.year, (1 if anchor.month < 7 else 2) + step), text, "quarter")
    if unit.endswith("year"):
        return _period(cal.year(anchor.year + step), text, "year")
    if unit == "month":
        return _period(cal.month(anchor.year, anchor.month + step), text, "month")
    if unit == "week":
        monday = anchor - dt.timedelta(days=anchor.weekday()) + dt.timedelta(days=7 * step)
        return _period((monday, monday + dt.timedelta(days=6)), text, "week")
    if unit == "weekend":
        saturday = anchor - dt.timedelta(days=(anchor.weekday() - 5) % 7)
        if step > 0 or (step == 0 and anchor.weekday() < 5):
            saturday += dt.timedelta(days=7)
        return _period((saturday, saturday + dt.timedelta(days=1)), text, "week")
    if unit == "decade":
        first = anchor.year // 10 * 10 + 10 * step
        return _period((dt.date(first, 1, 1), dt.date(first + 9, 12, 31)), text, "range")
    if unit in {"spring", "summer", "autumn", "fall", "winter"}:
        options = [cal.season(anchor.year + k, unit) for k in (-2, -1, 0, 1)]
        if step < 0:
            return _period(max((o for o in options if o[1] < anchor), default=options[0]), text, "range")
        if step > 0:
            return _period(min((o for o in options if o[0] > anchor), default=options[-1]), text, "range")
        return _period(cal.nearest(anchor, options, ahead=200), text, "range")
    if unit in cal.MONTH_INDEX or unit.rstrip(".") in cal.MONTH_INDEX:
        return _period(f.named_month(_month(unit), anchor, step), text, "month")
    return None


def h_earlier(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``a year earlier``, ``the same period last year``, ``three months ago``: what a level is compared with."""
    text = m.group()
    if m["e_same"] or m["e_n"] is None:
        return Period(None, None, text, "base")
    count, unit = _count(m["e_n"]), m["e_unit"].lower().rstrip("s")
    back = m["e_word"].lower()
    if unit == "year" and count == 1:
        return Period(None, None, text, "base")
    if anchor is None or back in {"earlier", "before", "previously", "later", "after"}:
        return Period(None, None, text, "relative")
    if unit == "year":
        return _period(cal.year(anchor.year - count), text, "year")
    if unit == "month":
        return _period(cal.month(anchor.year, anchor.month - count), text, "month")
    days = {"day": 1, "week": 7}.get(unit)
    if days is None:
        return Period(None, None, text, "relative")
    return _period(_written_date(f"{count} {unit}s ago", anchor), text, "day" if unit == "day" else "week")


def h_day(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``yesterday``, ``today``, ``on Monday``, ``last Tuesday``."""
    word = m["d_word"].lower()
    text = m.group()
    if anchor is None:
        return Period(None, None, text, "day")
    if word in {"yesterday", "today", "tonight", "tomorrow"}:
        return _period(_written_date("today" if word == "tonight" else word, anchor), text, "day")
    which = (m["d_which"] or "").lower().strip()
    direction = "last" if which == "last" else "next" if which in {"next", "this coming", "coming"} else "past"
    return _period(cal.weekday(anchor, word, direction), text, "day")


def h_date(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """A written date."""
    return _period(_written_date(m["date"], anchor), m.group(), "day")


def h_day_range(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``Nov. 19-25``, ``26 February - 1 March 2018``."""
    if m["dr_m2"]:
        end = _written_date(f"{m['dr_d2']} {m['dr_m2']} {m['dr_y'] or ''}".strip(), anchor)
        start = _written_date(f"{m['dr_d1']} {m['dr_m1']} {m['dr_y'] or (end[1].year if end else '')}".strip(), anchor)
    else:
        start = _written_date(f"{m['dr_m']} {m['dr_a']} {m['dr_y2'] or ''}".strip(), anchor)
        end = _written_date(f"{m['dr_m']} {m['dr_b']} {m['dr_y2'] or ''}".strip(), anchor)
    if start is None or end is None or end[1] < start[0]:
        return Period(None, None, m.group(), "range")
    return _period((start[0], end[1]), m.group(), "range")


def h_month(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``October 2015``, ``in October``, ``early March``."""
    number = _month(m["mo_name"])
    if m["mo_year"]:
        return _period(cal.month(int(m["mo_year"]), number), m.group(), "month")
    if anchor is None:
        return Period(None, None, m.group(), "month")
    return _period(f.named_month(number, anchor, 0), m.group(), "month")


def h_year_range(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``2019-2023``, ``from 2010 to 2015``, ``between 2010 and 2015``, ``2024-25``, ``2012/13``."""
    first = int(m["yr_a"])
    tail = m["yr_b"]
    last = int(tail) if len(tail) == 4 else first // 100 * 100 + int(tail)
    if last < first or last > first + 100:
        return None
    return _period((dt.date(first, 1, 1), dt.date(last, 12, 31)), m.group(), "range")


def h_fiscal(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``fiscal 2025``, ``FY24``, ``financial year 2024/25``: the calendar year of the number."""
    text = m["fy"]
    return _period(cal.year(_year2(text)), m.group(), "year")


def h_year(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``2024``."""
    return _period(cal.year(int(m["year"])), m.group(), "year")


def h_end_of(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``the end of 2017``, ``end of March``, ``year-end``, ``the end of the decade``: the last day."""
    text = m.group()
    what = (m["eo_what"] or "the year").lower()
    if "decade" in what:
        if anchor is None:
            return Period(None, None, text, "point")
        base = anchor.year // 10 * 10 + (10 if "next" in what else 0)
        return _period(cal.day(dt.date(base + 9, 12, 31)), text, "point")
    end = f.end_of(what, anchor)
    return _period(cal.day(end) if end else None, text, "point")


def h_start_of(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``early 2026``, ``mid-2025``, ``late last year``: the year they fall in."""
    year = f.year_of(m["so_year"], anchor)
    return _period(cal.year(year) if year is not None else None, m.group(), "year")


def h_rolling(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``over the past 12 months``, ``in the last two years``, ``the next five years``: a window at the anchor."""
    return Period(None, None, m.group(), "window")


def h_ytd(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``so far this year``, ``year to date``: from the first of January to the article's date."""
    if anchor is None:
        return Period(None, None, m.group(), "range")
    return _period((dt.date(anchor.year, 1, 1), anchor), m.group(), "range")


def h_season(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``the spring of 2015``, ``summer 2024``."""
    return _period(cal.season(int(m["se_year"]), m["se_name"].lower()), m.group(), "range")


def h_decade(f: PeriodFinder, m: re.Match[str], anchor: dt.date | None) -> Period | None:
    """``the 1990s``."""
    first = int(m["dec"])
    return _period((dt.date(first, 1, 1), dt.date(first + 9, 12, 31)), m.group(), "range")


_QYEAR = rf"(?:{Y}|(?:fiscal|financial|fy|calendar|its fiscal|its)(?: year)?[ -]?(?:{Y}|'?\d\d)|fy ?'?\d\d|{REL_YEAR})"
PATTERNS: list[tuple[str, Handler, str]] = [
    ("ytd", h_ytd, r"(?:so far|already|thus far|to date) this year|this year (?:so far|to date|thus far)|(?:in the )?year[- ]to[- ]date(?: period)?"),
    ("months_ended", h_months_ended, rf"(?:the |its )?(?:(?P<me_n>{N}|first|second|third|fourth|financial|fiscal|full)[ -])?(?:fiscal |financial )?(?P<me_unit>months?|weeks?|quarter|half-year|half year|half|year) (?:(?:that |which )?(?:ended|ending|ends)|to|through|to the end of|up to) (?:on |in |at )?(?:the )?(?:end of )?(?P<me_end>{DATE}|{MONTH}|(?:this|last) month)(?![\w])"),
    ("first_months", h_first_months, rf"(?:the )?(?P<fm_which>first|last|final|opening) (?P<fm_n>{N}) months of (?P<fm_year>{Y}|{REL_YEAR}|the year)"),
    ("quarter", h_quarter, rf"(?:(?:its|the|their) )?(?:(?P<q_lead>{_QYEAR}|{Y})(?:'s)? )?(?:fiscal |financial |calendar )?(?:(?!last quarter(?! of))(?P<q_ord>{ORD})[- ](?:fiscal |financial )?(?P<q_unit>quarter|half)(?!-| year| time| of the (?:market|population|users))(?: (?:of|in|for) (?:the )?(?P<q_year>{_QYEAR}|{Y})| (?P<q_yeartail>{Y}))?|(?P<q_code>[qh][1-4]|[1-4][qh])(?: |-|/|fy|'| of | in | fiscal | fy)?(?P<q_codeyear>{Y}|'?\d\d)?(?![\w%.,]\d)|(?:fy ?'?(?P<q_codelead>\d\d|{Y}) ?)(?P<q_code2>[qh][1-4]))(?![\w])"),
    ("earlier", h_earlier, rf"(?:in |from |over |than |on |with |to )?(?P<e_same>(?:the )?(?:same|corresponding|comparable|equivalent|year-ago|prior-year|year-earlier) (?:period|quarter|month|time|half|week|point|day|three months|six months|nine months|stage)(?: (?:of )?(?:{REL_YEAR}|the previous year|a year (?:ago|earlier|before)|{Y}))?|year[- ](?:ago|earlier)(?: (?:period|quarter|level))?|(?:the )?(?:previous|prior|preceding) (?:year|quarter|month|week|period|half)(?:'s)?|the year before|year[- ]on[- ]year|year[- ]over[- ]year|quarter[- ]on[- ]quarter|y/y|yoy|this time last year)|(?:(?:just|about|only|almost|nearly|some|more than|over) )?(?P<e_n>{N}) (?P<e_unit>days?|weeks?|months?|quarters?|years?|decades?)(?: and a half)? (?P<e_word>ago|earlier|before|previously|later)"),
    ("end_of", h_end_of, rf"(?:the )?(?:end|close) of (?:its |the )?(?P<eo_what>(?:fiscal |financial |calendar )?(?:{Y}|{MONTH}|(?:last|this|next|the|the current|the previous) (?:year|month|quarter|decade)|(?:next |current )?(?:year|month|quarter|decade)|{ORD} (?:quarter|half)(?: of (?:{Y}|{REL_YEAR}))?|{DATE}))(?![\w])|(?:the )?year[- ]end(?: {Y})?|end-(?P<eo_short>{Y}|{M})"),
    ("rolling", h_rolling, rf"(?:the )?(?:past|last|next|previous|preceding|coming|following|prior|latest|trailing|recent) (?:{N}|few|couple of|several)[ -](?:days?|weeks?|months?|quarters?|years?|decades?|hours?)(?: period)?"),
    ("rel", h_rel_quarter, rf"(?:(?:late|early|earlier|later|mid|in early|in late)[ -])?(?P<r_which>last|this|next|the current|current|the coming|this coming|the previous|the prior|the following|the same|that|this past|the past|the) (?:fiscal |financial |calendar |holiday |full )?(?P<r_unit>quarter|half|year|month|week|weekend|decade|spring|summer|autumn|fall|winter|{M})(?![\w-])"),
    ("day_range", h_day_range, rf"(?P<dr_d1>{D}) (?P<dr_m1>{M}) ?(?:-|to|and|until) ?(?P<dr_d2>{D}) (?P<dr_m2>{M})(?:,? (?P<dr_y>{Y}))?|(?P<dr_m>{M}) (?P<dr_a>{D}) ?(?:-|to|through|and) ?(?P<dr_b>{D})(?:,? (?P<dr_y2>{Y}))?(?![\w%])"),
    ("date", h_date, rf"(?:{WD},? )?(?P<date>{DATE})(?![\w])"),
    ("day", h_day, rf"(?:(?:on|late|early) )?(?:(?P<d_which>last|next|this coming|coming|this|this past) )?(?P<d_word>{WD}|yesterday|today|tonight|tomorrow)(?!'s (?:night|best))(?![\w])"),
    ("season", h_season, rf"(?:the )?(?P<se_name>spring|summer|autumn|fall|winter)(?: of|,)? (?P<se_year>{Y})"),
    ("year_range", h_year_range, rf"(?:from |between )?(?P<yr_a>{Y})(?:-| - | to | and |/)(?P<yr_b>{Y}|(?<=[-/])\d\d(?!\d))(?![\w%-]|[.,]\d)"),
    ("fiscal", h_fiscal, rf"(?:its |the )?(?:fiscal|financial)(?: year)?[ -](?:of )?(?P<fy>{Y}(?:[/-]\d\d)?)|(?:fy|cy)[ -]?'?(?P<fy2>\d\d(?:\d\d)?)(?![\w])"),
    ("month", h_month, rf"(?:(?:late|early|mid|mid-|in|since|by|until|during|through)[ -])?(?P<mo_name>{M})(?:,? (?:of )?(?P<mo_year>{Y}))?(?![\w']|\.? (?:0?[1-9]|[12]\d|3[01]){NOT_COUNT})"),
    ("start_of", h_start_of, rf"(?:the )?(?:early|mid|late|beginning of|start of|middle of|later|earlier)[ -](?:in )?(?P<so_year>{Y}|this year|last year|next year)(?![\w])"),
    ("decade", h_decade, r"(?:the )?(?:early |mid-?|late )?(?P<dec>(?:19|20)\d0)s(?![\w])"),
    ("year", h_year, rf"(?<![\w$£€#.,/-])(?P<year>{Y})(?![\w%/]|[.,]\d|-\d)"),
]  # fmt: skip

_ROLE = re.compile(
    r"(?:^|[\s(])(?P<by>by|until|till|before|no later than|not later than)(?: the)?[ ]$|(?P<since>since|from|starting|beginning|after)(?: the)?[ ]$|(?P<as_of>as of|as at|at)(?: the)?[ ]$|(?P<in>in|during|for|over|through|throughout|on|of|within)(?: the| its)?[ ]$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|around|nearly|almost|some|over|than|least|roughly)[ ]$")
_NOT_MONTH = {
    "may",
    "march",
    "mar",
    "sun",
    "sat",
    "dec",
    "jun",
    "jan",
    "nov",
    "oct",
    "sep",
    "apr",
    "aug",
    "feb",
    "jul",
    "june",
    "august",
}


class PeriodFinder:
    """Finds and resolves time expressions.

    Example:
        >>> PeriodFinder().find("It sold 3 cars in the third quarter of 2024.", None)[0].period.interval
        '2024-07-01/2024-09-30'
    """

    def __init__(self) -> None:
        self._handlers = {name: handler for name, handler, _ in PATTERNS}
        self._pattern = re.compile(
            r"(?<![\w])(?:" + "|".join(f"(?P<p_{name}>{pattern})" for name, _, pattern in PATTERNS) + ")"
        )
        # A cheap first look: nearly all positions of a text cannot begin an expression.
        self._first = re.compile(
            rf"(?<![\w])(?:{Y}|\d{{1,3}}[ -](?:days?|weeks?|months?|years?|of )|[qh][1-4]|[1-4][qh]|fy|cy|{M}(?![a-z])|{D} (?:of )?{M}|{WD}|{ORD}[ -]|{N} (?:days?|weeks?|months?|quarters?|years?|decades?)|the |its |their |last|this|next|that |same|so far|already|thus far|to date|year|end|end-|close of|yesterday|today|tonight|tomorrow|spring|summer|autumn|fall|winter|early|late|mid|earlier|later|previous|prior|preceding|past|latest|trailing|recent|coming|following|corresponding|comparable|equivalent|current|quarter|fiscal|financial|in |from |over |than |on |with |to |between |by |since |until |during |through |y/y|yoy|prior-year|half|calendar|beginning|start|middle|just|about|only|almost|nearly|some|more than|final)"
        )

    def find(self, text: str, anchor: dt.date | None) -> list[Mention]:
        """The time expressions of a text, in order.

        Args:
            text: the article.
            anchor: its publication date, or None.
        """
        text, low = layers(text)
        out: list[Mention] = []
        at = 0
        for first in self._first.finditer(low):
            if first.start() < at:
                continue
            match = self._pattern.match(low, first.start())
            if match is None or match.end() == match.start():
                continue
            name = (match.lastgroup or "")[2:]
            name = next(n for n in self._handlers if match[f"p_{n}"] is not None)
            if not self._sane(text, match, name):
                continue
            if name == "fiscal" and match["fy"] is None:
                period: Period | None = _period(cal.year(_year2(match["fy2"])), match.group(), "year")
            elif name == "end_of" and match["eo_short"]:
                end = self.end_of(match["eo_short"], anchor)
                period = _period(cal.day(end) if end else None, match.group(), "point")
            elif name == "quarter" and match["q_yeartail"]:
                period = _period(
                    _half_or_quarter(_ordinal(match["q_ord"]), match["q_unit"].lower(), int(match["q_yeartail"])),
                    match.group(),
                    "quarter",
                )
            else:
                try:
                    period = self._handlers[name](self, match, anchor)
                except (ValueError, OverflowError):
                    period = None
            if period is None:
                continue
            period = dataclasses.replace(period, text=text[match.start() : match.end()])
            role = _ROLE.search(text[max(0, match.start() - 16) : match.start()])
            named = next((k for k, v in role.groupdict().items() if v), "") if role else ""
            lead = match.group().lower()
            if not named and lead.startswith(("since ", "by ", "until ")):
                named = lead.split(" ")[0].replace("until", "by")
            out.append(Mention(match.start(), match.end(), period, named))
            at = match.end()
        return join(text, out, anchor)

    def _sane(self, text: str, match: re.Match[str], name: str) -> bool:
        """Whether the words are a time here: ``may``, ``march``, ``the second half of users`` often are not."""
        found = match.group()
        if name == "month":
            word = match["mo_name"].lower().rstrip(".")
            if not text[match.start("mo_name")].isupper():
                return False
            if word == "may" and not match["mo_year"]:
                return bool(
                    re.search(
                        r"\b(?:in|since|by|until|during|last|this|from|of|early|late|mid|to|through|between)[ -]$|^(?:in|since|by|until|during|late|early|mid)",
                        text[max(0, match.start() - 9) : match.start()] + found[:6],
                        re.IGNORECASE,
                    )
                ) or found.lower().startswith(("in ", "since ", "by ", "until ", "during "))
            if word in {"sun", "mar", "jan", "dec"} and not match["mo_year"] and not found.endswith("."):
                return bool(re.match(r"(?:in|since|by|until|during)\b", found, re.IGNORECASE)) or (
                    not match["mo_year"]
                    and text[match.end() : match.end() + 1] in {"", ".", ",", " "}
                    and len(word) > 3
                )
            return True
        if name == "rel" and match["r_which"].lower() in {"the", "that"}:
            return (
                match["r_unit"].lower() in {"quarter", "year", "month", "half", "week"}
                and not re.match(r"[ -](?:of|old|ago)", text[match.end() : match.end() + 5])
                and not (
                    match["r_unit"].lower() in {"half", "year"}
                    and match["r_which"].lower() == "the"
                    and re.match(r" (?:of|to|that)", text[match.end() : match.end() + 6])
                )
            )
        if name == "rel" and match["r_unit"].lower() == "fall" and match["r_which"].lower() in {"the", "that", "this"}:
            return False
        if name == "rel" and match["r_unit"].lower() == "half":
            return match["r_which"].lower() != "the current" and not re.match(
                r" (?:of|a)", text[match.end() : match.end() + 4]
            )
        if name == "year" and _ABOUT.search(text[max(0, match.start() - 9) : match.start()].lower()):
            return not re.match(r"[ ][a-z]+s\b|[ ]people", text[match.end() : match.end() + 24])
        if name == "day":
            return True
        if (
            name == "quarter"
            and match["q_unit"]
            and match["q_unit"].lower() == "half"
            and re.match(r" of (?!20|19|the year|last|this|next|fiscal|it)", text[match.end() : match.end() + 12])
        ):
            return False
        if (
            name == "quarter"
            and (match["q_code"] or "").upper().startswith(("H", "Q"))
            and not text[match.start("q_code") : match.end("q_code")].isupper()
        ):
            return False
        if (
            name == "quarter"
            and (match["q_ord"] or "").lower() in {"last", "final"}
            and (match["q_unit"] or "").lower() == "quarter"
            and not match["q_year"]
            and (match["q_ord"] or "").lower() == "last"
        ):
            return False
        return not (name == "date" and text[match.start("date")].islower())

    # Resolution shared by handlers ----------------------------------------------------

    def year_of(self, words: str, anchor: dt.date | None) -> int | None:
        """The year that words such as ``2024``, ``fiscal 2025`` or ``last year`` name."""
        low = words.lower()
        digits = re.search(r"\d{4}|\d\d", low)
        if digits:
            return _year2(digits.group())
        if anchor is None:
            return None
        if (
            low.startswith("last")
            or "previous" in low
            or "prior" in low
            or "before" in low
            or "earlier" in low
            or "ago" in low
        ):
            return anchor.year - 1
        return anchor.year + 1 if low.startswith("next") or "following" in low else anchor.year

    def end_of(self, words: str, anchor: dt.date | None) -> dt.date | None:
        """The last day of a written date, month, year, quarter or relative year."""
        low = words.lower().strip()
        named = re.match(rf"({M})(?:,? (?:of )?({Y}))?$", low)
        if named:
            if named.group(2):
                return cal.month(int(named.group(2)), _month(named.group(1)))[1]
            return None if anchor is None else self.named_month(_month(named.group(1)), anchor, 0)[1]
        if re.fullmatch(rf"(?:fiscal |financial |calendar )?{Y}", low):
            return dt.date(int(low[-4:]), 12, 31)
        if re.match(rf"(?:{DATE})$", low):
            found = _written_date(low, anchor)
            return found[1] if found else None
        part = re.match(rf"({ORD}) (quarter|half)(?: of (.*))?", low)
        if part:
            year = self.year_of(part.group(3), anchor) if part.group(3) else anchor.year if anchor else None
            return None if year is None else _half_or_quarter(_ordinal(part.group(1)), part.group(2), year)[1]
        if anchor is None:
            return None
        step = -1 if low.startswith(("last", "the previous")) else 1 if low.startswith("next") else 0
        if "year" in low:
            return dt.date(anchor.year + step, 12, 31)
        if "month" in low:
            return cal.month(anchor.year, anchor.month + step)[1]
        if "quarter" in low:
            return cal.quarter(anchor.year, (anchor.month + 2) // 3 + step)[1]
        return None

    def named_month(self, number: int, anchor: dt.date, step: int) -> cal.Interval:
        """A month named without its year: the latest begun by the anchor, or the next for ``next``."""
        options = [cal.month(anchor.year + k, number) for k in (-1, 0, 1)]
        if step < 0:
            return max(o for o in options if o[1] < anchor)
        if step > 0:
            return min(o for o in options if o[0] > anchor)
        return cal.nearest(anchor, options, ahead=60)


_DATE_LINE = re.compile(
    rf"(?:^|\n|\. |\(|- |\u2014 )[ \t]*(?:[A-Z][\w .,/]{{0,40}}?[,:|(-]? ?)?(?:(?:published|posted|updated|date|on)?:? ?)?(?:{WD},? )?({M} {D},? {Y}|{D} {M},? {Y}|{Y}-\d\d-\d\d)",
    re.IGNORECASE,
)


def dateline(text: str) -> dt.date | None:
    """The date an article carries in its first lines, when its metadata gives none."""
    head = plain(text[:600])
    match = _DATE_LINE.search(head)
    if match is None or match.start() > 400:
        return None
    line_start = head.rfind("\n", 0, match.start(1)) + 1
    if match.start(1) - line_start > 50:
        return None
    tail = head[match.end(1) : match.end(1) + 1]
    if match.start(1) > line_start and tail not in {"", "\n", ":", " ", ")", "-", "|", "\u2014"}:
        return None
    return cal.parse_date(match.group(1), None)


@functools.lru_cache(maxsize=2)
def finder(lexicon: Lexicon | None = None) -> PeriodFinder:
    """The finder, built once."""
    return PeriodFinder()
