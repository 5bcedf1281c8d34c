"""Cleaning and plain text: what readers do not see goes, and offsets lead back."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.surface import GROUP_SPACE, OffsetMap, clean, layers, lowered, plain

PROPERTY = settings(deadline=None, derandomize=True, max_examples=150)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose 5%.", "Sales rose 5%."),
        ("rev\u00ade\u00adnue", "revenue"),
        ("4\u200b00 cars", "400 cars"),
        ("\ufeffSales", "Sales"),
        ("R&amp;D", "R&D"),
        ("costs &pound;20", "costs £20"),
        ("costs &#8364;20", "costs €20"),
        ("costs &#x20AC;20", "costs €20"),
        ("12&nbsp;000", "12\u00a0000"),
        ("so&shy;phis&shy;ti&shy;cated", "sophisticated"),
        ("&lt;b&gt;", "<b>"),
        ("AT&T and R&D", "AT&T and R&D"),
        ("&nosuchreference; stays", "&nosuchreference; stays"),
        ("a & b; c", "a & b; c"),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text)[0] == expected


def test_a_text_without_hidden_characters_is_returned_as_it_is() -> None:
    text = "Acme sold 3 cars."
    cleaned, offsets = clean(text)
    assert cleaned is text
    assert offsets == OffsetMap()


def test_offsets_lead_over_deleted_characters() -> None:
    text = "Pro\u00adfit: &pound;3\u200bm."
    cleaned, offsets = clean(text)
    assert cleaned == "Profit: £3m."
    start, end = offsets.span(cleaned.index("£"), cleaned.index("."))
    assert text[start:].startswith("&pound;3")
    assert text[:end].endswith("m")
    assert text[end] == "."


def test_the_end_follows_the_last_character_not_what_was_deleted_after_it() -> None:
    text = "sold 30\u200b\u200b cars"
    cleaned, offsets = clean(text)
    start, end = offsets.span(cleaned.index("30"), cleaned.index("30") + 2)
    assert text[start:end] == "30"


@pytest.mark.parametrize("at", [0, 3, 7])
def test_an_empty_span_stays_empty(at: int) -> None:
    _, offsets = clean("a\u200bbc&amp;defgh")
    start, end = offsets.span(at, at)
    assert start == end


pieces = st.one_of(
    st.text(alphabet="ab 12.,$%-\n", min_size=1, max_size=8).map(lambda s: (s, s)),
    st.sampled_from(INVISIBLE).map(lambda c: (c, "")),
    st.sampled_from(["&amp;", "&pound;", "&#36;", "&euro;", "&#x41;"]).map(lambda r: (r, html.unescape(r))),
)


@PROPERTY
@given(st.lists(pieces, max_size=25))
def test_every_cleaned_character_leads_to_its_original(parts: list[tuple[str, str]]) -> None:
    text = "".join(given for given, _ in parts)
    cleaned, offsets = clean(text)
    assert cleaned == "".join(shown for _, shown in parts)
    at = [offsets.original(i) for i in range(len(cleaned))]
    expected, where = [], 0
    for original, shown in parts:
        # a reference stands where it begins or ends: its own characters, no other's
        if original == shown:
            expected += [(where + i, where + i + 1) for i in range(len(original))]
        elif shown:
            expected.append((where, where + len(original)))
        where += len(original)
    assert all(low <= i < high for i, (low, high) in zip(at, expected, strict=True))
    assert at == sorted(set(at))


@PROPERTY
@given(st.text(), st.data())
def test_spans_of_any_text_are_in_bounds_and_in_order(text: str, data: st.DataObject) -> None:
    cleaned, offsets = clean(text)
    start = data.draw(st.integers(0, len(cleaned)))
    end = data.draw(st.integers(start, len(cleaned)))
    low, high = offsets.span(start, end)
    assert 0 <= low <= high <= len(text)
    assert (low == high) == (start == end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5–7%", "5-7%"),
        ("−3.2%", "-3.2%"),
        ("10‑inch", "10-inch"),
        ("Acme’s “best” year", 'Acme\'s "best" year'),
        ("sales — up 5%", "sales — up 5%"),
        ("2\u00a0million", "2 million"),
        ("2\u202fmillion", "2 million"),
        ("a\tb", "a b"),
        ("12\u00a0000", f"12{GROUP_SPACE}000"),
        ("12\u202f345\u2009678", f"12{GROUP_SPACE}345{GROUP_SPACE}678"),
        ("in 2024\u00a05000 left", "in 2024 5000 left"),
        ("5％ of ＄3 and ￥4", "5% of $3 and ¥4"),
        ("3840×2160", "3840x2160"),
        ("1⁄2", "1/2"),
        ("**bold** _it_", "  bold    it "),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@PROPERTY
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789 \u00a0\u2009\u202f–—−“”×*_\n"))))
def test_plain_keeps_the_length_and_the_lines(text: str) -> None:
    once = plain(text)
    assert len(once) == len(text)
    assert [i for i, c in enumerate(once) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    assert plain(once) == once


@PROPERTY
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\u0130I\u00dfA"))))
def test_lower_case_keeps_the_length(text: str) -> None:
    assert len(lowered(text)) == len(text)


def test_layers_of_a_text() -> None:
    assert layers("\u0130stanbul\u2019s FY24") == ("\u0130stanbul's FY24", "istanbul's fy24")
