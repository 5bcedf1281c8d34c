"""Parts of speech and lemmas, remembered: the same as from the base pipeline's own components."""

from __future__ import annotations

import pytest
from spacy.attrs import ORTH, SPACY
from spacy.language import Language

from claimlines.base import load_base
from claimlines.pipeline import load

TEXTS = [
    "Analysts said the two companies' combined sales, which had been falling since 2019, were rising again.",
    "She's been told that it isn't what they'd have wanted, and nothing that anyone could do about it.",
    "Because its batteries cost less, more buyers are choosing the smaller phones than the bigger ones.",
    "He has left, leaves on the trees have fallen, and the mice have eaten best while we were meeting him.",
    "So that 12% of those who do use it must have had to pay $3.50 more for what 's theirs.",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


@pytest.mark.parametrize("text", TEXTS)
def test_same_as_the_components(nlp: Language, text: str) -> None:
    base = nlp.get_pipe("claimlines_base")
    plain = load_base("en_core_web_sm", nlp)
    expected = plain(plain.make_doc(text))
    (piece,) = base._parse(expected, [expected.to_array([ORTH, SPACY])])  # type: ignore[attr-defined]
    assert [t.tag_ for t in piece] == [t.tag_ for t in expected]
    for _ in range(2):  # learnt, then remembered
        (array,) = base._annotation([piece])  # type: ignore[attr-defined]
        strings = nlp.vocab.strings
        assert [(strings[row[2]], strings[row[3]]) for row in array.tolist()] == [(t.pos_, t.lemma_) for t in expected]
