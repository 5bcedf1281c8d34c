"""Periods: sentences of the press, and the interval that each means."""

from __future__ import annotations

import datetime as dt

import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimlines.periods import calendar as cal
from claimlines.periods.calendar import MONTHS
from claimlines.periods.finder import PeriodFinder, dateline
from claimlines.pipeline import make_doc

FINDER = PeriodFinder()
QUICK = settings(deadline=None, derandomize=True, max_examples=150)
TUESDAY = dt.date(2024, 8, 20)


def intervals(text: str, anchor: dt.date | None = None) -> list[str | None]:
    return [m.period.interval for m in FINDER.find(text, anchor)]


def only(text: str, anchor: dt.date | None = None) -> str | None:
    found = [i for i in intervals(text, anchor) if i is not None]
    assert len(found) <= 1, found
    return found[0] if found else None


def span(interval: cal.Interval) -> str:
    return f"{interval[0]}/{interval[1]}"


# What needs no date of publication -----------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Turnover was $3bn in 2019.", "2019-01-01/2019-12-31"),
        ("Its 2019 turnover was $3bn.", "2019-01-01/2019-12-31"),
        ("Acme's 2023 sales came to $3bn.", "2023-01-01/2023-12-31"),
        ("Turnover was $3bn in fiscal 2021.", "2021-01-01/2021-12-31"),
        ("Turnover was $3bn in FY21.", "2021-01-01/2021-12-31"),
        ("Turnover was $3bn in FY2021.", "2021-01-01/2021-12-31"),
        ("Turnover will be $3bn by fiscal year 2027.", "2027-01-01/2027-12-31"),
        ("Turnover was $3bn in early 2021.", "2021-01-01/2021-12-31"),
        ("The plant opened in mid-2021 with 40 staff.", "2021-01-01/2021-12-31"),
        ("The plant should open by late 2027 with 40 staff.", "2027-01-01/2027-12-31"),
        ("Q3'22 turnover was $3bn.", "2022-07-01/2022-09-30"),
        ("Turnover was $3bn in 3Q22.", "2022-07-01/2022-09-30"),
        ("Turnover was $3bn in Q3/2022.", "2022-07-01/2022-09-30"),
        ("Turnover was $3bn in Q2 FY2022.", "2022-04-01/2022-06-30"),
        ("First-quarter 2022 turnover was $3bn.", "2022-01-01/2022-03-31"),
        ("Turnover was $3bn in 2022's second quarter.", "2022-04-01/2022-06-30"),
        ("Turnover was $3bn in the second fiscal quarter of 2022.", "2022-04-01/2022-06-30"),
        ("Turnover was $3bn in its fiscal 2022 second quarter.", "2022-04-01/2022-06-30"),
        ("Turnover was $3bn in the second quarter of its fiscal 2022.", "2022-04-01/2022-06-30"),
        ("Turnover was $3bn in the final quarter of 2022.", "2022-10-01/2022-12-31"),
        ("Turnover was $3bn in the opening quarter of 2022.", "2022-01-01/2022-03-31"),
        ("Turnover was $3bn in the last quarter of 2022.", "2022-10-01/2022-12-31"),
        ("Turnover was $3bn in the holiday quarter of 2022.", "2022-10-01/2022-12-31"),
        ("Turnover was $3bn in 1H23.", "2023-01-01/2023-06-30"),
        ("Turnover was $3bn in the second half of 2023.", "2023-07-01/2023-12-31"),
        ("Turnover was $3bn in the second half of fiscal 2023.", "2023-07-01/2023-12-31"),
        ("Turnover was $3bn in the first nine months of 2023.", "2023-01-01/2023-09-30"),
        ("Turnover was $3bn in the final three months of 2023.", "2023-10-01/2023-12-31"),
        ("Turnover was $3bn in the first 11 months of 2023.", "2023-01-01/2023-11-30"),
        ("Turnover was $3bn in the three months to September 2023.", "2023-07-01/2023-09-30"),
        ("Turnover was $3bn in the three months to the end of September 2023.", "2023-07-01/2023-09-30"),
        ("Turnover was $3bn in the three months ended on September 30, 2023.", "2023-07-01/2023-09-30"),
        ("Turnover was $3bn for the quarter ended Sept. 30, 2023.", "2023-07-01/2023-09-30"),
        ("Turnover was $3bn for the quarter ended April 30, 2023.", "2023-02-01/2023-04-30"),
        ("Turnover was $3bn for the quarter that ended June 30, 2023.", "2023-04-01/2023-06-30"),
        ("Turnover was $3bn in the year ended March 31, 2023.", "2022-04-01/2023-03-31"),
        ("Turnover was $3bn in the financial year to 31 March 2023.", "2022-04-01/2023-03-31"),
        ("Turnover was $3bn in the year ended February 29, 2024.", "2023-03-01/2024-02-29"),
        ("Turnover was $3bn in the fiscal year ended June 2023.", "2022-07-01/2023-06-30"),
        ("Turnover was $3bn in the twelve months through June 2023.", "2022-07-01/2023-06-30"),
        ("Turnover was $3bn in the 18 months to June 2023.", "2022-01-01/2023-06-30"),
        ("Turnover was $3bn for the half-year to 30 June 2023.", "2023-01-01/2023-06-30"),
        ("Turnover was $3bn for the 26 weeks to 30 December 2023.", "2023-07-02/2023-12-30"),
        ("Turnover was $3bn in the week ending August 19, 2023.", "2023-08-13/2023-08-19"),
        ("Turnover was $3bn between 2010 and 2015.", "2010-01-01/2015-12-31"),
        ("Turnover rose 4% a year from 2010 to 2015.", "2010-01-01/2015-12-31"),
        ("Turnover in 2010-2015 rose 4%.", "2010-01-01/2015-12-31"),
        ("Turnover in 2010–15 rose 4%.", "2010-01-01/2015-12-31"),
        ("Turnover in the 1990s rose 4%.", "1990-01-01/1999-12-31"),
        ("Turnover in the mid-1990s rose 4%.", "1990-01-01/1999-12-31"),
        ("It had 40 shops at the end of 2017.", "2017-12-31/2017-12-31"),
        ("It had 40 shops at the end of fiscal 2017.", "2017-12-31/2017-12-31"),
        ("It had 40 shops at the close of 2017.", "2017-12-31/2017-12-31"),
        ("It had 40 shops at the end of June 2017.", "2017-06-30/2017-06-30"),
        ("It had 40 shops at the end of the second quarter of 2017.", "2017-06-30/2017-06-30"),
        ("It wants 40 shops by end-2027.", "2027-12-31/2027-12-31"),
        ("It had 40 shops as of June 30, 2017.", "2017-06-30/2017-06-30"),
        ("It had 40 shops as at 30 June 2017.", "2017-06-30/2017-06-30"),
        ("It opened on the 3rd of May 2017 with 40 staff.", "2017-05-03/2017-05-03"),
        ("Monday, 3 May 2021, brought 40 orders.", "2021-05-03/2021-05-03"),
        ("The fair of May 14-16, 2025 drew 900 people.", "2025-05-14/2025-05-16"),
        ("The fair (26 February - 1 March 2018) drew 900 people.", "2018-02-26/2018-03-01"),
        ("It was sold in the summer of 2015 for $30.", "2015-06-01/2015-08-31"),
        ("It was sold in autumn 2015 for $30.", "2015-09-01/2015-11-30"),
        ("It will cost $30 by spring 2027.", "2027-03-01/2027-05-31"),
        ("It cost $30 in October 2015.", "2015-10-01/2015-10-31"),
        ("It cost $30 in Oct. 2015.", "2015-10-01/2015-10-31"),
        ("It cost $30 in November of 2015.", "2015-11-01/2015-11-30"),
    ],
)
def test_absolute(sentence: str, expected: str) -> None:
    assert only(sentence) == expected
    assert only(sentence, TUESDAY) == expected, "a date of publication changes nothing"


# What the date of publication decides --------------------------------------------------


@pytest.mark.parametrize(
    ("published", "sentence", "expected"),
    [
        ("2024-08-20", "It sold 40 vans last year.", "2023-01-01/2023-12-31"),
        ("2024-08-20", "It sold 40 vans this year.", "2024-01-01/2024-12-31"),
        ("2024-08-20", "It will sell 40 vans next year.", "2025-01-01/2025-12-31"),
        ("2024-08-20", "It will sell 40 vans early next year.", "2025-01-01/2025-12-31"),
        ("2024-08-20", "It sold 40 vans late last year.", "2023-01-01/2023-12-31"),
        ("2024-08-20", "It has sold 40 vans so far this year.", "2024-01-01/2024-08-20"),
        ("2024-08-20", "Its stock is up 4% year to date.", "2024-01-01/2024-08-20"),
        ("2024-08-20", "It sold 40 vans last month.", "2024-07-01/2024-07-31"),
        ("2024-01-15", "It sold 40 vans last month.", "2023-12-01/2023-12-31"),
        ("2024-12-15", "It will sell 40 vans next month.", "2025-01-01/2025-01-31"),
        ("2024-08-20", "It sold 40 vans last week.", "2024-08-12/2024-08-18"),
        ("2024-08-20", "It sold 40 vans this week.", "2024-08-19/2024-08-25"),
        ("2024-08-20", "It sold 40 vans yesterday.", "2024-08-19/2024-08-19"),
        ("2024-03-01", "It sold 40 vans yesterday.", "2024-02-29/2024-02-29"),
        ("2024-08-20", "It goes on sale tomorrow for $30.", "2024-08-21/2024-08-21"),
        ("2024-08-20", "It closed at $30 on Monday.", "2024-08-19/2024-08-19"),
        ("2024-08-20", "It closed at $30 on Tuesday.", "2024-08-20/2024-08-20"),
        ("2024-08-20", "It closed at $30 last Friday.", "2024-08-16/2024-08-16"),
        ("2024-08-20", "It will open at $30 next Monday.", "2024-08-26/2024-08-26"),
        ("2024-10-31", "Third-quarter profit rose 4%.", "2024-07-01/2024-09-30"),
        ("2024-10-31", "Profit rose 4% in Q3.", "2024-07-01/2024-09-30"),
        ("2025-01-20", "Fourth-quarter profit rose 4%.", "2024-10-01/2024-12-31"),
        ("2025-01-20", "Profit rose 4% in the holiday quarter.", "2024-10-01/2024-12-31"),
        ("2024-10-31", "It expects fourth-quarter profit to rise 4%.", "2024-10-01/2024-12-31"),
        ("2024-05-07", "It expects $3bn this quarter.", "2024-04-01/2024-06-30"),
        ("2024-05-07", "It expects $3bn in the current quarter.", "2024-04-01/2024-06-30"),
        ("2024-05-07", "It expects $3bn next quarter.", "2024-07-01/2024-09-30"),
        ("2024-11-07", "It expects $3bn next quarter.", "2025-01-01/2025-03-31"),
        ("2024-08-20", "Profit rose 4% in the second quarter of last year.", "2023-04-01/2023-06-30"),
        ("2024-08-20", "In last year's second quarter profit rose 4%.", "2023-04-01/2023-06-30"),
        ("2024-08-20", "Profit rose 4% in the first half of this year.", "2024-01-01/2024-06-30"),
        ("2024-08-20", "First-half profit rose 4%.", "2024-01-01/2024-06-30"),
        ("2025-01-20", "Profit rose 4% in the second half of last year.", "2024-07-01/2024-12-31"),
        ("2024-10-31", "Profit rose 4% in the first nine months of the year.", "2024-01-01/2024-09-30"),
        ("2024-05-07", "Profit rose 4% in the first four months of last year.", "2023-01-01/2023-04-30"),
        ("2024-10-31", "Profit rose 4% in the three months to September.", "2024-07-01/2024-09-30"),
        ("2024-10-31", "In the nine months through September, profit rose 4%.", "2024-01-01/2024-09-30"),
        ("2024-05-07", "Prices rose 4% in the year to April.", "2023-05-01/2024-04-30"),
        ("2024-05-07", "Profit rose 4% in the six months ended December 31.", "2023-07-01/2023-12-31"),
        ("2025-01-20", "Sales rose 4% in the six weeks to January 4.", "2024-11-24/2025-01-04"),
        ("2024-08-20", "It cost $30 in July.", "2024-07-01/2024-07-31"),
        ("2024-05-07", "It cost $30 in December.", "2023-12-01/2023-12-31"),
        ("2024-05-07", "It cost $30 last December.", "2023-12-01/2023-12-31"),
        ("2024-08-20", "It will cost $30 this September.", "2024-09-01/2024-09-30"),
        ("2024-08-20", "It will cost $30 next March.", "2025-03-01/2025-03-31"),
        ("2024-08-20", "March sales rose 4%.", "2024-03-01/2024-03-31"),
        ("2024-08-20", "Sales in May rose 4%.", "2024-05-01/2024-05-31"),
        ("2024-08-20", "It cost $30 last summer.", "2023-06-01/2023-08-31"),
        ("2024-08-20", "It cost $30 this spring.", "2024-03-01/2024-05-31"),
        ("2024-01-15", "It cost $30 last autumn.", "2023-09-01/2023-11-30"),
        ("2024-01-15", "It cost $30 this winter.", "2023-12-01/2024-02-29"),
        ("2024-08-20", "It had 40 shops as of June 30.", "2024-06-30/2024-06-30"),
        ("2024-05-07", "It had 40 shops on December 31.", "2023-12-31/2023-12-31"),
        ("2024-08-20", "It had 40 shops at the end of June.", "2024-06-30/2024-06-30"),
        ("2024-05-07", "It had 40 shops at the end of last month.", "2024-04-30/2024-04-30"),
        ("2024-08-20", "It had 40 shops at the end of last year.", "2023-12-31/2023-12-31"),
        ("2024-08-20", "It wants 40 shops by the end of the year.", "2024-12-31/2024-12-31"),
        ("2024-08-20", "It wants 40 shops by year-end.", "2024-12-31/2024-12-31"),
        ("2024-08-20", "It wants 40 shops by the end of next year.", "2025-12-31/2025-12-31"),
        ("2024-08-20", "It wants 40 shops by the end of the decade.", "2029-12-31/2029-12-31"),
        ("2024-08-20", "It had 40 shops two years ago.", "2022-01-01/2022-12-31"),
        ("2024-05-07", "It had 40 shops six months ago.", "2023-11-01/2023-11-30"),
        ("2024-05-07", "The fair (May 14 to 16) drew 900 people.", "2024-05-14/2024-05-16"),
    ],
)
def test_relative(published: str, sentence: str, expected: str) -> None:
    assert only(sentence, dt.date.fromisoformat(published)) == expected
    found = FINDER.find(sentence, None)
    assert found, "the words are found"
    assert all(m.period.interval is None for m in found), "but without a date they mean no days"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It grew 3% in 2022 and 5% in 2023.", ["2022-01-01/2022-12-31", "2023-01-01/2023-12-31"]),
        (
            "It grew 3% in Q3 2023, after 5% in Q3 2022.",
            ["2023-07-01/2023-09-30", "2022-07-01/2022-09-30"],
        ),
        ("It rose from $2bn in 2022 to $3bn in 2023.", ["2022-01-01/2022-12-31", "2023-01-01/2023-12-31"]),
        ("In Q1 it fell 4%; in Q2 it rose 3%.", ["2024-01-01/2024-03-31", "2024-04-01/2024-06-30"]),
        ("It raised $3bn in December 2023 and $2bn in March.", ["2023-12-01/2023-12-31", "2024-03-01/2024-03-31"]),
    ],
)
def test_several_in_one_sentence(sentence: str, expected: list[str]) -> None:
    assert intervals(sentence, TUESDAY) == expected


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("It sold 40 vans, up from 30 a year earlier.", "base"),
        ("Profit rose 4% from the same quarter last year.", "base"),
        ("Profit rose 4% year over year.", "base"),
        ("It sold 40 vans, against 30 in the prior year.", "base"),
        ("It sold 40 vans in the past two years.", "window"),
        ("It will sell 40 vans over the next five years.", "window"),
        ("It sold 40 vans in the quarter.", "same"),
    ],
)
def test_found_but_without_days_of_their_own(sentence: str, kind: str) -> None:
    (found,) = FINDER.find(sentence, TUESDAY)
    assert (found.period.kind, found.period.interval) == (kind, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "He may well march on for 40 days.",
        "It costs $2019 with a case.",
        "Version 2024.1 costs $30.",
        "Some 2,019 adults were asked.",
        "The iPhone 15 has a 48-megapixel camera.",
        "The second half of users left.",
        "Nothing is dated here.",
        "",
        "12 34 56",
    ],
)
def test_no_period(sentence: str) -> None:
    assert intervals(sentence, TUESDAY) == []


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("It wants 40 shops by 2030.", "by"),
        ("It wants 40 shops before 2030.", "by"),
        ("It wants 40 shops no later than 2030.", "by"),
        ("It has opened 40 shops since 2020.", "since"),
        ("It will open 40 shops from 2027.", "since"),
        ("It had 40 shops as of June 30, 2020.", "as_of"),
        ("It had 40 shops at the end of 2020.", "as_of"),
        ("It opened 40 shops in 2020.", "in"),
        ("Its 2020 profit rose 4%.", ""),
    ],
)
def test_the_words_before_set_the_role(sentence: str, role: str) -> None:
    (found,) = FINDER.find(sentence, None)
    assert found.role == role


@pytest.mark.parametrize(
    "sentence",
    [
        "Sales rose in the third quarter of 2023.",
        "Sales rose in the\u00a0third quarter of\u00a02023.",
        "Sales rose in the third\u2011quarter of 2023.",
        "SALES ROSE IN THE THIRD QUARTER OF 2023.",
    ],
)
def test_typography_does_not_matter(sentence: str) -> None:
    (found,) = FINDER.find(sentence, None)
    assert found.period.interval == "2023-07-01/2023-09-30"
    assert sentence[found.start : found.end].lower().endswith("2023")


# Datelines -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme grows again\n\nMarch 24, 2025\nAcme's profit rose 4%.", dt.date(2025, 3, 24)),
        ("Acme grows again\nPublished: 24 March 2025\n\nAcme's profit rose 4%.", dt.date(2025, 3, 24)),
        ("2025-03-24\nAcme's profit rose 4%.", dt.date(2025, 3, 24)),
        ("Monday, March 24, 2025\nAcme's profit rose 4%.", dt.date(2025, 3, 24)),
        ("Acme's profit rose 4% in the year.", None),
        ("", None),
        ("Acme grows.\n\n" + "Its profit rose again and again. " * 40 + "\nMarch 24, 2025\n", None),
    ],
)
def test_dateline(text: str, expected: dt.date | None) -> None:
    assert dateline(text) == expected


# The component -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def blank() -> spacy.Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("claimlines_periods")
    return nlp


class TestComponent:
    def test_spans_carry_period_and_role(self, blank: spacy.Language) -> None:
        doc = blank("It wants 40 shops by the end of 2027, it said.")
        (found,) = doc.spans["periods"]
        assert found.text == "the end of 2027"
        assert found._.period.interval == "2027-12-31/2027-12-31"
        assert (found._.period_role, found.label_) == ("by", found._.period.kind)

    def test_the_date_of_publication_is_the_anchor(self, blank: spacy.Language) -> None:
        doc = blank(make_doc(blank, "Sales rose 4% last year.", dt.date(2020, 6, 1)))
        assert [s._.period.interval for s in doc.spans["periods"]] == ["2019-01-01/2019-12-31"]
        assert doc._.anchor == dt.date(2020, 6, 1)

    def test_else_the_article_s_own_dateline(self, blank: spacy.Language) -> None:
        doc = blank("June 1, 2020\n\nSales rose 4% last year.")
        assert doc._.anchor == dt.date(2020, 6, 1)
        assert "2019-01-01/2019-12-31" in [s._.period.interval for s in doc.spans["periods"]]

    def test_the_date_given_goes_before_the_dateline(self, blank: spacy.Language) -> None:
        doc = blank(make_doc(blank, "June 1, 2020\n\nSales rose 4% last year.", dt.date(2023, 6, 1)))
        assert "2022-01-01/2022-12-31" in [s._.period.interval for s in doc.spans["periods"]]

    def test_without_either_nothing_relative_resolves(self, blank: spacy.Language) -> None:
        doc = blank("Sales rose 4% last year and 5% in 2012.")
        assert [s._.period.interval for s in doc.spans["periods"]] == [None, "2012-01-01/2012-12-31"]

    def test_no_text(self, blank: spacy.Language) -> None:
        assert list(blank("").spans["periods"]) == []


# Properties ----------------------------------------------------------------------------

ORDINAL = ["first", "second", "third", "fourth"]
YEARS = st.integers(1990, 2049)
ANCHORS = st.one_of(st.none(), st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)))
FRAMES = st.sampled_from(
    ["Sales rose 4% in {}.", "In {}, sales rose 4%.", "Sales ({}) rose 4%", "sales of $3bn in {}, it said", "{} sales"]
)
QUARTER_STYLES = [
    "the {ord} quarter of {y}", "the {ord} quarter {y}", "{ord} quarter {y}", "the {ord} quarter in {y}", "Q{n} {y}", "Q{n} of {y}",
    "Q{n}'{yy}", "Q{n} '{yy}", "{n}Q{yy}", "{n}Q {y}", "{n}Q{y}", "Q{n}/{y}", "Q{n}-{y}", "Q{n} FY{y}", "Q{n} FY{yy}", "Q{n} fiscal {y}",
    "{y}'s {ord} quarter", "{y}’s {ord} quarter", "the {ord} quarter of fiscal {y}", "the {ord} quarter of fiscal year {y}", "the {ord} quarter of FY{yy}",
    "the {ord} fiscal quarter of {y}", "its fiscal {ord} quarter of {y}", "the {y} {ord} quarter", "its fiscal {y} {ord} quarter", "{ord}-quarter {y}",
]  # fmt: skip
HALF_STYLES = [
    "the {ord} half of {y}", "the {ord} half {y}", "H{n} {y}", "{n}H{yy}", "{n}H {y}", "H{n} FY{yy}", "the {ord} half of fiscal {y}", "{y}'s {ord} half",
    "the {ord} half of FY{y}", "H{n} of {y}",
]  # fmt: skip
YEAR_STYLES = [
    "{y}",
    "fiscal {y}",
    "FY{y}",
    "FY{yy}",
    "fiscal year {y}",
    "financial year {y}",
    "early {y}",
    "mid-{y}",
    "late {y}",
]
MONTH_STYLES = ["{name} {y}", "{name}, {y}", "{name} of {y}", "{short} {y}", "{short}. {y}"]
DATE_STYLES = ["{name} {d}, {y}", "{name} {d} {y}", "{d} {name} {y}", "{d} of {name} {y}", "{short}. {d}, {y}", "{short} {d}, {y}", "{iso}", "{name} {th}, {y}", "{th} {name} {y}"]  # fmt: skip


def short_of(month: int) -> str:
    return "Sept" if month == 9 else MONTHS[month - 1][:3].capitalize()


def th(day: int) -> str:
    return f"{day}{'th' if 11 <= day <= 13 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


@QUICK
@given(style=st.sampled_from(QUARTER_STYLES), frame=FRAMES, n=st.integers(1, 4), year=YEARS, anchor=ANCHORS)
def test_spelled_quarters(style: str, frame: str, n: int, year: int, anchor: dt.date | None) -> None:
    words = style.format(ord=ORDINAL[n - 1], n=n, y=year, yy=f"{year % 100:02}")
    assert intervals(frame.format(words), anchor) == [span(cal.quarter(year, n))]


@QUICK
@given(style=st.sampled_from(HALF_STYLES), frame=FRAMES, n=st.integers(1, 2), year=YEARS, anchor=ANCHORS)
def test_spelled_halves(style: str, frame: str, n: int, year: int, anchor: dt.date | None) -> None:
    words = style.format(ord=ORDINAL[n - 1], n=n, y=year, yy=f"{year % 100:02}")
    assert intervals(frame.format(words), anchor) == [span(cal.half(year, n))]


@QUICK
@given(style=st.sampled_from(YEAR_STYLES), frame=FRAMES, year=YEARS, anchor=ANCHORS)
def test_spelled_years(style: str, frame: str, year: int, anchor: dt.date | None) -> None:
    words = style.format(y=year, yy=f"{year % 100:02}")
    assert intervals(frame.format(words), anchor) == [span(cal.year(year))]


@QUICK
@given(style=st.sampled_from(MONTH_STYLES), frame=FRAMES, month=st.integers(1, 12), year=YEARS, anchor=ANCHORS)
def test_spelled_months(style: str, frame: str, month: int, year: int, anchor: dt.date | None) -> None:
    words = style.format(name=MONTHS[month - 1].capitalize(), short=short_of(month), y=year).replace("May.", "May")
    assert intervals(frame.format(words), anchor) == [span(cal.month(year, month))]


@QUICK
@given(style=st.sampled_from(DATE_STYLES), day=st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)), anchor=ANCHORS)
def test_written_dates(style: str, day: dt.date, anchor: dt.date | None) -> None:
    words = style.format(
        name=MONTHS[day.month - 1].capitalize(),
        short=short_of(day.month),
        d=day.day,
        th=th(day.day),
        y=day.year,
        iso=day,
    ).replace("May.", "May")
    assert intervals(f"It cost $30 on {words}.", anchor) == [span(cal.day(day))]


@QUICK
@given(
    count=st.integers(2, 12),
    lead=st.sampled_from(["to", "ended", "ending", "through"]),
    month=st.integers(1, 12),
    year=YEARS,
    dated=st.booleans(),
)
def test_months_to_the_end_of_one(count: int, lead: str, month: int, year: int, dated: bool) -> None:
    last = cal.month(year, month)[1]
    end = (
        f"{MONTHS[month - 1].capitalize()} {last.day}, {year}" if dated else f"{MONTHS[month - 1].capitalize()} {year}"
    )
    number = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"][count - 2]
    assert intervals(f"Profit rose 4% in the {number} months {lead} {end}.") == [span(cal.months_to(last, count))]
    assert intervals(f"Profit rose 4% in the {count} months {lead} {end}.") == [span(cal.months_to(last, count))]


@QUICK
@given(count=st.integers(2, 12), year=YEARS)
def test_first_and_last_months(count: int, year: int) -> None:
    first = intervals(f"Profit rose 4% in the first {count} months of {year}.")
    assert first == [span((dt.date(year, 1, 1), cal.month(year, count)[1]))]
    last = intervals(f"Profit rose 4% in the final {count} months of {year}.")
    assert last == [span((cal.month(year, 13 - count)[0], dt.date(year, 12, 31)))]


@QUICK
@given(
    a=YEARS, years=st.integers(1, 30), style=st.sampled_from(["{}-{}", "from {} to {}", "between {} and {}", "{}–{}"])
)
def test_ranges_of_years(a: int, years: int, style: str) -> None:
    found = intervals(f"Output rose 4% {style.format(a, a + years)}.")
    assert found == [span((dt.date(a, 1, 1), dt.date(a + years, 12, 31)))]


@QUICK
@given(
    words=st.sampled_from(
        [("last year", -1), ("this year", 0), ("next year", 1), ("the current year", 0), ("late last year", -1)]
    ),
    anchor=st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)),
)
def test_years_by_the_date_of_publication(words: tuple[str, int], anchor: dt.date) -> None:
    assert intervals(f"Profit rose 4% {words[0]}.", anchor) == [span(cal.year(anchor.year + words[1]))]


@QUICK
@given(n=st.integers(1, 4), anchor=st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)))
def test_a_bare_quarter_is_a_near_one(n: int, anchor: dt.date) -> None:
    (found,) = FINDER.find(f"Profit rose 4% in the {ORDINAL[n - 1]} quarter.", anchor)
    start, end = found.period.start, found.period.end
    assert start is not None and end is not None
    assert (start, end) == cal.quarter(start.year, n)
    assert -366 <= (start - anchor).days <= 75


@QUICK
@given(month=st.integers(1, 12), anchor=st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)))
def test_a_bare_month_is_a_near_one(month: int, anchor: dt.date) -> None:
    (found,) = FINDER.find(f"Profit rose 4% in {MONTHS[month - 1].capitalize()} again", anchor)
    start = found.period.start
    assert start is not None and (start, found.period.end) == cal.month(start.year, month)
    assert -366 <= (start - anchor).days <= 75


WORDS = (
    "the of in to by since last this next first second third fourth final quarter half year month months weeks ended "
    "ending three nine 52 12 January Feb. 28 1 5 March May Sept. 2024 2023 '24 Q1 Q3 3Q 1H H2 fiscal FY financial end mid "
    "late early earlier ago decade 1990s spring fall Monday yesterday year-end end- same period so far - – , . ' / from "
    "between and through 9999 year-to-date past couple few $3bn 5% \n"
)
FRAGMENTS = st.sampled_from(WORDS.split(" "))
SCRAPS = st.lists(st.tuples(FRAGMENTS, st.sampled_from([" ", " ", " ", "", "-", "\u00a0"])), max_size=12).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


@settings(QUICK, max_examples=150)
@given(
    text=st.one_of(SCRAPS, st.text(max_size=80), st.tuples(SCRAPS, st.text(max_size=20), SCRAPS).map("".join)),
    anchor=ANCHORS,
)
@example(text="in 2024-2020, 2024-99 and the years 1999-2101", anchor=None)
@example(text="the fifth quarter, Q4 H3 9Q24 H4 2024", anchor=TUESDAY)
@example(text="\ud800 last year \udfff", anchor=TUESDAY)
def test_whatever_the_text(text: str, anchor: dt.date | None) -> None:
    end_before = 0
    for mention in FINDER.find(text, anchor):
        assert end_before <= mention.start < mention.end <= len(text), "in bounds, in order, apart"
        end_before = mention.end
        period = mention.period
        assert (period.start is None) == (period.end is None)
        if period.start is not None and period.end is not None:
            assert period.start <= period.end
            assert period.interval == f"{period.start}/{period.end}"
    assert FINDER.find(text, anchor) == FINDER.find(text, anchor)


JOINED = [
    ("It sold 3m in the January-March quarter.", "2025-01-01/2025-03-31"),
    ("It sold 3m between January and March.", "2025-01-01/2025-03-31"),
    ("It sold 3m between October and December 2026.", "2026-10-01/2026-12-31"),
    ("It sold 3m from May 2004 to September 2011.", "2004-05-01/2011-09-30"),
    ("It hopes for $2bn in November and December.", "2024-11-01/2024-12-31"),
    ("It floated in May last year.", "2024-05-01/2024-05-31"),
    ("Profit in its fiscal third quarter, which ended July 31, was $3m.", "2025-05-01/2025-07-31"),
    ("Leaks rose in the year that ended in March.", "2024-04-01/2025-03-31"),
    ("Sales fell in the year ending this month.", "2024-07-01/2025-06-30"),
]


@pytest.mark.parametrize(("text", "interval"), JOINED)
def test_neighbours_that_make_one_period(text: str, interval: str) -> None:
    (found,) = PeriodFinder().find(text, dt.date(2025, 6, 18))
    assert found.period.interval == interval


@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("It will have 3m by 2010 and 40 million abroad.", ["2010-01-01/2010-12-31"]),
        ("They fell in 2004 to 26.5 million.", ["2004-01-01/2004-12-31"]),
        ("In March 8.6 million people came.", ["2025-03-01/2025-03-31"]),
        ("It opened on a Friday last year.", ["2025-06-13/2025-06-13", "2024-01-01/2024-12-31"]),
    ],
)
def test_numbers_that_follow_a_period_are_no_part_of_it(text: str, intervals: list[str]) -> None:
    assert [m.period.interval for m in PeriodFinder().find(text, dt.date(2025, 6, 18))] == intervals
