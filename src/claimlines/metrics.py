"""Component ``claimlines_metrics``: words that name what is measured, in ``doc.spans["metrics"]``.

Nouns of the registry by longest match over the whole article; verbs that carry a metric
by lemma in parsed sentences. A mention may name several metrics ("sales" is revenue or
units sold): which one holds is the binding's to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from claimlines.lexicon import Lexicon

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
        words, index = [], []
        for token in doc:
            low = token.lower_
            if low.isalnum():
                words.append(low)
                index.append(token.i)
            else:
                for part in _TOKEN_SPLIT.findall(low.replace("\u2019", "'")) or [low]:
                    words.append(part)
                    index.append(token.i)
        mentions = [
            MetricMention(index[start], index[end - 1] + 1, tuple(slugs), "noun", " ".join(words[start:end]))
            for start, end, slugs in self.lexicon.metric_phrases.find(words)
        ]
        taken = {i for m in mentions for i in range(m.start, m.end)}
        verbs = self.lexicon.metric_verbs
        for start in doc.user_data.get("claimlines_parsed", ()):
            for token in doc[start].sent:
                if token.pos_ == "VERB" and token.i not in taken:
                    lemma = token.lemma_.lower()
                    phrase = lemma
                    for child in token.children:
                        if child.dep_ == "prt" and f"{lemma} {child.lower_}" in verbs:
                            phrase = f"{lemma} {child.lower_}"
                    slugs = tuple(verbs.get(phrase, ())) + tuple(verbs.get(f"{phrase}<", ()))
                    if slugs:
                        mentions.append(MetricMention(token.i, token.i + 1, slugs, "verb", phrase))
        mentions.sort(key=lambda m: (m.start, m.end))
        spans = []
        for mention in mentions:
            span = Span(doc, mention.start, mention.end, label=mention.slugs[0])
            span._.metric = mention
            spans.append(span)
        doc.spans["metrics"] = spans
        return doc


@Language.factory("claimlines_metrics", default_config={"lexicon": []}, assigns=["doc.spans", "span._.metric"])
def make_metrics(nlp: Language, name: str, lexicon: list[str]) -> Metrics:
    """Factory of :class:`Metrics`."""
    return Metrics(nlp, name, lexicon=lexicon)
