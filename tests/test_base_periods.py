"""What a level is compared with, seen from its own period."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.periods.base import base_interval


def between(text: str) -> tuple[dt.date, dt.date]:
    start, end = text.split("/")
    return dt.date.fromisoformat(start), dt.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("now", "words", "base"),
    [
        ("2024-07-01/2024-09-30", "a year earlier", "2023-07-01/2023-09-30"),
        ("2024-07-01/2024-09-30", "two years before", "2022-07-01/2022-09-30"),
        ("2024-07-01/2024-09-30", "twelve months before", "2023-07-01/2023-09-30"),
        ("2024-07-01/2024-09-30", "the previous quarter", "2024-04-01/2024-06-30"),
        ("2024-01-01/2024-03-31", "a quarter earlier", "2023-10-01/2023-12-31"),
        ("2024-03-01/2024-03-31", "a month earlier", "2024-02-01/2024-02-29"),
        ("2025-02-04/2025-02-04", "a day earlier", "2025-02-03/2025-02-03"),
        ("2025-01-06/2025-01-12", "the week before", "2024-12-30/2025-01-05"),
        ("2026-01-01/2026-03-31", "in the same period of 2024", "2024-01-01/2024-03-31"),
        ("2024-12-31/2024-12-31", "a year ago", "2023-12-31/2023-12-31"),
    ],
)
def test_base(now: str, words: str, base: str) -> None:
    assert base_interval(between(now), words) == between(base)


@settings(deadline=None, derandomize=True)
@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 400), st.integers(1, 11),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)  # fmt: skip
def test_bases_lie_before_and_are_intervals(start: dt.date, days: int, count: int, unit: str) -> None:
    end = start + dt.timedelta(days=days)
    first, last = base_interval((start, end), f"{count} {unit}s earlier")
    assert first < start and last < end and first <= last
