"""The token-to-vector network must give what spaCy's own layers give, and the same in any company."""

import numpy as np
import pytest
import spacy
from spacy.attrs import ORTH, SPACY
from spacy.language import Language

from claimlines.base import load_base
from claimlines.tok2vec import Tok2VecForward

SENTENCES = [
    "Orbivale shipped 3.4 million rovers in 2019, up 12% from a year earlier.",
    "Prices start at \u20ac499.",
    "Yes",
    "The firm\u2019s 5,000mAh cell  lasts two days ; nobody knows why\n",
]


@pytest.fixture(scope="module")
def base() -> Language:
    return load_base("en_core_web_sm", spacy.blank("en"))


def words(nlp: Language, text: str) -> np.ndarray:
    return nlp.make_doc(text).to_array([ORTH, SPACY])


def test_vectors_are_those_of_spacy(base: Language) -> None:
    component = base.get_pipe("tok2vec")
    forward = Tok2VecForward.of(component, base.vocab)
    assert forward is not None
    docs = [spacy.tokens.Doc(base.vocab, words=[t.text for t in d], spaces=[bool(t.whitespace_) for t in d])
            for d in map(base.make_doc, SENTENCES)]  # fmt: skip
    expected = component.predict(docs)
    found = forward.vectors([words(base, s) for s in SENTENCES])
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_allclose(b, a, atol=2e-5)


def test_no_texts_no_vectors(base: Language) -> None:
    forward = Tok2VecForward.of(base.get_pipe("tok2vec"), base.vocab)
    assert forward is not None
    assert forward.vectors([]) == []


def test_embedding_does_not_depend_on_what_was_embedded_before(base: Language) -> None:
    alone = Tok2VecForward.of(base.get_pipe("tok2vec"), base.vocab)
    later = Tok2VecForward.of(base.get_pipe("tok2vec"), base.vocab)
    assert alone is not None
    assert later is not None
    later.vectors([words(base, s) for s in SENTENCES[1:]])
    first, second = alone.vectors([words(base, SENTENCES[0])]), later.vectors([words(base, SENTENCES[0])])
    assert first[0].tobytes() == second[0].tobytes()


def test_forgetting_words_changes_nothing(base: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    forward = Tok2VecForward.of(base.get_pipe("tok2vec"), base.vocab)
    assert forward is not None
    texts = [words(base, s) for s in SENTENCES]
    expected = [v.tobytes() for v in forward.vectors(texts)]
    monkeypatch.setattr("claimlines.tok2vec._REMEMBERED", 1)
    assert [v.tobytes() for v in forward.vectors(texts)] == expected


@pytest.mark.parametrize("name", ["tagger", "parser"])
def test_other_components_run_as_they_are(base: Language, name: str) -> None:
    assert Tok2VecForward.of(base.get_pipe(name), base.vocab) is None


def network(window: int) -> Language:
    nlp = spacy.blank("en")
    model = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 32, "depth": 2, "embed_size": 100, "window_size": window,
             "maxout_pieces": 2, "subword_features": True, "pretrained_vectors": None}  # fmt: skip
    nlp.add_pipe("tok2vec", config={"model": model})
    nlp.add_pipe("tagger").add_label("NN")
    nlp.initialize()
    return nlp


def test_vectors_of_a_narrower_network() -> None:
    nlp = network(window=1)
    forward = Tok2VecForward.of(nlp.get_pipe("tok2vec"), nlp.vocab)
    assert forward is not None
    doc = nlp.make_doc("Sales rose 4% to $2bn.")
    found = forward.vectors([doc.to_array([ORTH, SPACY])])
    np.testing.assert_allclose(found[0], nlp.get_pipe("tok2vec").predict([doc])[0], atol=2e-5)


def test_network_of_another_shape_runs_as_it_is() -> None:
    nlp = network(window=2)
    assert Tok2VecForward.of(nlp.get_pipe("tok2vec"), nlp.vocab) is None


def test_stage_that_is_not_spacys_network() -> None:
    assert Tok2VecForward.of(object(), spacy.blank("en").vocab) is None
