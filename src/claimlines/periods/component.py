"""Component ``claimlines_periods``: ``doc.spans["periods"]``, each with ``span._.period``."""

from __future__ import annotations

import datetime as dt

from spacy.language import Language
from spacy.tokens import Doc, Span

from claimlines.periods.finder import dateline, finder
from claimlines.periods.mention import Mention
from claimlines.tree import text_of

__all__ = ["Periods"]

if not Span.has_extension("period"):
    Span.set_extension("period", default=None)
if not Span.has_extension("period_role"):
    Span.set_extension("period_role", default="")
if not Doc.has_extension("published"):
    Doc.set_extension("published", default=None)
if not Doc.has_extension("anchor"):
    Doc.set_extension("anchor", default=None)


class Periods:
    """Finds periods and resolves them against ``doc._.published`` or, without it, the article's own date line.

    Example:
        >>> nlp = spacy.blank("en"); _ = nlp.add_pipe("claimlines_periods")
        >>> [s._.period.interval for s in nlp("Sales rose in the first half of 2024.").spans["periods"]]
        ['2024-01-01/2024-06-30']
    """

    def __init__(self, nlp: Language, name: str = "claimlines_periods") -> None:
        self.name = name
        self.finder = finder()

    def __call__(self, doc: Doc) -> Doc:
        text = text_of(doc)
        anchor: dt.date | None = doc._.published or dateline(text)
        doc._.anchor = anchor
        spans = []
        mentions: list[Mention] = []
        for mention in self.finder.find(text, anchor):
            span = doc.char_span(mention.start, mention.end, label=mention.period.kind, alignment_mode="expand")
            if span is not None:
                span._.period = mention.period
                span._.period_role = mention.role
                spans.append(span)
                mentions.append(mention)
        doc.spans["periods"] = spans
        return doc


@Language.factory("claimlines_periods", assigns=["doc.spans", "span._.period"])
def make_periods(nlp: Language, name: str) -> Periods:
    """Factory of :class:`Periods`."""
    return Periods(nlp, name)
