"""Component ``claimlines_quantities``: ``doc.spans["quantities"]``, each with ``span._.quantity``."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span

from claimlines.lexicon import Lexicon
from claimlines.quantities.finder import finder
from claimlines.records import Quantity
from claimlines.tree import text_of

__all__ = ["Quantities"]

if not Span.has_extension("quantity"):
    Span.set_extension("quantity", default=None)


class Quantities:
    """Finds quantities over the text; needs no tokens' annotation.

    Example:
        >>> nlp = spacy.blank("en"); _ = nlp.add_pipe("claimlines_quantities")
        >>> [(s.text, s._.quantity.value) for s in nlp("Sales hit $3.2bn.").spans["quantities"]]
        [('$3.2bn', 3200000000.0)]
    """

    def __init__(self, nlp: Language, name: str = "claimlines_quantities", *, lexicon: Sequence[str] = ()) -> None:
        self.name = name
        self.finder = finder(Lexicon.load(tuple(lexicon)))

    def __call__(self, doc: Doc) -> Doc:
        spans = []
        for quantity in self.finder.find(text_of(doc)):
            span = doc.char_span(quantity.start, quantity.end, label="QUANTITY", alignment_mode="expand")
            if span is not None:
                span._.quantity = quantity
                spans.append(span)
        doc.spans["quantities"] = spans
        return doc

    @staticmethod
    def of(doc: Doc) -> list[Quantity]:
        """The quantities of a Doc, in order."""
        return [span._.quantity for span in doc.spans.get("quantities", [])]


@Language.factory("claimlines_quantities", default_config={"lexicon": []}, assigns=["doc.spans", "span._.quantity"])
def make_quantities(nlp: Language, name: str, lexicon: list[str]) -> Quantities:
    """Factory of :class:`Quantities`."""
    return Quantities(nlp, name, lexicon=lexicon)
