"""Where sentences begin, by the marks of the text alone."""

from __future__ import annotations

import itertools

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

import claimlines.sentences
from claimlines.sentences import MAX_TOKENS, boundaries
from claimlines.surface import plain

PROPERTY = settings(deadline=None, derandomize=True, max_examples=150)


@pytest.fixture(scope="module")
def blank() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("claimlines_sentences")
    nlp.max_length = 10_000_000
    return nlp


def split(text: str) -> list[str]:
    """The sentences of a text, stripped."""
    cuts = [0, *boundaries(plain(text)), len(text)]
    return [part for a, b in itertools.pairwise(cuts) if (part := text[a:b].strip())]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Sales rose 5%.", "Profit fell."],
        ["Is it over?", "Yes!", "It is."],
        ['He said "no."', "Then he left."],
        ["(It failed.)", "It was sold."],
        ["It cost $3.", "£4 was too much."],
        ["It cost 3.5 million.", "50 people left."],
        ["It grew 2.5% to 3.1 million.", "Users left."],
        ["Dr. Lane of Acme Inc. sold 3 cars in the U.S. market.", "It grew."],
        ["Mr. Stone met Sen. Wood at 5 p.m. Tuesday.", "They talked."],
        ["Acme Corp. Chairman Lee left.", "So did J. P. Moore."],
        ["It sold shares to Acme Inc.", "The price was $3."],
        ["No. 3 in the list was Acme.", "It was glad."],
        ["The deal closed on Jan. 5.", "It was big."],
        ["It paid Rs. 500 for it, i.e. a lot.", "Fine."],
        ["Acme vs. Zeta goes on.", "It drags."],
        ["The so-called v1.2 of acme.com is out.", "Get it."],
    ],
)
def test_running_text(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Sales rise\n\nAcme sold 3 cars", ["Sales rise", "Acme sold 3 cars"]),
        ("Sales rise\nAcme sold 3 cars", ["Sales rise", "Acme sold 3 cars"]),
        ("- 3 cars\n- 4 bikes\n- 5 ships", ["- 3 cars", "- 4 bikes", "- 5 ships"]),
        ("1) Buy one\n2) Sell one", ["1) Buy one", "2) Sell one"]),
        ("Specs: • 8GB of memory • 2TB of storage", ["Specs:", "8GB of memory", "2TB of storage"]),
        ("Home | News | Sales rose 5%", ["Home", "News", "Sales rose 5%"]),
        ("", []),
        ("one line", ["one line"]),
    ],
)
def test_lines_and_bullets(text: str, sentences: list[str]) -> None:
    assert [s.strip("•| ") for s in split(text)] == [s for s in sentences if s]


def test_a_wrapped_paragraph_stays_together() -> None:
    text = "The company said on Tuesday that its sales in the last quarter had grown\nby more than five percent. It was glad."
    assert len(split(text)) == 2


def test_a_bullet_after_a_long_line_begins_a_sentence() -> None:
    text = "The company said on Tuesday that its sales in the last quarter had grown\n- by more than five percent in Europe"
    assert len(split(text)) == 2


def test_tokens_carry_the_boundaries(blank: Language) -> None:
    doc = blank("Sales rose\n\nAcme Inc. sold 3 cars. It grew.")
    assert [s.text.strip() for s in doc.sents] == ["Sales rose", "Acme Inc. sold 3 cars.", "It grew."]


def test_a_stretch_without_marks_is_cut(blank: Language) -> None:
    doc = blank("word " * (3 * MAX_TOKENS))
    sizes = [len(s) for s in doc.sents]
    assert sum(sizes) == len(doc)
    assert max(sizes) <= MAX_TOKENS


def test_an_empty_doc_passes(blank: Language) -> None:
    assert len(blank("")) == 0


@PROPERTY
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(".!? \n\"')(ABCabc•|-"))))
def test_boundaries_of_any_text_rise_and_are_in_bounds(text: str) -> None:
    found = list(boundaries(plain(text)))
    assert found == sorted(set(found))
    assert all(0 < at <= len(text) for at in found)


@PROPERTY
@given(
    st.lists(
        st.sampled_from(["Sales rose 5%.", "It cost $3.50 then.", "Was it so?", "Acme Inc. grew fast!"]),
        min_size=1,
        max_size=8,
    )
)
def test_sentences_join_and_split(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences
    assert split("\n\n".join(sentences)) == sentences


@pytest.mark.parametrize(
    "text",
    ["word " * 40_000, "1.2 " * 50_000, "." + " " * 200_000 + "a", "\n" * 200_000, "a" * 200_000, "1." * 500_000],
)
def test_long_texts_without_sentences_finish(text: str) -> None:
    assert all(0 < at <= len(text) for at in claimlines.sentences.boundaries(text))
