"""The records: grounded in the text as it was given, complete, and stable.

The sentences are plain on purpose: what is asserted here holds whatever the weights.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.pipeline import extract_article, make_doc
from claimlines.records import SCHEMA_VERSION, Article, Claim, claim_id

PLAIN = "Acme's revenue rose 5% to $3bn in 2024."
PUBLISHED = dt.date(2025, 3, 1)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def claims_of(nlp: spacy.Language, text: str, published: dt.date | None = PUBLISHED, **meta: Any) -> list[Claim]:
    return extract_article(nlp, Article(**{"id": "a1", **meta}, text=text, published=published))


def grounded(text: str, claims: list[Claim]) -> None:
    """Every span of every claim quotes the text as it was given."""
    for c in claims:
        assert 0 <= c.start < c.end <= len(text)
        assert c.quantity_text == text[c.start : c.end]
        assert c.sentence == text[c.sentence_start : c.sentence_end]
        assert c.sentence_start <= c.start and c.end <= c.sentence_end
        for said, start, end in (
            (c.metric_text, c.metric_start, c.metric_end),
            (c.subject_text, c.subject_start, c.subject_end),
            (c.period_text, c.period_text_start, c.period_text_end),
        ):
            assert (said is None) == (start is None) == (end is None)
            if start is not None and end is not None:
                assert 0 <= start < end <= len(text)
                assert said == text[start:end]


# Grounding -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (PLAIN, ["5%", "$3bn"]),
        ("Acme’s revenue rose 5% to $3bn in 2024.", ["5%", "$3bn"]),
        ("“Acme’s revenue rose 5% to $3bn in 2024,” it said.", ["5%", "$3bn"]),
        ("Acme's rev\u00adenue rose 5\u200b% to $3\u200bbn in 20\u00ad24.", ["5\u200b%", "$3\u200bbn"]),
        ("\ufeffAcme's revenue rose 5% to $3bn in 2024.", ["5%", "$3bn"]),
        ("Acme's revenue rose 5\u00a0% to $3\u00a0billion in 2024.", ["5\u00a0%", "$3\u00a0billion"]),
        ("Acme's revenue rose 5\u202f% to $3\u2009bn in 2024.", ["5\u202f%", "$3\u2009bn"]),
        ("AT&amp;T's revenue rose 5% to $3bn in 2024.", ["5%", "$3bn"]),
        ("Acme&#8217;s revenue rose 5% to &pound;3bn in 2024.", ["5%", "&pound;3bn"]),
        ("Acme&rsquo;s revenue rose 5% to $3&nbsp;bn in 2024.", ["5%", "$3&nbsp;bn"]),
        ("\n\n  • Acme's revenue rose 5% to $3bn in 2024.\n\n", ["5%", "$3bn"]),
        ("# Results\r\n\r\nAcme's revenue rose 5% to $3bn in 2024.\r\n", ["5%", "$3bn"]),
    ],
)
def test_spans_quote_the_text_as_given(nlp: spacy.Language, text: str, quotes: list[str]) -> None:
    found = claims_of(nlp, text)
    assert [c.quantity_text for c in found] == quotes
    grounded(text, found)
    assert [(c.value, c.unit) for c in found] == [(5.0, "%"), (3e9, "GBP" if "pound" in text else "USD")]
    assert {c.period for c in found} == {"2024-01-01/2024-12-31"}


def test_the_name_of_an_escaped_text_is_plain_and_its_quote_is_not(nlp: spacy.Language) -> None:
    for c in claims_of(nlp, "AT&amp;T's revenue rose 5% to $3bn in 2024."):
        assert (c.subject, c.subject_text) == ("AT&T", "AT&amp;T")


def test_thousands_grouped_by_spaces(nlp: spacy.Language) -> None:
    text = "Acme sold 3\u00a0000\u00a0000 cars in 2024."
    (found,) = claims_of(nlp, text)
    grounded(text, [found])
    assert (found.value, found.unit, found.quantity_text[:9]) == (3e6, "car", "3\u00a0000\u00a0000")


@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_invisible_characters_anywhere_change_nothing_but_offsets(nlp: spacy.Language, data: st.DataObject) -> None:
    chars = list(PLAIN)
    for at in sorted(data.draw(st.sets(st.integers(0, len(PLAIN)), max_size=6)), reverse=True):
        chars.insert(at, data.draw(st.sampled_from(INVISIBLE)))
    text = "".join(chars)
    found = claims_of(nlp, text)
    grounded(text, found)
    places = {"start", "end", "claim_id", "sentence"} | {
        n for n in Claim.model_fields if n.endswith(("_start", "_end", "_text"))
    }
    places -= {"period_start", "period_end"}
    plain = claims_of(nlp, PLAIN)
    assert [c.model_dump(exclude=places) for c in found] == [c.model_dump(exclude=places) for c in plain]
    assert [re.sub(f"[{INVISIBLE}]", "", c.quantity_text) for c in found] == [c.quantity_text for c in plain]


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "Acme's revenue",
                    " rose ",
                    "5%",
                    " to ",
                    "$3bn",
                    " in 2024",
                    ".",
                    "\n",
                    "&amp;",
                    "&lt;",
                    "\u00ad",
                    "\u200b",
                    "\u00a0",
                    "’",
                    "“",
                    "•",
                    "3–4 km",
                    " a dozen ",
                    "½",
                    "٣",
                    "😀",
                ]
            ),
            max_size=14,
        ).map("".join),
    )
)
def test_any_text_is_grounded(nlp: spacy.Language, text: str) -> None:
    grounded(text, claims_of(nlp, text))


# Content of plain sentences ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "Acme's revenue fell 12% in 2024.",
            {"value": -12.0, "unit": "%", "metric": "revenue", "aspect": "change", "subject": "Acme"},
        ),
        ("Acme sold between 300 and 400 cars in 2024.", {"value": 300.0, "value_max": 400.0, "unit": "car"}),
        ("Acme sold more than 3 million cars in 2024.", {"value": 3e6, "comparator": ">", "unit": "car"}),
        ("Acme's revenue was nearly $3bn in 2024.", {"value": 3e9, "comparator": "~", "metric": "revenue"}),
        (
            "Acme's net profit was €3bn last year.",
            {
                "value": 3e9,
                "unit": "EUR",
                "metric": "net_income",
                "period": "2024-01-01/2024-12-31",
                "period_text": "last year",
            },
        ),
        (
            "Acme's revenue is expected to reach $3bn in 2030.",
            {"status": "expected", "period": "2030-01-01/2030-12-31"},
        ),
        ("Acme's revenue rose 5% in 2024, according to IDC.", {"attribution": "IDC", "value": 5.0, "status": "actual"}),
        ("Acme's revenue rose 5% in 2024.", {"attribution": None, "value_max": None, "comparator": "="}),
    ],
)
def test_fields(nlp: spacy.Language, text: str, fields: dict[str, Any]) -> None:
    (found,) = claims_of(nlp, text)
    assert {name: getattr(found, name) for name in fields} == fields


def test_a_change_and_the_level_it_leads_to(nlp: spacy.Language) -> None:
    change, level = claims_of(nlp, PLAIN)
    assert (change.aspect, level.aspect) == ("change", "level")
    assert change.metric == level.metric == "revenue"
    assert change.subject == level.subject == "Acme"


def test_the_ends_of_the_period_are_those_of_the_interval(nlp: spacy.Language) -> None:
    dated, undated = (
        claims_of(nlp, "Acme's revenue was $3bn in March 2024.")[0],
        claims_of(nlp, "Acme's revenue was $3bn.", None)[0],
    )
    assert (dated.period, dated.period_start, dated.period_end) == (
        "2024-03-01/2024-03-31",
        dt.date(2024, 3, 1),
        dt.date(2024, 3, 31),
    )
    assert (undated.period, undated.period_start, undated.period_end) == (None, None, None)


def test_without_a_date_last_year_means_nothing(nlp: spacy.Language) -> None:
    assert [c.period for c in claims_of(nlp, "Acme's net profit was $3bn last year.", None)] == [None]


def test_what_the_article_carries_is_in_every_claim(nlp: spacy.Language) -> None:
    meta = {"id": "id-7", "title": "Acme grows", "url": "https://example.org/7", "source": "Example"}
    for c in claims_of(nlp, PLAIN, **meta):
        assert (c.article_id, c.title, c.url, c.source, c.published) == (
            "id-7",
            "Acme grows",
            "https://example.org/7",
            "Example",
            PUBLISHED,
        )


# The schema ----------------------------------------------------------------------------


def test_the_five_fields_come_first(nlp: spacy.Language) -> None:
    (first, *_) = claims_of(nlp, PLAIN)
    assert list(json.loads(first.model_dump_json()))[:5] == ["subject", "metric", "value", "unit", "period"]
    assert first.schema_version == SCHEMA_VERSION


def test_through_json_and_back(nlp: spacy.Language) -> None:
    found = claims_of(
        nlp, "Acme’s revenue rose 5% to €3bn in 2024.\nIt sold 3–4 million cars last year.", title="“Acme”"
    )
    assert len(found) == 3
    for c in found:
        assert Claim.model_validate_json(c.model_dump_json()) == c
        assert Claim.model_validate(c.model_dump(mode="json")) == c


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 1.2},
        {"confidence": -0.1},
        {"aspect": "growth"},
        {"status": "done"},
        {"comparator": "=="},
        {"unit": None},
        {"value": None},
        {"colour": "red"},
    ],
)
def test_what_is_no_claim_is_refused(nlp: spacy.Language, wrong: dict[str, Any]) -> None:
    (first, *_) = claims_of(nlp, PLAIN)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Claim.model_validate({**first.model_dump(), **wrong})


def test_confidence_and_evidence(nlp: spacy.Language) -> None:
    found = claims_of(nlp, PLAIN + " Its 40 stores sold 300 vans a day, said Zeta. 7.5 12 $9")
    assert len(found) >= 4
    for c in found:
        assert 0.0 <= c.confidence <= 1.0
        assert set(c.evidence) == {"metric", "subject", "period", "aspect", "status", "quantity"}
        for said in c.evidence.values():
            assert re.search(r"p=[01]\.\d\d$", said)


class TestIds:
    def test_one_for_each_claim(self, nlp: spacy.Language) -> None:
        found = claims_of(nlp, (PLAIN + "\n") * 20)
        assert len(found) == 40
        assert len({c.claim_id for c in found}) == 40
        assert all(re.fullmatch(r"[0-9a-f]{16}", c.claim_id) for c in found)

    def test_the_same_each_time(self, nlp: spacy.Language) -> None:
        assert [c.claim_id for c in claims_of(nlp, PLAIN)] == [c.claim_id for c in claims_of(nlp, PLAIN)]

    def test_another_for_another_article(self, nlp: spacy.Language) -> None:
        assert not {c.claim_id for c in claims_of(nlp, PLAIN)} & {c.claim_id for c in claims_of(nlp, PLAIN, id="a2")}

    def test_the_digest_itself_is_part_of_the_schema(self) -> None:
        """Ids are kept by users: a change of the digest asks for a new schema version."""
        assert claim_id("a1", 3, 7, ("Acme", "revenue", 5.0, None)) == "041480566f95178a"
        assert claim_id("a1", 3, 7, ("Acme", "revenue", 5.0, "x")) != claim_id(
            "a1", 3, 7, ("Acme", "revenue", 5.0, None)
        )
        assert claim_id("a", 13, 7, ()) != claim_id("a1", 3, 7, ())


# Texts without claims, and texts of nothing else -----------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n\t",
        "\u00ad\u200b",
        "&nbsp;",
        "Nobody said how much it cost or when.",
        "The iPhone 15 and Windows 11 arrived in 2023.",
        "…",
        "😀" * 50,
    ],
)
def test_nothing_to_claim(nlp: spacy.Language, text: str) -> None:
    assert claims_of(nlp, text) == []


@pytest.mark.parametrize(
    "text", ["12 7.5 $300 5% 3bn", "1\n2\n3\n", "$" * 100, "9" * 400, "1e999 km", "-5% " * 30, "0%"]
)
def test_only_numbers(nlp: spacy.Language, text: str) -> None:
    found = claims_of(nlp, text)
    grounded(text, found)
    for c in found:
        assert Claim.model_validate_json(c.model_dump_json()) == c


def test_the_doc_has_the_claims_too(nlp: spacy.Language) -> None:
    doc = nlp(make_doc(nlp, PLAIN, PUBLISHED, "Acme grows", id="a1"))
    assert doc._.claims == claims_of(nlp, PLAIN, title="Acme grows")
    assert doc._.source_text == PLAIN


def test_escaped_and_unescaped_texts_say_the_same(nlp: spacy.Language) -> None:
    text = "Bits & Bobs's revenue rose 5% to £3bn in 2024."
    escaped = html.escape(text, quote=False).replace("£", "&pound;")
    fields = {"subject", "metric", "value", "unit", "period", "aspect", "status", "confidence"}
    assert [c.model_dump(include=fields) for c in claims_of(nlp, escaped)] == [
        c.model_dump(include=fields) for c in claims_of(nlp, text)
    ]
