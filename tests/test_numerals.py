"""Numerals: what the digits and words of the press amount to."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from claimlines.lexicon import Lexicon
from claimlines.numerals import _DIGITS, MAX_DIGITS, Numeral, _runs, grammar
from claimlines.surface import plain

PROPERTY = settings(deadline=None, derandomize=True, max_examples=150)


def find(text: str) -> list[Numeral]:
    return list(grammar(Lexicon.load()).find(plain(text)))


def only(text: str) -> Numeral:
    (numeral,) = find(text)
    return numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("0.07", 0.07),
        (".5", 0.5),
        ("1,234", 1234),
        ("1,234,567.8", 1_234_567.8),
        ("12,34,567", 1_234_567),
        ("1,00,000", 100_000),
        ("12\u00a0345", 12_345),
        ("12\u202f345\u202f678", 12_345_678),
        ("1.234.567", 1_234_567),
        ("30, 000", 30_000),
        ("2½", 2.5),
        ("¾", 0.75),
        ("3 million", 3e6),
        ("3-million", 3e6),
        ("3 Million", 3e6),
        ("3bn", 3e9),
        ("3.5 bn", 3.5e9),
        ("1.2M", 1.2e6),
        ("70B", 70e9),
        ("500k", 5e5),
        ("12 lakh", 12e5),
        ("40 crore", 40e7),
        ("1.5 lakh crore", 1.5e12),
        ("3 hundred million", 3e8),
        ("2.1 trillion", 2.1e12),
        ("12 mn", 12e6),
        ("4 dozen", 48),
        ("five", 5),
        ("twelve", 12),
        ("twenty-five", 25),
        ("ninety-nine", 99),
        ("two hundred", 200),
        ("one hundred and fifty", 150),
        ("two hundred and fifty thousand", 250_000),
        ("six million", 6e6),
        ("two and a half million", 2.5e6),
        ("a dozen", 12),
        ("two dozen", 24),
        ("a hundred", 100),
        ("a million", 1e6),
        ("a hundred thousand", 1e5),
        ("half a million", 5e5),
        ("half a billion", 5e8),
        ("a quarter of a million", 250_000),
        ("tenfold", 10),
        ("threefold", 3),
    ],
)
def test_value(text: str, value: float) -> None:
    numeral = only(f"so {text} were there")
    assert numeral.value == pytest.approx(value)
    assert plain(f"so {text} were there")[numeral.start : numeral.end] == plain(text)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("half", 50),
        ("a third", 100 / 3),
        ("two-thirds", 200 / 3),
        ("two thirds", 200 / 3),
        ("a quarter", 25),
        ("three-quarters", 75),
        ("three quarters", 75),
        ("a fifth", 20),
        ("four-fifths", 80),
        ("seven-tenths", 70),
    ],
)
def test_fraction_in_percent(text: str, percent: float) -> None:
    numeral = only(f"so {text}, he said")
    assert numeral.kind == "fraction"
    assert numeral.value == pytest.approx(percent, rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "hundreds of them",
        "thousands left",
        "millions of users",
        "dozens of apps",
        "a few left",
        "the thirds and quarters",
        "a fast car",
        "someone often wonders",
        "attention",
        "",
    ],
)
def test_no_numeral(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty and thirty", [20, 30]),
        ("two, three and four", [2, 3, 4]),
        ("10-12", [10, 12]),
        ("from 5 to 7", [5, 7]),
        ("one in ten", [1, 10]),
        ("10kg and 5km", [10, 5]),
        ("in 2024 3 left", [2024, 3]),
        ("1,234 5,678", [1234, 5678]),
    ],
)
def test_neighbours_stay_apart(text: str, values: list[float]) -> None:
    assert [n.value for n in find(text)] == values


@pytest.mark.parametrize(
    ("text", "value", "scaled"),
    [
        ("5 kg", 5, False),
        ("5 monkeys", 5, False),
        ("5MB", 5, False),
        ("5Mbps", 5, False),
        ("5bn", 5e9, True),
        ("5 m", 5, False),
    ],
)
def test_a_letter_is_a_scale_only_when_glued_and_alone(text: str, value: float, scaled: bool) -> None:
    numeral = only(text)
    assert (numeral.value, numeral.scaled) == (value, scaled)


def test_the_raw_number_is_kept_without_its_scale() -> None:
    numeral = only("3.5 billion")
    assert (numeral.raw, numeral.value, numeral.scaled) == (3.5, 3.5e9, True)


def test_long_runs_of_digits_are_no_numbers() -> None:
    assert find("9" * MAX_DIGITS)[0].value == pytest.approx(1e24)
    assert find("9" * (MAX_DIGITS + 1)) == []


# Round trips -----------------------------------------------------------------------

SCALES = {
    "": 1,
    " thousand": 1e3, " million": 1e6, "-million": 1e6, " billion": 1e9, " trillion": 1e12,
    "k": 1e3, "m": 1e6, "M": 1e6, "mn": 1e6, "bn": 1e9, "B": 1e9, " lakh": 1e5, " crore": 1e7, "tn": 1e12,
}  # fmt: skip


def indian(number: int) -> str:
    digits = str(number)
    head, tail = digits[:-3], digits[-3:]
    groups = []
    while head:
        groups.append(head[-2:])
        head = head[:-2]
    return ",".join([*reversed(groups), tail])


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@PROPERTY
@given(st.integers(0, 10**12), st.sampled_from([",", "\u00a0", "\u202f", "\u2009", ""]))
def test_grouped_integers(number: int, separator: str) -> None:
    text = f"in all {grouped(number, separator)} of them"
    numeral = only(text)
    assert numeral.value == number
    assert text[numeral.start : numeral.end] == grouped(number, separator)


@PROPERTY
@given(st.integers(100_000, 10**11))
def test_indian_grouping(number: int) -> None:
    assert only(f"in all {indian(number)} of them").value == number


@PROPERTY
@given(st.decimals(0, 99999, places=2), st.sampled_from(sorted(SCALES)))
def test_scaled_decimals(number: object, scale: str) -> None:
    written = f"{number:,}{scale}"
    text = f"some {written}, they say"
    numeral = only(text)
    assert numeral.value == pytest.approx(float(str(number)) * SCALES[scale], rel=1e-9)
    assert text[numeral.start : numeral.end] == written
    assert numeral.scaled == bool(scale)


ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelt(number: int, joint: str) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")
    for size, word in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            gap = joint if size == 100 else " "
            return f"{spelt(number // size, joint)} {word}" + (f"{gap}{spelt(rest, joint)}" if rest else "")
    raise AssertionError


@PROPERTY
@given(st.integers(2, 999), st.sampled_from([" and ", " "]))
def test_spelt_numbers_below_a_thousand(number: int, joint: str) -> None:
    text = f"all {spelt(number, joint)} left"
    numeral = only(text)
    assert numeral.value == number
    assert text[numeral.start : numeral.end] == spelt(number, joint)


@PROPERTY
@given(st.integers(2, 999), st.sampled_from(["thousand", "million", "billion"]))
def test_spelt_numbers_with_a_scale_word(number: int, scale: str) -> None:
    assert only(f"all {spelt(number, ' and ')} {scale} left").value == number * SCALES[f" {scale}"]


@PROPERTY
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789.,-$ \u00a0mk½")), max_size=80))
def test_numerals_of_any_text_are_in_order_and_in_bounds(text: str) -> None:
    end = 0
    for numeral in find(text):
        assert end <= numeral.start < numeral.end <= len(text)
        end = numeral.end


@PROPERTY
@given(
    st.lists(
        st.sampled_from(
            [
                "one",
                "two",
                "twenty",
                "hundred",
                "thousand",
                "million",
                "and",
                "a",
                "half",
                "third",
                "quarters",
                "dozen",
                "of",
                "-",
                "3",
                "10",
            ]
        ),
        max_size=12,
    )
)
def test_any_string_of_number_words_parses(words: list[str]) -> None:
    text = " ".join(words)
    assume(text)
    end = 0
    for numeral in find(text):
        assert end <= numeral.start < numeral.end <= len(text)
        assert numeral.value >= 0
        end = numeral.end


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="0123456789.,½ \u00a0ax\n"))
def test_digits_are_looked_for_only_where_they_can_begin(text: str) -> None:
    assert [m.span() for m in _runs(text)] == [m.span() for m in _DIGITS.finditer(text)]
