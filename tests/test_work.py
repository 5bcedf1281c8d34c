"""Work is counted, not timed: a change that parses twice, or parses everything, fails here."""

from __future__ import annotations

from claimlines.evaluation import read_gold
from claimlines.pipeline import make_doc
from tests.test_gate import CORPUS


def test_only_sentences_with_quantities_are_parsed_and_once(nlp):
    base = nlp.get_pipe("claimlines_base")
    text = (
        "Acme makes tools. They are sold in many lands. Nobody knows how it began, and few care.\n\n"
        "The weather was fine. People went about their work. Acme sold 300 hammers in 2024.\n\n"
        "Its founder likes to fish. He does so often, on a lake in the north, with friends."
    )
    before = base.parsed_tokens
    doc = nlp(make_doc(nlp, text))
    parsed = base.parsed_tokens - before
    lead = sum(len(s) for s in list(doc.sents)[: base.lead])
    hit = next(len(s) for s in doc.sents if "hammers" in s.text)
    assert parsed <= lead + hit


def test_text_without_quantities_is_not_parsed_at_all(nlp):
    base = nlp.get_pipe("claimlines_base")
    before = (base.parsed_tokens, base.calls)
    nlp(make_doc(nlp, "Acme makes tools. They are good tools. Everybody says so."))
    assert (base.parsed_tokens, base.calls) == before


def test_share_of_parsed_tokens_on_the_corpus(nlp):
    """The corpus is dense with figures; even so the model must see no token twice."""
    base = nlp.get_pipe("claimlines_base")
    before, tokens = base.parsed_tokens, 0
    for article in read_gold(CORPUS)[:12]:
        tokens += len(nlp(make_doc(nlp, article["text"])))
    assert 0 < base.parsed_tokens - before <= tokens
