"""Metric mentions: nouns of the registry, verbs of parsed sentences, rows of the user."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import spacy

from claimlines.lexicon import Lexicon, plural_variants, singular, words_of
from claimlines.metrics import MetricMention


def stage(*folders: Path) -> spacy.Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("claimlines_metrics", config={"lexicon": [str(f) for f in folders]})
    return nlp


def spans(nlp: spacy.Language, text: str) -> list[tuple[str, MetricMention]]:
    doc = nlp(text)
    return [(span.text, span._.metric) for span in doc.spans["metrics"]]


@pytest.fixture(scope="module")
def blank() -> spacy.Language:
    return stage()


@pytest.mark.parametrize(
    ("sentence", "phrase", "slug"),
    [
        ("Net profit rose 4%.", "Net profit", "net_income"),
        ("The gross margins of both rose 4%.", "gross margins", "gross_margin"),
        ("An operating loss of $3m followed.", "operating loss", "operating_loss"),
        ("Free cash flow was $3m.", "Free cash flow", "free_cash_flow"),
        ("Free-cash flow aside, ebitda was $3m.", "ebitda", "ebitda"),
        ("Its R&D spending was $3m.", "R&D spending", "rnd_expense"),
        ("Its market share was 4%.", "market share", "market_share"),
        ("EARNINGS PER SHARE WERE $3.", "EARNINGS PER SHARE", "earnings_per_share"),
        ("It set the starting price at $3.", "starting price", "price"),
    ],
)
def test_nouns(blank: spacy.Language, sentence: str, phrase: str, slug: str) -> None:
    found = dict(spans(blank, sentence))
    assert slug in found[phrase].slugs
    assert found[phrase].kind == "noun"


def test_the_longest_phrase_wins(blank: spacy.Language) -> None:
    found = [text for text, _ in spans(blank, "Gross profit and gross profit margin rose.")]
    assert found == ["Gross profit", "gross profit margin"]


def test_a_word_may_name_several(blank: spacy.Language) -> None:
    doc = blank("The sales were good.")
    (found,) = doc.spans["metrics"]
    assert {"revenue", "units_sold"} <= set(found._.metric.slugs)
    assert found.label_ == found._.metric.slugs[0]


@pytest.mark.parametrize("text", ["", "\n\n", "12 34 $5", "the of and to", "Profitable ventures marginally"])
def test_none(blank: spacy.Language, text: str) -> None:
    assert spans(blank, text) == []


def test_mentions_are_in_order_and_apart(blank: spacy.Language) -> None:
    doc = blank(
        "Revenue, net income, gross margin, market share and free cash flow rose; the operating loss fell. " * 5
    )
    found = list(doc.spans["metrics"])
    assert len(found) == 30
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_every_noun_of_the_registry_is_found() -> None:
    lexicon = Lexicon.load()
    for metric in lexicon.metrics.values():
        for noun in metric.nouns:
            words = list(words_of(noun))
            found = {slug for _, _, slugs in lexicon.metric_phrases.find(words, overlapping=True) for slug in slugs}
            assert metric.slug in found, f"{noun!r} of {metric.slug}"


class TestLexicon:
    ROW = "widget_throughput\tcount percent\twidget throughput|throughput of widgets\t\twidget\n"

    def test_a_row_of_the_user_takes_effect(self, tmp_path: Path, blank: spacy.Language) -> None:
        (tmp_path / "metrics.tsv").write_text("# slug\tkinds\n" + self.ROW, encoding="utf-8")
        sentence = "Widget throughputs rose 4%; revenue fell."
        (text, found), (_, other) = spans(stage(tmp_path), sentence)
        assert (text, found.slugs) == ("Widget throughputs", ("widget_throughput",))
        assert "revenue" in other.slugs, "ours still hold"
        assert "widget_throughput" not in {slug for _, m in spans(blank, sentence) for slug in m.slugs}

    def test_a_row_with_our_key_replaces_ours(self, tmp_path: Path) -> None:
        (tmp_path / "metrics.tsv").write_text("gross_profit\tmoney\tfirst margin\t\t\n", encoding="utf-8")
        nlp = stage(tmp_path)
        assert [m.slugs for _, m in spans(nlp, "The first margin was $3m.")] == [("gross_profit",)]
        assert "gross_profit" not in {slug for _, m in spans(nlp, "Its gross profit") for slug in m.slugs}

    def test_short_rows_are_padded(self, tmp_path: Path) -> None:
        (tmp_path / "metrics.tsv").write_text("odd_metric\n", encoding="utf-8")
        assert Lexicon.load((str(tmp_path),)).metrics["odd_metric"].nouns == ()


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("cars", "car"), ("batteries", "battery"), ("people", "person"), ("women", "woman"), ("boxes", "box"), ("churches", "church"), ("buses", "bus"),
        ("movies", "movie"), ("series", "series"), ("EVs", "EV"), ("business", "business"), ("gas", "gas"), ("glasses", "glass"),
    ],
)  # fmt: skip
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("gross margin", "gross margins"),
        ("subsidy", "subsidies"),
        ("loss", "losses"),
        ("net sales", "net sale"),
        ("tax", "taxes"),
    ],
)
def test_both_numbers(phrase: str, other: str) -> None:
    assert words_of(other) in set(plural_variants(words_of(phrase)))
