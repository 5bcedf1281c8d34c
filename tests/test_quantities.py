"""The finder: quantities of a text without a parse, and what is no quantity."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.lexicon import Lexicon
from claimlines.quantities.finder import QuantityFinder, finder
from claimlines.records import Quantity

PROPERTY = settings(deadline=None, derandomize=True, max_examples=150)


def find(text: str) -> list[Quantity]:
    return finder(Lexicon.load()).find(text)


def read(text: str) -> list[tuple[object, ...]]:
    """``(quote, value, unit)``, or with the upper end behind, for each quantity."""
    return [
        (text[q.start : q.end], pytest.approx(q.value, rel=1e-6), q.unit)
        + ((pytest.approx(q.value_max, rel=1e-6),) if q.value_max is not None else ())
        for q in find(text)
    ]


MONEY = [
    ("Nimbus raised $40 to $60 million from old backers.", [("$40 to $60 million", 40e6, "USD", 60e6)]),
    ("The shop was sold for US$1.25bn in cash.", [("US$1.25bn", 1.25e9, "USD")]),
    ("Hoyan booked sales of NT$14.2 billion.", [("NT$14.2 billion", 14.2e9, "TWD")]),
    ("It set aside RMB 3.5 billion for a plant.", [("RMB 3.5 billion", 3.5e9, "CNY")]),
    ("A ticket costs 2,499 yuan in Shanghai.", [("2,499 yuan", 2499, "CNY")]),
    ("The penalty came to €390m.", [("€390m", 390e6, "EUR")]),
    ("Shares slipped 4p to 212.5p.", [("4p", 0.04, "GBP"), ("212.5p", 2.125, "GBP")]),
    ("A text message now costs 20 cents.", [("20 cents", 0.2, "USD")]),
    ("Each part costs 99¢ to make.", [("99¢", 0.99, "USD")]),
    ("It wanted 500 million rupees.", [("500 million rupees", 500e6, "INR")]),
    ("Founders put in Rs 40 crore.", [("Rs 40 crore", 400e6, "INR")]),
    ("It earned ₹1,23,456 crore.", [("₹1,23,456 crore", 1.23456e12, "INR")]),
    ("The order is worth 1.5 lakh crore rupees.", [("1.5 lakh crore rupees", 1.5e12, "INR")]),
    ("A Rs 1,500-crore order was won.", [("Rs 1,500-crore", 15e9, "INR")]),
    ("The bill came to 12\u00a0345\u00a0678 euros.", [("12\u00a0345\u00a0678 euros", 12_345_678, "EUR")]),
    ("The bill came to 12\u2009345 euros.", [("12\u2009345 euros", 12_345, "EUR")]),
    ("The bill came to €1.234.567 at once.", [("€1.234.567", 1_234_567, "EUR")]),
    ("It took 25 million US dollars.", [("25 million US dollars", 25e6, "USD")]),
    ("It took half a billion dollars.", [("half a billion dollars", 5e8, "USD")]),
    ("It took a quarter of a million pounds.", [("a quarter of a million pounds", 250_000, "GBP")]),
    ("It took two and a half million euros.", [("two and a half million euros", 2.5e6, "EUR")]),
    ("A ten-dollar fee applies.", [("ten-dollar", 10, "USD")]),
    ("It took $25MM from one fund.", [("$25MM", 25e6, "USD")]),
    ("A $2-billion plant will rise.", [("$2-billion", 2e9, "USD")]),
    ("It cost 3.2 trillion won.", [("3.2 trillion won", 3.2e12, "KRW")]),
    ("It cost 500 Swiss francs.", [("500 Swiss francs", 500, "CHF")]),
    ("It cost 10,000 Hong Kong dollars.", [("10,000 Hong Kong dollars", 10_000, "HKD")]),
    ("It cost €50 ($54).", [("€50", 50, "EUR"), ("$54", 54, "USD")]),
    ("It bid €7 ($8) per share.", [("€7", 7, "EUR/share"), ("$8", 8, "USD/share")]),
    ("A PS3.4bn bid came for the PS2 maker.", [("PS3.4bn", 3.4e9, "GBP")]),
    ("It lost -$12 million.", [("-$12 million", -12e6, "USD")]),
]

PERCENT = [
    ("Profits fell 12 percent.", [("12 percent", 12, "%")]),
    ("Profits fell 12 per cent.", [("12 per cent", 12, "%")]),
    ("Profits fell 12pc.", [("12pc", 12, "%")]),
    ("Fifteen percent of readers left.", [("Fifteen percent", 15, "%")]),
    ("Growth was –3.2% in spring.", [("–3.2%", -3.2, "%")]),
    ("Growth was −3.2% in spring.", [("−3.2%", -3.2, "%")]),
    ("Its share rose 3.5 percentage points to 28.1%.", [("3.5 percentage points", 3.5, "pp"), ("28.1%", 28.1, "%")]),
    ("The lead is 3pp.", [("3pp", 3, "pp")]),
    ("A 5 percentage-point lead opened.", [("5 percentage-point", 5, "pp")]),
    ("The bank moved by 25 basis points.", [("25 basis points", 25, "bp")]),
    ("Margin expanded 120bps to 38%.", [("120bps", 120, "bp"), ("38%", 38, "%")]),
]

MULTIPLE = [
    ("The new chip is 2x faster.", [("2x", 2, "x")]),
    ("The new chip is 5× larger.", [("5×", 5, "x")]),
    ("The new chip is 2.5 times faster.", [("2.5 times", 2.5, "x")]),
    ("It runs twice as fast as the old one.", [("twice", 2, "x")]),
    ("Sales grew tenfold.", [("tenfold", 10, "x")]),
    ("Orders were up 3-fold.", [("3-fold", 3, "x")]),
    ("A ten-fold rise followed.", [("ten-fold", 10, "x")]),
    ("It was fetched 8 million times.", [("8 million times", 8e6, "time")]),
    ("It trades at 12 times earnings.", [("12 times", 12, "x")]),
]

RANGE = [
    ("Between 5 and 7% of buyers cancel.", [("Between 5 and 7%", 5, "%", 7)]),
    ("The fee is between $5 and $7.", [("between $5 and $7", 5, "USD", 7)]),
    ("It lasts 10-12 hours.", [("10-12 hours", 10, "h", 12)]),
    ("It lasts 10 to 12 hours.", [("10 to 12 hours", 10, "h", 12)]),
    ("It expects 4–6% growth.", [("4–6%", 4, "%", 6)]),
    ("It expects growth of 4% to 6%.", [("4% to 6%", 4, "%", 6)]),
    ("It will cost $2bn-$3bn.", [("$2bn-$3bn", 2e9, "USD", 3e9)]),
    ("A $2-3 billion plant will rise.", [("$2-3 billion", 2e9, "USD", 3e9)]),
    ("It sees sales of $11.5-12.5 billion.", [("$11.5-12.5 billion", 11.5e9, "USD", 12.5e9)]),
    ("It sells for £10-15.", [("£10-15", 10, "GBP", 15)]),
    ("It sells for 10 to 15 euros.", [("10 to 15 euros", 10, "EUR", 15)]),
    ("It sells for $10 to $15 a month.", [("$10 to $15 a month", 10, "USD/month", 15)]),
    ("It sells for 50p to 60p.", [("50p to 60p", 0.5, "GBP", 0.6)]),
    ("Prices range from $10 to $100.", [("$10 to $100", 10, "USD", 100)]),
    ("It runs at 2-4 GHz.", [("2-4 GHz", 2, "GHz", 4)]),
    ("It will add 3 to 4 million seats.", [("3 to 4 million", 3e6, "", 4e6)]),
]

MORE_NUMERALS = [
    ("Two or three million users left.", [("Two or three million", 2e6, "", 3e6)]),
    ("It hired four to five thousand people.", [("four to five thousand", 4000, "", 5000)]),
    ("A million and a half people came.", [("A million and a half", 1.5e6, "")]),
    ("A grain weighs 2.5×10−8 kilograms.", [("2.5×10−8 kilograms", 2.5e-8, "kg")]),
    ("It moves at 3x10^8 m/s.", [("3x10^8 m/s", 3e8, "m/s")]),
    ("They ran the 4 x 100 metres.", []),
    ("A 3/4 inch bolt fell out.", [("3/4 inch", 0.75, "in")]),
    ("About 1/16 of users left.", [("1/16", 6.25, "%")]),
    ("Some 7 B people have one.", [("7 B", 7e9, "")]),
    ("The 40m (131ft) mast fell.", [("40m", 40, "m"), ("131ft", 131, "ft")]),
    ("It went from 40 miles per gallon to 46 in a year.", [("40 miles per gallon", 40, "mpg"), ("46", 46, "mpg")]),
    ("Its shares rose 6% to 212.", [("6%", 6, "%"), ("212", 212, "")]),
    ("It draws 40 mA at 5 kPa.", [("40 mA", 40, "mA"), ("5 kPa", 5, "kPa")]),
]


NO_RANGE = [
    ("Sales rose from $10m to $12m.", [10e6, 12e6]),
    ("Margins rose from 40.1% to 42.5%.", [40.1, 42.5]),
    ("Revenue grew 5 percent to $7 billion.", [5, 7e9]),
    ("Sales grew 5%, profit 7%.", [5, 7]),
    ("It sold 30 ships and 40 trains.", [30, 40]),
    ("Sales were up 5%, not 6%.", [5, 6]),
]

FRACTION = [
    ("A third of Britons own one.", [("A third", 100 / 3, "%")]),
    ("One in 10 adults uses it.", [("One in 10", 10, "%")]),
    ("One in five phones folds.", [("One in five", 20, "%")]),
    ("The bug affects one in every four phones.", [("one in every four", 25, "%")]),
    ("Four out of five doctors disagree.", [("Four out of five", 80, "%")]),
    ("Two-thirds of drivers agreed.", [("Two-thirds", 200 / 3, "%")]),
    ("Three quarters of firms hire.", [("Three quarters", 75, "%")]),
    ("Half of users never open it.", [("Half", 50, "%")]),
    ("Sales fell by a third.", [("a third", 100 / 3, "%")]),
    ("The rate rose a quarter-point.", [("a quarter-point", 0.25, "pp")]),
]

MEASURE = [
    ("It has a 5,000mAh battery.", [("5,000mAh", 5000, "mAh")]),
    ("It has a 5,000 mAh battery.", [("5,000 mAh", 5000, "mAh")]),
    ("The chip uses a 3nm process.", [("3nm", 3, "nm")]),
    ("The chip uses a 3-nanometer process.", [("3-nanometer", 3, "nm")]),
    ("It ships with 16GB of memory and 2 TB of storage.", [("16GB", 16, "GB"), ("2 TB", 2, "TB")]),
    ("It has a 50MP sensor.", [("50MP", 50, "megapixel")]),
    ("It has a five-megapixel sensor.", [("five-megapixel", 5, "megapixel")]),
    ("The panel hits 2,600 nits.", [("2,600 nits", 2600, "nit")]),
    ("The train reaches 350 km/h.", [("350 km/h", 350, "km/h")]),
    ("The car has a 75kWh pack.", [("75kWh", 75, "kWh")]),
    ("The line carries 2.5 Gbit/s.", [("2.5 Gbit/s", 2.5, "Gbit/s")]),
    ("The line carries 69.4Mbps.", [("69.4Mbps", 69.4, "Mbit/s")]),
    ("A 6.7-inch screen at 120Hz is standard.", [("6.7-inch", 6.7, "in"), ("120Hz", 120, "Hz")]),
    ('A 55" TV costs more.', [('55"', 55, "in")]),
    ("It weighs 1.24kg.", [("1.24kg", 1.24, "kg")]),
    ("It weighs about 1.3 pounds.", [("1.3 pounds", 1.3, "lb")]),
    ("The tower is 100m tall.", [("100m", 100, "m")]),
    ("A 4,000-square-foot shop opened.", [("4,000-square-foot", 4000, "ft2")]),
    ("It needs 1.2 gigawatts.", [("1.2 gigawatts", 1.2, "GW")]),
    ("It emits 3.2 million tonnes of CO2.", [("3.2 million tonnes", 3.2e6, "t")]),
    ("Highs of 45°C were measured.", [("45°C", 45, "degC")]),
    ("It renders 60 frames per second.", [("60 frames per second", 60, "fps")]),
    ("The contract runs for five years.", [("five years", 5, "year")]),
    ("A 24-month deal was offered.", [("24-month", 24, "month")]),
    ("The range is 300 miles (480km).", [("300 miles", 300, "mi"), ("480km", 480, "km")]),
]

RATE = [
    ("It costs $9.99 a month.", [("$9.99 a month", 9.99, "USD/month")]),
    ("It costs $9.99 per month.", [("$9.99 per month", 9.99, "USD/month")]),
    ("It costs $9.99/mo.", [("$9.99/mo", 9.99, "USD/month")]),
    ("A £7.99-a-month plan exists.", [("£7.99-a-month", 7.99, "GBP/month")]),
    ("It costs $119 annually.", [("$119 annually", 119, "USD/year")]),
    ("The margin was $2,300 per vehicle.", [("$2,300 per vehicle", 2300, "USD/vehicle")]),
    ("The model costs $15 per million tokens.", [("$15 per million tokens", 15, "USD/Mtoken")]),
    ("The model costs $3 per million input tokens.", [("$3 per million input tokens", 3, "USD/Mtoken")]),
    ("The model costs $3 / 1M tokens.", [("$3 / 1M tokens", 3, "USD/Mtoken")]),
    ("Power sells at $0.03/kWh.", [("$0.03/kWh", 0.03, "USD/kWh")]),
    ("Power sells at 7 cents per kilowatt-hour.", [("7 cents per kilowatt-hour", 0.07, "USD/kWh")]),
    ("Power sells at 30p per kWh.", [("30p per kWh", 0.3, "GBP/kWh")]),
    ("Profit came to $1.24 a share.", [("$1.24 a share", 1.24, "USD/share")]),
    ("A payout of 12.5p per share is due.", [("12.5p per share", 0.125, "GBP/share")]),
    ("Seats are $20 per user per month.", [("$20 per user per month", 20, "USD/user/month")]),
    ("Oil fell to $71.30 a barrel.", [("$71.30 a barrel", 71.3, "USD/barrel")]),
    ("It emits 120 g/km.", [("120 g/km", 120, "g/km")]),
    ("Teens spend eight hours a day online.", [("eight hours a day", 8, "h/day")]),
    ("The plant makes 50 GWh a year.", [("50 GWh a year", 50, "GWh/year")]),
    ("It cost $5 a year ago.", [("$5", 5, "USD")]),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    MONEY + PERCENT + MULTIPLE + RANGE + FRACTION + MEASURE + RATE + MORE_NUMERALS,
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_reads(text: str, expected: list[tuple[object, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "values"), NO_RANGE)
def test_two_values_are_no_range(text: str, values: list[float]) -> None:
    found = find(text)
    assert [q.value for q in found] == values
    assert all(q.value_max is None for q in found)


@pytest.mark.parametrize(
    ("phrase", "sign"),
    [
        ("{}", "="), ("exactly {}", "="), ("about {}", "~"), ("around {}", "~"), ("nearly {}", "~"), ("almost {}", "~"),
        ("roughly {}", "~"), ("some {}", "~"), ("approximately {}", "~"), ("approx. {}", "~"), ("circa {}", "~"),
        ("c. {}", "~"), ("close to {}", "~"), ("an estimated {}", "~"), ("barely {}", "~"), ("~{}", "~"), ("{} or so", "~"),
        ("more than {}", ">"), ("over {}", ">"), ("just over {}", ">"), ("well over {}", ">"), ("above {}", ">"),
        ("in excess of {}", ">"), ("upwards of {}", ">"), ("north of {}", ">"), (">{}", ">"),
        ("at least {}", ">="), ("a minimum of {}", ">="), ("no fewer than {}", ">="), ("no less than {}", ">="),
        ("{} or more", ">="), ("{}+", ">="), ("≥{}", ">="), ("starting at {}", ">="),
        ("less than {}", "<"), ("fewer than {}", "<"), ("under {}", "<"), ("below {}", "<"), ("just under {}", "<"),
        ("just shy of {}", "<"), ("<{}", "<"),
        ("up to {}", "<="), ("at most {}", "<="), ("as much as {}", "<="), ("as many as {}", "<="), ("no more than {}", "<="),
        ("a maximum of {}", "<="), ("{} or less", "<="), ("{} or fewer", "<="), ("capped at {}", "<="),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("quantity", "value"), [("$300m", 300e6), ("40%", 40.0), ("300", 300.0)])
def test_comparator(phrase: str, sign: str, quantity: str, value: float) -> None:
    (found,) = find(f"The board has seen {phrase.format(quantity)} in this case.")
    assert (found.comparator, found.value) == (sign, value)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Revenue topped $10bn.", ">"),
        ("Revenue surpassed $10bn.", ">"),
        ("Revenue exceeded $10bn.", ">"),
        ("The stock crossed $1,000.", ">"),
        ("Prices start at $799.", ">="),
        ("A sub-$200 phone came out.", "<"),
        ("A $500-plus phone came out.", ">="),
        ("It fell more than 1%.", ">"),
        ("More than one in ten left.", ">"),
        ("At least two-thirds of staff left.", ">="),
        ("Nearly half of staff left.", "~"),
        ("It has a dozen or so rivals.", "~"),
    ],
)
def test_comparator_of_a_sentence(text: str, sign: str) -> None:
    (found,) = find(text)
    assert found.comparator == sign


def test_a_restated_amount_takes_the_comparator_of_the_first() -> None:
    assert [q.comparator for q in find("It cost nearly 5 million yuan ($690,000).")] == ["~", "~"]
    assert [q.comparator for q in find("It cost 5 million yuan (about $690,000).")] == ["=", "~"]


NOTHING = [
    "The flat is at 48 Harrow Mill Road.",
    "It moved to 9 E 52nd St last week.",
    "The game was tied at 71-71.",
    "The town stood between A.D. 1100 and 1340.",
    "It lies in the 40211 ZIP code.",
    "The 737 Max was grounded.",

    "",
    "Nothing to count here.",
    # years, dates, times
    "Sales fell in 2019.",
    "From 2020 to 2023 sales tripled.",
    "In the 1990s the firm struggled.",
    "It began on 4 March 2011.",
    "It began on March 4, 2011 in Leeds.",
    "The June 30 deadline passed.",
    "The meeting is on 12/05/2024.",
    "The file is dated 2024-05-12.",
    "The week of Jan. 6 was busy.",
    "The 9/11 attacks were recalled.",
    "Doors open at 7pm.",
    "Doors open at 9 a.m. and close at 5 p.m.",
    "It starts at 10:30 on Tuesday.",
    "The clock showed 14:35:20.",
    "It airs at 8.30pm.",
    "It opens at 1900 GMT.",
    # names, versions, identifiers
    "Apple showed the iPhone 16 and iOS 18.2.",
    "Windows 11 users got version 24H2.",
    "The Galaxy S24 Ultra and Pixel 9 Pro go on sale.",
    "The Boeing 737 Max 8 flew again.",
    "The Core i7-13700K is quick.",
    "Wi-Fi 6 and 802.11ac are supported.",
    "It runs on 5G and 4G networks.",
    "Bluetooth 5.3 is on board.",
    "The film is in 4K.",
    "Web 2.0 is over.",
    "Model 3 prices fell.",
    "The PlayStation 5 sold out.",
    "Section 230 protects platforms.",
    "Route 66 was closed.",
    "Formula 1 signed a deal.",
    "The G7 met in June.",
    "COVID-19 hit sales.",
    "The Falcon 9 flew its 20th mission.",
    "Boeing 787-9 jets were ordered.",
    "Fortune 500 firms signed up.",
    "See page 12 of the report.",
    "Flight 370 vanished.",
    "Phase 3 trials began.",
    "Chapter 11 protection was sought.",
    "The lens opens at f/1.8.",
    "The phone is rated IP68.",
    # ranks and ordinals
    "It is the third-largest maker in Europe.",
    "It is the No. 1 maker in Europe.",
    "It came 15th on the list.",
    "The 2nd generation chip is here.",
    "In the third quarter sales rose.",
    "The first half was weak.",
    "It sold its 1,000th unit.",
    # ages
    "The 29-year-old engineer quit.",
    "It asked 15- to 17-year-olds.",
    "It asked 15 to 17-year-olds.",
    "Maria Lopez, 41, runs the unit.",
    "Children aged 8 to 12 use it most.",
    "Adults aged 65 and over were slower.",
    "At age 16 he built an app.",
    "He is 45 years old.",
    # list numbers, scores, idioms
    "1. Buy a router\n2. Plug it in",
    "City beat Rovers 2-0 on Saturday.",
    "Support is available 24/7.",
    "It is one of the fastest phones.",
    "One thing is clear.",
    "This is the number one reason.",
    "On the one hand, sales rose.",
    "No one bought it.",
    "A 50/50 joint venture was formed.",
    # vague counts
    "Hundreds of people queued.",
    "Dozens of apps were removed.",
    "Millions of users were hit.",
    "Billions of dollars were lost.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_no_quantity(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("In 2024 alone 3,000 people left.", [3000]),
        ("Some 2000 employees left.", [2000]),
        ("By 2030, 50% of cars will be electric.", [50]),
        ("On May 3, 300 workers walked out.", [300]),
        ("The Nasdaq 100 fell 2%.", [2]),
        ("Windows 10 lost 2% of users.", [2]),
        ("USB 3.2 Gen 2 ports cost $4.", [4]),
        ("RTX 4090 cards cost $1,599.", [1599]),
        ("The F-150 sold 700,000 units.", [700_000]),
        ("HDMI 2.1 drives it at 120Hz.", [120]),
        ("The 10-year-old firm has 80 staff.", [80]),
        ("By 6 p.m. ET, 400 flights were off.", [400]),
        ("The 2025 model costs 5% more.", [5]),
        ("In Q4 2023 it sold 400,000 cars.", [400_000]),
    ],
)
def test_quantities_next_to_what_is_none(text: str, values: list[float]) -> None:
    assert [q.value for q in find(text)] == values


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Sales rose 5%.", "up"),
        ("Sales fell 5%.", "down"),
        ("Sales were up by nearly 5%.", "up"),
        ("Sales tumbled by more than a third.", "down"),
        ("Sales are 5% of the total.", None),
        ("It costs up to $5.", None),
        ("They want to grow sales by 5%.", "up"),
        ("The forecast was revised upward by 5%.", "up"),
        ("Drivers gave up 5 seats.", None),
        ("The index was up at 5,412.", None),
    ],
)
def test_direction_of_change(text: str, change: str | None) -> None:
    (found,) = find(text)
    assert found.change == change


@pytest.mark.parametrize(
    "text",
    ["The index lost 40 points, or 0.6%.", "Jobs fell by 300 posts or 0.6%.", "Nortel was down 2%, Marconi by 0.6%."],
)
def test_a_restated_or_listed_percentage_moves_as_the_first(text: str) -> None:
    assert find(text)[-1].change == "down"


def test_kind_form_and_scale_are_kept() -> None:
    money, half, count, words = find("It cost $3m, half of that went to 40 firms, twelve in Leeds.")
    assert (money.kind, money.form, money.scaled) == ("money", "digits", True)
    assert (half.kind, half.form) == ("percent", "fraction")
    assert (count.kind, count.form, count.scaled, count.unit) == ("count", "digits", False, "")
    assert (words.kind, words.form) == ("count", "words")


def test_a_lexicon_folder_adds_units_and_comparators(tmp_path: Path) -> None:
    (tmp_path / "units.tsv").write_text("smoot\tlength\tsmoot|smoots\n", encoding="utf-8")
    (tmp_path / "comparators.tsv").write_text("hardly over\t>\tbefore\n", encoding="utf-8")
    (found,) = QuantityFinder(Lexicon.load((str(tmp_path),))).find("The bridge is hardly over 364 smoots long.")
    assert (found.value, found.unit, found.kind, found.comparator) == (364, "smoot", "length", ">")
    assert find("The bridge is hardly over 364 smoots long.")[0].unit == ""


# Properties ----------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(1, 999).map(lambda n: (str(n), n)),
    st.integers(1000, 10**9).map(lambda n: (f"{n:,}", n)),
    st.integers(1000, 10**9).map(lambda n: (f"{n:,}".replace(",", "\u202f"), n)),
    st.integers(1000, 10**9).map(lambda n: (f"{n:,}".replace(",", "\u00a0"), n)),
    st.integers(1, 99_999).map(lambda n: (f"{n / 100:.2f}", n / 100)),
)
SCALE = st.sampled_from([
    ("", 1), (" million", 1e6), (" billion", 1e9), (" trillion", 1e12), (" crore", 1e7), ("m", 1e6), ("bn", 1e9), ("M", 1e6), ("k", 1e3),
])  # fmt: skip
SIGN = st.sampled_from(
    [
        ("$", "USD"),
        ("US$", "USD"),
        ("£", "GBP"),
        ("€", "EUR"),
        ("NT$", "TWD"),
        ("RMB ", "CNY"),
        ("₹", "INR"),
        ("Rs ", "INR"),
        ("HK$", "HKD"),
        ("CHF ", "CHF"),
    ]
)
NAME = st.sampled_from(
    [
        (" dollars", "USD"),
        (" euros", "EUR"),
        (" yuan", "CNY"),
        (" yen", "JPY"),
        (" rupees", "INR"),
        (" won", "KRW"),
        (" Swiss francs", "CHF"),
    ]
)
UNIT = st.sampled_from(
    [
        ("%", "%"),
        (" percent", "%"),
        ("kWh", "kWh"),
        (" nits", "nit"),
        (" km/h", "km/h"),
        ("GB", "GB"),
        ("mAh", "mAh"),
        (" hours", "h"),
        (" megapixels", "megapixel"),
    ]
)
FRAME = st.sampled_from(["The total was {} then.", "It came to {}, they said.", "({})", "{}", "Of late, {} went away."])


@PROPERTY
@given(SIGN, NUMBERS, SCALE, FRAME)
def test_money_with_the_sign_before(
    sign: tuple[str, str], number: tuple[str, float], scale: tuple[str, float], frame: str
) -> None:
    written = sign[0] + number[0] + scale[0]
    assert read(frame.format(written)) == [(written, number[1] * scale[1], sign[1])]


@PROPERTY
@given(NAME, NUMBERS, SCALE, FRAME)
def test_money_with_the_name_behind(
    name: tuple[str, str], number: tuple[str, float], scale: tuple[str, float], frame: str
) -> None:
    written = number[0] + scale[0] + name[0]
    assert read(frame.format(written)) == [(written, number[1] * scale[1], name[1])]


@PROPERTY
@given(UNIT, NUMBERS, FRAME)
def test_measures(unit: tuple[str, str], number: tuple[str, float], frame: str) -> None:
    written = number[0] + unit[0]
    assert read(frame.format(written)) == [(written, number[1], unit[1])]


@PROPERTY
@given(
    st.integers(1, 400),
    st.integers(1, 400),
    SIGN.filter(lambda sign: sign[0][-1] != " "),
    st.sampled_from(["-", "–", " to "]),
    st.sampled_from(["", "m", "bn", " million"]),
)
def test_money_ranges(low: int, step: int, sign: tuple[str, str], joint: str, scale: str) -> None:
    high = min(low + step, low * 90)
    if high == low:
        high += 1
    factor = {"": 1, "m": 1e6, "bn": 1e9, " million": 1e6}[scale]
    written = f"{sign[0]}{low}{scale}{joint}{sign[0]}{high}{scale}"
    assert read(f"It will cost {written} in all.") == [(written, low * factor, sign[1], high * factor)]


WORDS = [
    "the",
    "a",
    "of",
    "in",
    "to",
    "and",
    "from",
    "between",
    "up",
    "down",
    "5",
    "7",
    "10",
    "2024",
    "$",
    "£",
    "%",
    "€",
    "million",
    "bn",
    "one",
    "half",
    "third",
    "twice",
    "times",
    "per",
    "month",
    "x",
    "-",
    "–",
    ",",
    ".",
    ":",
    "(",
    ")",
    "3.5",
    "1,000",
    "12:30",
    "km/h",
    "No.",
    "iPhone",
    "or",
    "about",
    "more",
    "than",
    "over",
    "/",
    "\n",
]


@PROPERTY
@given(st.lists(st.sampled_from(WORDS), max_size=30), st.sampled_from([" ", ""]))
def test_spans_of_word_salad_are_in_order_and_in_bounds(words: list[str], joint: str) -> None:
    check(joint.join(words))


@PROPERTY
@given(st.text(max_size=120))
def test_spans_of_any_text_are_in_order_and_in_bounds(text: str) -> None:
    check(text)


@PROPERTY
@given(st.text(alphabet="0123456789.,-–$£%kmbn xX/+()~<>\u00a0\u2009\"'½°\n", max_size=80))
def test_spans_of_digit_salad_are_in_order_and_in_bounds(text: str) -> None:
    check(text)


def check(text: str) -> None:
    end = 0
    for q in find(text):
        assert end <= q.start < q.end <= len(text)
        assert q.start < q.number_end <= len(text)
        assert q.comparator in {"=", "~", ">", ">=", "<", "<="}
        assert math.isfinite(q.value)
        assert q.value_max is None or q.value_max >= q.value
        assert q.unit or q.kind == "count"
        end = q.end


@PROPERTY
@given(
    st.lists(
        st.sampled_from(["It sold 1.2m cars.", "Sales hit $3bn.", "Up 5% in May.", "No news.", "One in ten left."]),
        max_size=6,
    )
)
def test_sentences_do_not_disturb_each_other(sentences: list[str]) -> None:
    whole = "\n".join(sentences)
    apart = [(q.value, q.unit) for s in sentences for q in find(s)]
    assert [(q.value, q.unit) for q in find(whole)] == apart


@pytest.mark.parametrize("piece", ["1", "1.", "1,", "1,000,", ".1", "..1", "1-", "9.9.9 ", "1:", "1/"])
def test_a_megabyte_of_digits_and_marks_finishes(piece: str) -> None:
    text = piece * ((1_000_000 if set(piece) <= set("1.,0") else 60_000) // len(piece))
    assert all(0 <= q.start < q.end <= len(text) for q in find(text))


def test_a_long_line_without_punctuation_finishes() -> None:
    text = "words and more words go on " * 8_000
    assert find(text) == []
    assert find(text + "until 40 firms")[-1].value == 40
