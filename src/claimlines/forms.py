"""Parts of speech and lemmas of tagged words, remembered.

spaCy's attribute ruler and rule lemmatizer give the same word with the same tag the same
part of speech and lemma, and take as long over it the thousandth time as the first. Here
each (word, tag, dependency) goes through them once a process.
"""

from __future__ import annotations

import re
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
        self._of_tag: dict[tuple[int, int], tuple[int, str]] = {}
        conditions = [token for rule in _rules(ruler) for token in rule]
        self._telling = {
            self.vocab.strings.add(v) for c in conditions for kind in ("IN", "NOT_IN") for v in _values(c.get("DEP"), kind)
        }
        if lemmatizer.lookups.has_table("lemma_index"):
            index = lemmatizer.lookups.get_table("lemma_index")
            for part in list(index):
                index[part] = frozenset(index[part])  # a list of 100,000 words, searched for each form of a word
        self._words = {v for c in conditions for v in _values(c.get("LOWER"))}
        shapes = [v for c in conditions for v in _values(c.get("LOWER"), "REGEX")]
        self._shapes = re.compile("|".join(f"(?:{v})" for v in shapes)) if shapes else None

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
        """Look words up: those that a rule names one by one, the others by what the rules make of their tag."""
        strings = self.vocab.strings
        plain: list[tuple[int, int, int]] = []
        named: list[tuple[int, int, int]] = []
        for key in keys:
            low = strings[key[0]].lower()
            by_name = low in self._words or low.isspace() or (self._shapes is not None and self._shapes.search(low))
            (named if by_name else plain).append(key)
        tags = dict.fromkeys((tag, dep) for _, tag, dep in plain if (tag, dep) not in self._of_tag)
        if tags:
            ruled = self.ruler(self._doc([("word", tag, dep) for tag, dep in tags]))
            for i, pair in enumerate(tags):
                self._of_tag[pair] = (ruled[2 * i].pos, str(ruled[2 * i].morph))
        if plain:
            forms = [self._of_tag[tag, dep] for _, tag, dep in plain]
            words = Doc(self.vocab, words=[strings[w] for w, _, _ in plain], tags=[strings[t] for _, t, _ in plain])
            for token, (pos, morph) in zip(words, forms, strict=True):
                token.pos = pos
                token.set_morph(morph)  # type: ignore[attr-defined]
            self._keep(plain, self.lemmatizer(words), 1)
        if named:
            rows = [(strings[w], tag, dep) for w, tag, dep in named]
            self._keep(named, self.lemmatizer(self.ruler(self._doc(rows))), 2)

    def _doc(self, rows: list[tuple[str, int, int]]) -> Doc:
        """Words with tag and dependency, apart from each other."""
        strings = self.vocab.strings
        return Doc(
            self.vocab,
            words=[w for word, _, _ in rows for w in (word, _BETWEEN)],
            tags=[t for _, tag, _ in rows for t in (strings[tag], "NFP")],
            deps=[d for _, _, dep in rows for d in (strings[dep] if dep else "dep", "dep")],
            heads=list(range(2 * len(rows))),
        )

    def _keep(self, keys: list[tuple[int, int, int]], doc: Doc, step: int) -> None:
        for i, key in enumerate(keys):
            token = doc[step * i]
            self._known[key] = (token.pos, token.lemma_)


def _rules(ruler: AttributeRuler) -> list[list[dict[str, Any]]]:
    """The token patterns of all rules."""
    rows: list[Any] = [row for rule in ruler.patterns for row in rule["patterns"]]  # type: ignore[union-attr]
    return rows


def _values(condition: Any, kind: str = "IN") -> list[str]:
    """The labels or words that a pattern's condition names; of ``kind`` REGEX, its expressions."""
    if condition is None:
        return []
    if isinstance(condition, str):
        return [condition] if kind == "IN" else []
    found = condition.get(kind, [])
    return [found] if isinstance(found, str) else list(found)
