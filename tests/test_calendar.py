"""Calendar arithmetic: spans of whole days, both ends inclusive."""

from __future__ import annotations

import datetime as dt
import itertools
from calendar import monthrange

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.periods import calendar as cal

QUICK = settings(deadline=None, derandomize=True, max_examples=100)
YEARS = st.integers(1950, 2060)
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2060, 12, 31))
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def iso(interval: cal.Interval) -> str:
    return f"{interval[0]}/{interval[1]}"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (cal.day(dt.date(2024, 2, 29)), "2024-02-29/2024-02-29"),
        (cal.year(2011), "2011-01-01/2011-12-31"),
        (cal.month(2023, 2), "2023-02-01/2023-02-28"),
        (cal.month(2024, 2), "2024-02-01/2024-02-29"),
        (cal.month(1900, 2), "1900-02-01/1900-02-28"),
        (cal.month(2024, 0), "2023-12-01/2023-12-31"),
        (cal.month(2024, 13), "2025-01-01/2025-01-31"),
        (cal.month(2024, -11), "2023-01-01/2023-01-31"),
        (cal.quarter(2024, 1), "2024-01-01/2024-03-31"),
        (cal.quarter(2024, 4), "2024-10-01/2024-12-31"),
        (cal.quarter(2024, 0), "2023-10-01/2023-12-31"),
        (cal.quarter(2024, 5), "2025-01-01/2025-03-31"),
        (cal.half(2024, 1), "2024-01-01/2024-06-30"),
        (cal.half(2024, 2), "2024-07-01/2024-12-31"),
        (cal.half(2024, 0), "2023-07-01/2023-12-31"),
        (cal.season(2024, "spring"), "2024-03-01/2024-05-31"),
        (cal.season(2024, "fall"), "2024-09-01/2024-11-30"),
        (cal.season(2024, "autumn"), "2024-09-01/2024-11-30"),
        (cal.season(2023, "winter"), "2023-12-01/2024-02-29"),
        (cal.months_to(dt.date(2024, 9, 30), 3), "2024-07-01/2024-09-30"),
        (cal.months_to(dt.date(2024, 3, 31), 12), "2023-04-01/2024-03-31"),
        (cal.months_to(dt.date(2024, 2, 29), 6), "2023-09-01/2024-02-29"),
        (cal.months_to(dt.date(2024, 9, 28), 3), "2024-06-29/2024-09-28"),
        (cal.months_to(dt.date(2024, 3, 30), 1), "2024-03-01/2024-03-30"),
        (cal.shift_years(cal.year(2024), -1), "2023-01-01/2023-12-31"),
        (cal.shift_years(cal.month(2024, 2), -1), "2023-02-01/2023-02-28"),
        (cal.shift_years(cal.month(2023, 2), 1), "2024-02-01/2024-02-29"),
        (cal.shift_years(cal.day(dt.date(2024, 2, 29)), 1), "2025-02-28/2025-02-28"),
    ],
)
def test_spans(made: cal.Interval, expected: str) -> None:
    assert iso(made) == expected


@pytest.mark.parametrize(
    ("name", "direction", "expected"),
    [
        # 2024-05-07 is a Tuesday.
        ("Tuesday", "past", "2024-05-07"),
        ("Tuesday", "last", "2024-04-30"),
        ("Tuesday", "next", "2024-05-14"),
        ("monday", "past", "2024-05-06"),
        ("Wednesday", "past", "2024-05-01"),
        ("Wednesday", "next", "2024-05-08"),
        ("Sunday", "last", "2024-05-05"),
    ],
)
def test_weekday(name: str, direction: str, expected: str) -> None:
    assert iso(cal.weekday(dt.date(2024, 5, 7), name, direction)) == f"{expected}/{expected}"


@QUICK
@given(anchor=DAYS, name=st.sampled_from(WEEKDAYS), direction=st.sampled_from(["past", "last", "next"]))
def test_weekday_lies_within_a_week(anchor: dt.date, name: str, direction: str) -> None:
    found = cal.weekday(anchor, name, direction)[0]
    assert WEEKDAYS[found.weekday()] == name
    low, high = {"past": (-6, 0), "last": (-7, -1), "next": (1, 7)}[direction]
    assert low <= (found - anchor).days <= high


@QUICK
@given(year=YEARS)
def test_parts_tile_the_year(year: int) -> None:
    for make, count in ((cal.month, 12), (cal.quarter, 4), (cal.half, 2)):
        parts = [make(year, n) for n in range(1, count + 1)]
        assert (parts[0][0], parts[-1][1]) == cal.year(year)
        for before, after in itertools.pairwise(parts):
            assert after[0] - before[1] == dt.timedelta(days=1)


@QUICK
@given(year=YEARS, number=st.integers(-30, 30))
def test_numbers_outside_carry_over(year: int, number: int) -> None:
    assert cal.month(year, number) == cal.month(year + 1, number - 12)
    assert cal.quarter(year, number) == cal.quarter(year + 1, number - 4)
    assert cal.half(year, number) == cal.half(year + 1, number - 2)


@QUICK
@given(end=DAYS, count=st.integers(1, 36))
def test_months_to_ends_there_and_is_that_long(end: dt.date, count: int) -> None:
    start, last = cal.months_to(end, count)
    assert last == end
    assert 28 * count <= (last - start).days + 1 <= 31 * count
    if end.day == monthrange(end.year, end.month)[1]:
        assert start.day == 1


@QUICK
@given(day=DAYS, years=st.integers(-20, 20))
def test_shifted_years_keep_the_month(day: dt.date, years: int) -> None:
    start, end = cal.shift_years(cal.month(day.year, day.month), years)
    assert (start, end) == cal.month(day.year + years, day.month)


class TestNearest:
    """A news text means the last such span, or one about to come."""

    def test_the_past_one_wins_far_from_the_next(self) -> None:
        options = [cal.quarter(y, 3) for y in (2023, 2024, 2025)]
        assert cal.nearest(dt.date(2024, 10, 31), options) == cal.quarter(2024, 3)

    def test_a_span_that_has_begun_is_past(self) -> None:
        options = [cal.quarter(y, 2) for y in (2023, 2024, 2025)]
        assert cal.nearest(dt.date(2024, 5, 7), options) == cal.quarter(2024, 2)

    def test_a_coming_span_wins_when_close(self) -> None:
        options = [cal.month(y, 9) for y in (2023, 2024, 2025)]
        assert cal.nearest(dt.date(2024, 8, 20), options) == cal.month(2024, 9)

    def test_not_beyond_the_horizon(self) -> None:
        options = [cal.month(y, 9) for y in (2023, 2024, 2025)]
        assert cal.nearest(dt.date(2024, 8, 20), options, ahead=10) == cal.month(2023, 9)


@pytest.mark.parametrize(
    ("text", "anchor", "expected"),
    [
        ("March 24, 2024", None, "2024-03-24"),
        ("24 March 2024", None, "2024-03-24"),
        ("2024-03-24", None, "2024-03-24"),
        ("Sept. 5, 2011", None, "2011-09-05"),
        ("yesterday", dt.date(2024, 3, 1), "2024-02-29"),
        ("2 weeks ago", dt.date(2024, 3, 15), "2024-03-01"),
        ("March 24", None, None),
        ("nonsense", None, None),
    ],
)
def test_parse_date(text: str, anchor: dt.date | None, expected: str | None) -> None:
    found = cal.parse_date(text, anchor)
    assert (found.isoformat() if found else None) == expected
