"""Units and currencies next to a number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.lexicon import Lexicon
from claimlines.quantities.units import UnitGrammar, units
from claimlines.surface import plain

PROPERTY = settings(deadline=None, derandomize=True, max_examples=150)


@pytest.fixture(scope="module")
def grammar() -> UnitGrammar:
    return units(Lexicon.load())


@pytest.mark.parametrize(
    ("after", "symbol", "kind"),
    [
        ("%", "%", "percent"), (" %", "%", "percent"), (" percent", "%", "percent"), (" per cent", "%", "percent"),
        (" pct", "%", "percent"), ("pc", "%", "percent"), (" percentage points", "pp", "pp"), ("pp", "pp", "pp"),
        (" basis points", "bp", "bp"), ("bps", "bp", "bp"), (" times", "x", "x"), ("-fold", "x", "x"), (" fold", "x", "x"),
        (" hours", "h", "duration"), ("hrs", "h", "duration"), (" minutes", "min", "duration"), ("ms", "ms", "duration"),
        ("-year", "year", "duration"), (" yrs", "year", "duration"), (" days", "d", "duration"),
        ("nm", "nm", "length"), (" nanometres", "nm", "length"), ("mm", "mm", "length"), ("-inch", "in", "length"),
        ('"', "in", "length"), ("km", "km", "length"), (" kilometers", "km", "length"), (" miles", "mi", "length"),
        (" feet", "ft", "length"), (" sq ft", "ft2", "area"), (" square feet", "ft2", "area"), (" sq m", "m2", "area"),
        (" hectares", "ha", "area"), ("kg", "kg", "mass"), (" grams", "g", "mass"), ("lb", "lb", "mass"),
        (" tonnes", "t", "mass"), (" litres", "L", "volume"), (" barrels", "barrel", "volume"),
        ("W", "W", "power"), ("kW", "kW", "power"), (" megawatts", "MW", "power"), ("GW", "GW", "power"), (" hp", "hp", "power"),
        ("kWh", "kWh", "energy"), (" kilowatt-hours", "kWh", "energy"), (" GWh", "GWh", "energy"),
        ("mAh", "mAh", "charge"), (" V", "V", "voltage"), ("GHz", "GHz", "frequency"), (" hertz", "Hz", "frequency"),
        ("GB", "GB", "storage"), (" gigabytes", "GB", "storage"), ("TB", "TB", "storage"), ("-bit", "bit", "bits"),
        ("Mbit/s", "Mbit/s", "data_rate"), ("Mbps", "Mbit/s", "data_rate"), (" Gbit/s", "Gbit/s", "data_rate"),
        (" gigabits per second", "Gbit/s", "data_rate"), ("GB/s", "GB/s", "data_rate"),
        ("km/h", "km/h", "speed"), (" kph", "km/h", "speed"), ("mph", "mi/h", "speed"), (" miles per hour", "mi/h", "speed"),
        (" nits", "nit", "brightness"), (" lumens", "lm", "brightness"), ("MP", "megapixel", "resolution"),
        ("-megapixel", "megapixel", "resolution"), ("fps", "fps", "frame_rate"), ("ppi", "ppi", "pixel_density"),
        ("°C", "degC", "temperature"), (" degrees Celsius", "degC", "temperature"), ("dB", "dB", "level"),
        ("Nm", "N*m", "torque"), (" rpm", "rpm", "rotation"), (" mpg", "mpg", "fuel_economy"),
        ("TOPS", "TOPS", "compute"), (" petaflops", "PFLOPS", "compute"), (" ppm", "ppm", "ratio"),
    ],
)  # fmt: skip
def test_unit_after(grammar: UnitGrammar, after: str, symbol: str, kind: str) -> None:
    text = plain(f"12{after} or so")
    found = grammar.unit_after(text, 2)
    assert found is not None
    assert (found.symbol, found.kind, text[2 : found.end]) == (symbol, kind, after)


@pytest.mark.parametrize(
    "after",
    [" people", " mens", "nmx", " percentages", "kgx", " foots", " milestone", " houris", "  km", ", km", " whales"],
)
def test_no_unit_after(grammar: UnitGrammar, after: str) -> None:
    assert grammar.unit_after(f"12{after}", 2) is None


@pytest.mark.parametrize(("small", "large"), [("mW", "MW"), ("Mb/s", "MB/s"), ("mb", "MB"), ("gw", "GW")])
def test_case_tells_short_units_apart(grammar: UnitGrammar, small: str, large: str) -> None:
    one, other = grammar.unit_after(f"5{small}", 1), grammar.unit_after(f"5{large}", 1)
    assert other is not None
    assert one is None or one.symbol != other.symbol


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ("$", "USD"), ("US$", "USD"), ("USD ", "USD"), ("£", "GBP"), ("GBP ", "GBP"), ("€", "EUR"), ("EUR", "EUR"),
        ("¥", "JPY"), ("CN¥", "CNY"), ("RMB ", "CNY"), ("RMB", "CNY"), ("CNY ", "CNY"), ("NT$", "TWD"), ("HK$", "HKD"),
        ("A$", "AUD"), ("C$", "CAD"), ("S$", "SGD"), ("NZ$", "NZD"), ("R$", "BRL"), ("₹", "INR"), ("Rs ", "INR"),
        ("Rs. ", "INR"), ("₩", "KRW"), ("CHF ", "CHF"), ("SEK ", "SEK"), ("₽", "RUB"), ("₺", "TRY"),
    ],
)  # fmt: skip
def test_currency_before(grammar: UnitGrammar, before: str, code: str) -> None:
    text = f"for {before}5"
    found = grammar.currency_before(text, len(text) - 1)
    assert found is not None
    assert found == (code, 4)


@pytest.mark.parametrize("before", ["", "costs ", "a", "xUSD", "carsRs ", "#", "No. "])
def test_no_currency_before(grammar: UnitGrammar, before: str) -> None:
    text = f"for {before}5"
    assert grammar.currency_before(text, len(text) - 1) is None


@pytest.mark.parametrize(
    ("after", "code", "factor"),
    [
        (" dollars", "USD", 1), (" US dollars", "USD", 1), ("-dollar", "USD", 1), (" bucks", "USD", 1), ("€", "EUR", 1),
        (" euros", "EUR", 1), (" EUR", "EUR", 1), (" pounds", "GBP", 1), (" yuan", "CNY", 1), (" renminbi", "CNY", 1),
        (" yen", "JPY", 1), (" won", "KRW", 1), (" rupees", "INR", 1), (" Swiss francs", "CHF", 1),
        (" Hong Kong dollars", "HKD", 1), (" Canadian dollars", "CAD", 1), (" roubles", "RUB", 1), (" baht", "THB", 1),
        (" cents", "USD", 0.01), ("-cent", "USD", 0.01), ("¢", "USD", 0.01), ("p", "GBP", 0.01), (" pence", "GBP", 0.01),
        (" paise", "INR", 0.01), (" zł", "PLN", 1), (" bitcoin", "BTC", 1),
    ],
)  # fmt: skip
def test_currency_after(grammar: UnitGrammar, after: str, code: str, factor: float) -> None:
    text = f"20{after}."
    found = grammar.currency_after(text, 2, scaled=False)
    assert found is not None
    assert (found.symbol, found.factor, text[2 : found.end]) == (code, factor, after)


@pytest.mark.parametrize(
    "after", [" people", "pm", " wonders", " dollarisation", " centuries", " realms", "px", " eurosceptics"]
)
def test_no_currency_after(grammar: UnitGrammar, after: str) -> None:
    assert grammar.currency_after(f"20{after}", 2, scaled=False) is None


def test_pence_do_not_follow_a_scale(grammar: UnitGrammar) -> None:
    assert grammar.currency_after("20p", 2, scaled=True) is None


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (" a month", "month"), (" per month", "month"), ("/month", "month"), ("/mo", "month"), ("-a-month", "month"),
        (" each year", "year"), (" every week", "week"), (" an hour", "h"), ("/hr", "h"), ("/h", "h"), (" per hour", "h"),
        (" per second", "s"), ("/s", "s"), (" a day", "day"), (" daily", "day"), (" annually", "year"), (" monthly", "month"),
        (" per vehicle", "vehicle"), (" per user", "user"), (" per person", "person"), (" a head", "person"),
        ("/kWh", "kWh"), (" per kilowatt-hour", "kWh"), ("/km", "km"), (" per kilometre", "km"), (" per tonne", "t"),
        (" a barrel", "barrel"), (" an ounce", "oz"), (" a share", "share"), (" per share", "share"),
        (" per million tokens", "Mtoken"), ("/M tokens", "Mtoken"), (" per 1M tokens", "Mtoken"), ("/Mtok", "Mtoken"),
        (" per million input tokens", "Mtoken"), (" per million output tokens", "Mtoken"),
    ],
)  # fmt: skip
def test_rate_after(grammar: UnitGrammar, after: str, name: str) -> None:
    text = f"$9{after}, they say"
    found = grammar.rate_after(text, 2)
    assert found is not None
    assert (found[0], text[2 : found[1]]) == (name, after)


@pytest.mark.parametrize(
    "after",
    [
        " a year ago",
        " a month earlier",
        " a week later",
        " a day before",
        " per cent",
        " per capita",
        " an idea",
        " and more",
        " daily active users",
        " monthly bills",
        " a 5",
        ".",
    ],
)
def test_no_rate_after(grammar: UnitGrammar, after: str) -> None:
    assert grammar.rate_after(f"$9{after}", 2) is None


def test_every_alias_of_the_unit_table_is_read(grammar: UnitGrammar) -> None:
    lost = []
    for symbol, _, aliases in (row[:3] for row in Lexicon.load().rows("units", 3)):
        for alias in aliases.split("|"):
            if not alias or alias in {'"', "″", "°", "%-point"}:
                continue
            text = f"7{'' if alias[0] == '-' else ' '}{alias}"
            found = grammar.unit_after(text, 1)
            if found is None or found.end != len(text) or found.symbol != symbol:
                lost.append((symbol, alias, found))
    assert lost == []


def test_every_currency_sign_of_the_table_is_read(grammar: UnitGrammar) -> None:
    for code, signs, _, _ in (row[:4] for row in Lexicon.load().rows("currencies", 4)):
        for sign in filter(None, signs.split("|")):
            found = grammar.currency_before(f"for {sign}7", 4 + len(sign))
            assert found is not None, sign
            assert found[1] == 4, sign
            if sign != "$C":
                assert found[0] == code, sign


@PROPERTY
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_surroundings_are_read_in_bounds(before: str, after: str) -> None:
    rules = units(Lexicon.load())
    text = plain(f"{before}7{after}")
    at = len(before)
    money = rules.currency_before(text, at)
    assert money is None or 0 <= money[1] < at
    for found in (rules.currency_after(text, at + 1, scaled=False), rules.unit_after(text, at + 1)):
        assert found is None or at + 1 < found.end <= len(text)
    rate = rules.rate_after(text, at + 1)
    assert rate is None or (rate[0] and at + 1 < rate[1] <= len(text))
