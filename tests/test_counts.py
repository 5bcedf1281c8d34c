"""Counts get their nouns from the parse."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from claimlines.records import Quantity

Find = Callable[[str], list[Quantity]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The firm employs 12,000 people in 30 countries.", [(12_000, "person"), (30, "country")]),
        ("It delivered 137,000 electric vehicles in June.", [(137_000, "vehicle")]),
        ("It shipped 8.4 million units.", [(8.4e6, "unit")]),
        ("It has 1.4bn monthly active users.", [(1.4e9, "user")]),
        ("The site has 1.2M users.", [(1.2e6, "user")]),
        ("The channel has 500k subscribers.", [(5e5, "subscriber")]),
        ("The app passed 12 lakh downloads in a week.", [(12e5, "download")]),
        ("The firm has four factories.", [(4, "factory")]),
        ("The firm has a dozen engineers.", [(12, "engineer")]),
        ("More than two dozen firms were fined.", [(24, "firm")]),
        ("Twenty-five companies signed.", [(25, "company")]),
        ("One hundred and fifty companies signed.", [(150, "company")]),
        ("Two hundred thousand drones were sold.", [(200_000, "drone")]),
        ("Nearly 3 million people signed up.", [(3e6, "person")]),
        ("Some 200 jobs will go.", [(200, "job")]),
        ("It has 400+ stores.", [(400, "store")]),
        ("It will hire 50 to 60 people.", [(50, "person")]),
        ("It will hire five or six people.", [(5, "person")]),
        ("It expects between 3 million and 4 million units.", [(3e6, "unit")]),
        ("It will add 10,000-12,000 staff.", [(10_000, "staff")]),
        ("The chip has 80 billion transistors.", [(80e9, "transistor")]),
        ("It minted 10,000 NFTs.", [(10_000, "NFT")]),
        ("It bought 100,000 Nvidia GPUs.", [(100_000, "GPU")]),
        ("It uses eight cores and 16 threads.", [(8, "core"), (16, "thread")]),
        ("The leak exposed 26bn records.", [(26e9, "record")]),
        ("It scanned 10 billion web pages.", [(10e9, "page")]),
        ("The video got 12 million views.", [(12e6, "view")]),
        (
            "It employs 300 engineers, 200 designers and 50 lawyers.",
            [(300, "engineer"), (200, "designer"), (50, "lawyer")],
        ),
        ("It spans 3 continents, 12 countries and 40 cities.", [(3, "continent"), (12, "country"), (40, "city")]),
    ],
)
def test_counted_nouns(quantities: Find, text: str, expected: list[tuple[float, str]]) -> None:
    assert [(q.value, q.unit) for q in quantities(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Subscribers rose by 2 million to 48 million.", [(2e6, "subscriber"), (48e6, "subscriber")]),
        ("Users grew from 10 million to 12 million.", [(10e6, "user"), (12e6, "user")]),
        ("It went from 5 employees to 500.", [(5, "employee"), (500, "employee")]),
        ("Shipments reached 1.2 million.", [(1.2e6, "unit")]),
    ],
)
def test_the_noun_may_stand_elsewhere(quantities: Find, text: str, expected: list[tuple[float, str]]) -> None:
    assert [(q.value, q.unit) for q in quantities(text)] == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("The plant makes 2,000 cars a week.", "car/week"),
        ("The plant makes 2,000 cars per week.", "car/week"),
        ("The service handles 8.5 billion searches per day.", "search/day"),
        ("The limit is 60 requests per minute.", "request/min"),
        ("It handles 5,000 orders a day.", "order/day"),
    ],
)
def test_rates_of_counts(quantities: Find, text: str, unit: str) -> None:
    assert [q.unit for q in quantities(text)] == [unit]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("The model has 70B parameters.", 70e9, "parameter"),
        ("The 70B model beats rivals.", 70e9, "parameter"),
        ("A 7B-parameter model came out.", 7e9, "parameter"),
        ("A 400-billion-parameter model was trained.", 400e9, "parameter"),
        ("The context window is 128K tokens.", 128_000, "token"),
        ("It has a 128K context window.", 128_000, "token"),
        ("It was trained on 15 trillion tokens.", 15e12, "token"),
    ],
)
def test_models_and_their_windows(quantities: Find, text: str, value: float, unit: str) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The index came in at 51.2.", 51.2),
        ("The score rose to 74.", 74),
        ("A debt-to-equity ratio of 0.7 was reported.", 0.7),
    ],
)
def test_pure_numbers(quantities: Find, text: str, value: float) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit, found.kind) == (value, "1", "number")


@pytest.mark.parametrize(
    ("text", "value", "unit"), [("It takes two working days.", 2, "d"), ("It takes 5 to 10 business days.", 5, "d")]
)
def test_durations_behind_a_modifier(quantities: Find, text: str, value: float, unit: str) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit, found.kind) == (value, unit, "duration")


def test_every_quantity_leaves_with_a_unit_and_its_own_words(quantities: Find) -> None:
    text = (
        "Acme, which employs 4,200 people across 18 offices, will cut 6% of its staff. "
        "Revenue was $3.2bn; two in five of its 1.1m customers pay $9 a month. The score was 74."
    )
    found = quantities(text)
    assert [(q.value, q.unit) for q in found] == [
        (4200, "person"), (18, "office"), (6, "%"), (3.2e9, "USD"), (40, "%"), (1.1e6, "customer"), (9, "USD/month"), (74, "1"),
    ]  # fmt: skip
    assert text[found[3].start : found[3].end] == "$3.2bn"
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_spans_and_claims_lead_back_to_the_given_text(extract: Callable[..., list]) -> None:
    text = "Acme\u00adSoft's rev\u200benue rose to &pound;3\u200b.2bn in 2024, and it em\u00adploys 4\u202f200 people."
    claims = extract(text)
    assert [(c.value, c.unit) for c in claims] == [(3.2e9, "GBP"), (4200, "person")]
    assert text[claims[0].start : claims[0].end].startswith("&pound;3")
    assert text[: claims[0].end].endswith(".2bn")
    assert text[claims[1].start :].startswith("4\u202f200 people")


@pytest.mark.parametrize("text", ["It wants 10 of the", "It wants 10 of", "It has 10 of the 5", "It sold 10 of 3"])
def test_a_text_may_end_anywhere(quantities: Find, text: str) -> None:
    assert quantities(text)[0].value == 10
