"""Parts of speech and lemmas of tagged words, remembered.

spaCy's attribute ruler and rule lemmatizer give the same word with the same tag the same
part of speech and lemma, and take as long over it the thousandth time as the first. Here
each (word, tag, dependency) goes through them once a process.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc

__all__ = ["WordForms"]

_MOST = 200_000
"""Entries kept; a longer run starts its memory anew, so that it stays bounded."""

_BETWEEN = "\u2063"
"""Stands between words that are looked up together, so that no rule for a sequence applies to them.

Such rules ("gon na", "let 's") are lost: they tell nothing that claims read."""


class WordForms:
    """What attribute ruler and lemmatizer of a base pipeline make of a tagged word."""

    def __init__(self, base: Language, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self.vocab = base.vocab
        self.ruler = ruler
        self.lemmatizer = lemmatizer
        self._known: dict[tuple[int, int, int], tuple[int, str]] = {}
        labels = {v for p in ruler.patterns for row in p["patterns"] for t in row for v in _values(t.get("DEP"))}
        self._telling = {self.vocab.strings.add(label) for label in labels}

    @classmethod
    def of(cls, base: Language) -> WordForms | None:
        """The forms of a pipeline with an attribute ruler and a lemmatizer by rules; else None."""
        ruler = base.get_pipe("attribute_ruler") if base.has_pipe("attribute_ruler") else None
        lemmatizer = base.get_pipe("lemmatizer") if base.has_pipe("lemmatizer") else None
        if isinstance(ruler, AttributeRuler) and isinstance(lemmatizer, Lemmatizer) and lemmatizer.mode == "rule":
            return cls(base, ruler, lemmatizer)
        return None

    def fill(self, arrays: list[np.ndarray]) -> None:
        """Write parts of speech and lemmas.

        Args:
            arrays: of shape ``(tokens, 6)``: tag, dependency, part of speech, lemma, head, word.
        """
        if len(self._known) > _MOST:
            self._known.clear()
        known, telling, add = self._known, self._telling, self.vocab.strings.add
        keys = [
            [(word, tag, dep if dep in telling else 0) for tag, dep, word in a[:, (0, 1, 5)].tolist()] for a in arrays
        ]
        missing = list(dict.fromkeys(key for row in keys for key in row if key not in known))
        if missing:
            self._learn(missing)
        for array, row in zip(arrays, keys, strict=True):
            forms = [known[key] for key in row]
            array[:, 2] = [pos for pos, _ in forms]
            # Strings of an article are dropped after it (spaCy's memory zones): a lemma is added anew each time.
            array[:, 3] = [add(lemma) for _, lemma in forms]

    def _learn(self, keys: list[tuple[int, int, int]]) -> None:
        strings = self.vocab.strings
        words = [w for word, _, _ in keys for w in (strings[word], _BETWEEN)]
        tags = [t for _, tag, _ in keys for t in (strings[tag], "NFP")]
        deps = [d for _, _, dep in keys for d in (strings[dep] if dep else "dep", "dep")]
        doc = Doc(self.vocab, words=words, tags=tags, deps=deps, heads=list(range(len(words))))
        doc = self.lemmatizer(self.ruler(doc))
        for i, key in enumerate(keys):
            token = doc[2 * i]
            self._known[key] = (token.pos, token.lemma_)


def _values(condition: Any) -> list[str]:
    """The labels that a pattern's condition names."""
    if condition is None:
        return []
    if isinstance(condition, str):
        return [condition]
    return [v for part in condition.values() for v in ([part] if isinstance(part, str) else part)]
