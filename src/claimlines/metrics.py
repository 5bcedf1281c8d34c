"""Component ``claimlines_metrics``: words that name what is measured, in ``doc.spans["metrics"]``.

Nouns of the registry by longest match over the whole article; verbs that carry a metric
by lemma in parsed sentences. A mention may name several metrics ("sales" is revenue or
units sold): which one holds is the binding's to say.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from claimlines.lexicon import Lexicon
from claimlines.tree import Tree, tree_of

__all__ = ["MetricMention", "Metrics"]

if not Span.has_extension("metric"):
    Span.set_extension("metric", default=None)


@dataclass(slots=True)
class MetricMention:
    """A mention of a metric.

    Attributes:
        start, end: token offsets.
        slugs: the registry entries it may name.
        kind: ``noun`` or ``verb``.
        phrase: its words, lower case (lemma for a verb).
    """

    start: int
    end: int
    slugs: tuple[str, ...]
    kind: str
    phrase: str


_TOKEN_SPLIT = re.compile(r"[a-z0-9&.+']+|[-/%]")


class Metrics:
    """Finds metric mentions.

    Example:
        >>> nlp = spacy.blank("en"); _ = nlp.add_pipe("claimlines_metrics")
        >>> [s._.metric.slugs for s in nlp("Net profit rose.").spans["metrics"]]
        [('net_income',)]
    """

    def __init__(self, nlp: Language, name: str = "claimlines_metrics", *, lexicon: Sequence[str] = ()) -> None:
        self.name = name
        self.lexicon = Lexicon.load(tuple(lexicon))

    def __call__(self, doc: Doc) -> Doc:
        tree = tree_of(doc)
        words: list[str] = []
        index: list[int] = []
        for i, low in enumerate(tree.lower):
            if low.isalnum():
                words.append(low)
                index.append(i)
            else:
                for part in _parts(low):
                    words.append(part)
                    index.append(i)
        mentions = [
            MetricMention(index[start], index[end - 1] + 1, tuple(slugs), "noun", " ".join(words[start:end]))
            for start, end, slugs in self.lexicon.metric_phrases.find(words)
        ]
        taken = {i for m in mentions for i in range(m.start, m.end)}
        mentions += self._verbs(doc, tree, taken)
        mentions.sort(key=lambda m: (m.start, m.end))
        spans = []
        for mention in mentions:
            span = Span(doc, mention.start, mention.end, label=mention.slugs[0])
            span._.metric = mention
            spans.append(span)
        doc.spans["metrics"] = spans
        return doc

    def _verbs(self, doc: Doc, tree: Tree, taken: set[int]) -> Iterator[MetricMention]:
        """Verbs of the parsed sentences that carry a metric."""
        verbs = self.lexicon.metric_verbs
        parsed = doc.user_data.get("claimlines_parsed", ())
        if not parsed:
            return
        pos, size = tree.pos, len(tree)
        for start in parsed:
            i = start
            while i < size and (i == start or not tree.sent_start[i]):
                if pos[i] == "VERB" and i not in taken:
                    lemma = tree.lemma[i].lower()
                    phrase = lemma
                    for child in tree.children(i):
                        if tree.dep[child] == "prt" and f"{lemma} {tree.lower[child]}" in verbs:
                            phrase = f"{lemma} {tree.lower[child]}"
                    slugs = tuple(verbs.get(phrase, ())) + tuple(verbs.get(f"{phrase}<", ()))
                    if slugs:
                        yield MetricMention(i, i + 1, slugs, "verb", phrase)
                i += 1


@functools.lru_cache(maxsize=1 << 14)
def _parts(low: str) -> list[str]:
    """The words of a token that is not all letters and digits."""
    return _TOKEN_SPLIT.findall(low.replace("\u2019", "'")) or [low]


@Language.factory("claimlines_metrics", default_config={"lexicon": []}, assigns=["doc.spans", "span._.metric"])
def make_metrics(nlp: Language, name: str, lexicon: list[str]) -> Metrics:
    """Factory of :class:`Metrics`."""
    return Metrics(nlp, name, lexicon=lexicon)
