"""Component ``claimlines_counts``: the noun that a count counts, from the parse.

Runs after the base model. A quantity without a unit gets the singular head noun of what
it counts ("137,000 electric vehicles" -> ``vehicle``), also where the noun stands behind
"of the", or in the clause before ("users grew by 1.4 million to 44.9 million").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from claimlines.lexicon import Lexicon, singular
from claimlines.quantities.units import units
from claimlines.records import Quantity
from claimlines.tree import text_of

__all__ = ["Counts"]

_NOT_HYPHENATED = {
    "strong",
    "fold",
    "odd",
    "plus",
    "something",
    "and",
    "or",
    "to",
    "year",
    "old",
    "way",
    "digit",
    "figure",
    "time",
    "max",
    "pro",
}
_SHORT = {"tok": "token", "param": "parameter", "dev": "developer", "sub": "subscriber"}
_NUMERIC_DEPS = {
    "nummod",
    "compound",
    "amod",
    "nmod",
    "quantmod",
    "advmod",
    "npadvmod",
    "det",
    "appos",
    "dep",
    "punct",
    "predet",
}
_NOT_COUNTED = {
    "percent",
    "%",
    "time",
    "today",
    "yesterday",
    "total",
    "rest",
    "remainder",
    "average",
    "mark",
    "milestone",
    "threshold",
    "level",
    "figure",
    "more",
    "less",
    "number",
    "quarter",
    "half",
    "a.m",
    "p.m",
    "which",
    "who",
    "that",
    "them",
    "those",
    "these",
    "it",
    "us",
    "we",
    "you",
    "everyone",
    "anyone",
    "nothing",
    "something",
}


class Counts:
    """Gives counts their nouns, and model letters their meaning (``a 7B model``, ``256K context``)."""

    def __init__(self, nlp: Language, name: str = "claimlines_counts", *, lexicon: Sequence[str] = ()) -> None:
        self.name = name
        tables = Lexicon.load(tuple(lexicon))
        self.units = units(tables)
        self.phrases = {n for n in tables.counted_nouns if " " in n}
        self.people = {row[0] for row in tables.rows("groups", 2) if row[1] == "person"}
        self.demonyms = {d for row in tables.rows("places", 5) for d in row[2].split("|") if d}

    def __call__(self, doc: Doc) -> Doc:
        text = text_of(doc)
        previous: tuple[Quantity, Span] | None = None
        for span in doc.spans.get("quantities", []):
            q: Quantity = span._.quantity
            if q.unit:
                previous = (q, span)
                continue
            noun = self._noun(doc, span, q)
            if noun is not None and self._is_duration(noun, q):
                continue
            if noun is None:
                noun = self._elliptic(doc, span, q, previous)
            if noun is not None:
                q.unit = _SHORT.get(noun, noun)
                token = q.notes.get("noun_token")
                rate = self.units.rate_after(text, q.end)
                if rate is None and isinstance(token, int):
                    rate = self.units.rate_after(text, doc[token].idx + len(doc[token]))
                if rate is not None:
                    q.unit += "/" + rate[0]
            elif (
                q.scaled
                and q.form == "digits"
                and q.notes.get("noun") is None
                and text[q.number_end - 1 : q.number_end] in {"B", "b"}
                and "$" not in text[q.start : q.end]
            ):
                q.unit = "parameter"
                q.notes["implied"] = "parameter"
            else:
                q.unit, q.kind = "1", "number"
            if q.kind == "count":
                previous = (q, span)
        return doc

    def _noun(self, doc: Doc, span: Span, q: Quantity) -> str | None:
        """The noun to the right: by the parse where there is one, else the first likely noun."""
        if q.form == "digits":
            implied = self._implied(doc, span)
            if implied:
                return implied
        i = span.end
        while i < len(doc) and doc[i].text in {"-", "+", "plus"} and i - span.end < 2:
            i += 1
        joined = self._hyphenated(doc, span)
        head = joined or self._head_right(doc, span, i)
        if head is None:
            return None
        q.notes["noun_token"] = head.i
        q.end = max(q.end, head.idx + len(head.text)) if head.i - span.end <= 0 else q.end
        return self._name(doc, head, i)

    @staticmethod
    def _hyphenated(doc: Doc, span: Span) -> Token | None:
        """The noun glued on by a hyphen: ``a 200-seat theatre`` counts seats."""
        at = span.end
        if at + 1 >= len(doc) or doc[at].text != "-" or doc[at].whitespace_ or doc[at - 1].whitespace_:
            return None
        token = doc[at + 1]
        if not token.is_alpha or token.lower_ in _NOT_HYPHENATED or len(token) < 3:
            return None
        return token

    def _is_duration(self, noun: str, q: Quantity) -> bool:
        """``two working days``: a unit of time behind a modifier."""
        unit = self.units.folded.get(noun + "s")
        if unit is None or unit.dimension != "duration":
            return False
        q.unit, q.kind = unit.symbol, unit.dimension
        return True

    def _implied(self, doc: Doc, span: Span) -> str | None:
        """Tokens of a context window, parameters of a model: nouns the trade leaves out."""
        window = doc[span.end : min(len(doc), span.end + 4)].text.lower()
        left = doc[max(0, span.start - 6) : span.start].text.lower()
        if re.match(
            r"[- ]?(?:native |long |token |tokens? |max |maximum |input )*(?:context|ctx)", window
        ) or re.search(r"context (?:window|length|size)?(?: \w+){0,2} ?$", left):
            return "token"
        direct = re.match(r"[- ]?(token|parameter|param|language)s?\b", window)
        if direct:
            return {"param": "parameter"}.get(direct.group(1), direct.group(1))
        if re.match(
            r"[- ]?(?:dense|moe|total|active|model|param|llm|open|base|instruct|mixture|variant|checkpoint|version|size)",
            window,
        ):
            if span.text.rstrip("+").endswith(("B", "b", "M", "T")):
                return "parameter"
        return None

    def _head_right(self, doc: Doc, span: Span, i: int) -> Token | None:
        """The head noun after the number, before the phrase ends."""
        limit = min(len(doc), i + 9)
        parsed = span.root.has_dep() and span.root.dep_ != "dep" if len(doc) else False
        if i < len(doc) and doc[i].lower_ == "of" and i + 1 < len(doc):
            j = i + 1
            while j < limit and (
                doc[j].lower_ in {"the", "its", "their", "these", "those", "our", "his", "'s", "all", "a", "new"}
                or (doc[j].like_num and j > i + 1)
            ):
                j += 1
            if j > i + 1 or doc[j].pos_ in {"NOUN", "PROPN", "ADJ"}:
                i = j
        if parsed:
            head = self._by_parse(doc, span, i, limit)
            if head is not None:
                return head
        return self._by_words(doc, i, limit)

    def _by_parse(self, doc: Doc, span: Span, i: int, limit: int) -> Token | None:
        token = span.root
        for _ in range(4):
            if token.i >= i and token.pos_ in {"NOUN", "PROPN", "SYM", "X"} and token.i < limit:
                break
            if token.dep_ not in _NUMERIC_DEPS and token.i < i:
                return None
            if token.head.i == token.i or token.head.i < span.start:
                return None
            token = token.head
        if not i <= token.i < limit or token.pos_ not in {"NOUN", "PROPN", "X"}:
            return None
        if any(
            (t.is_punct and t.text not in {"-", "'", '"', "\u201c", "\u201d", ",", "/", "."}) or t.is_space
            for t in doc[i : token.i]
        ):
            return None
        if "," in {t.text for t in doc[i : token.i]} and any(t.pos_ == "NOUN" for t in doc[i : token.i]):
            first = next(t for t in doc[i : token.i] if t.text == ",")
            nouns = [t for t in doc[i : first.i] if t.pos_ in {"NOUN", "PROPN"}]
            return nouns[-1] if nouns else token
        if token.lower_ in _NOT_COUNTED or singular(token.lower_) in _NOT_COUNTED:
            return None
        while (
            token.i + 1 < limit
            and doc[token.i + 1].pos_ in {"NOUN"}
            and doc[token.i].dep_ == "compound"
            and not doc[token.i + 1].is_punct
        ):
            token = doc[token.i + 1]
        return token

    def _by_words(self, doc: Doc, i: int, limit: int) -> Token | None:
        """Without help from the parse: the last of the words up to the first plural noun."""
        for j in range(i, min(limit, i + 6)):
            token = doc[j]
            if (
                (token.is_punct and token.text != "-")
                or token.is_space
                or (token.is_stop and token.lower_ not in {"more", "other", "full", "top", "and"})
                or token.like_num
            ):
                return None
            joins = token.pos_ == "CCONJ" and j > i and j + 1 < limit and doc[j + 1].pos_ in {"ADJ", "NOUN"}
            modifies = token.tag_ in {"VBG", "VBN"} and j + 1 < limit and doc[j + 1].pos_ in {"NOUN", "PROPN", "ADJ"}
            if modifies:
                continue
            if token.pos_ in {"VERB", "AUX", "ADP", "SCONJ", "PRON", "ADV"} or (token.pos_ == "CCONJ" and not joins):
                return None
            if joins:
                continue
            low = token.lower_
            if low in _NOT_COUNTED or singular(low) in _NOT_COUNTED:
                return None
            plural = (
                token.tag_ in {"NNS", "NNPS"} if token.tag_ else low.endswith("s") and not low.endswith(("ss", "us"))
            ) or low in {"people", "staff", "men", "women", "children", "aircraft"}
            if plural and not (j + 1 < limit and doc[j + 1].tag_ in {"NNS"}):
                return token
        return None

    def _name(self, doc: Doc, head: Token, first: int) -> str | None:
        for size in (3, 2):
            start = head.i - size + 1
            if start >= first:
                phrase = " ".join(t.lower_ for t in doc[start : head.i]) + " " + singular(head.lower_)
                if phrase in self.phrases:
                    return phrase
        if head.text in self.demonyms or head.lower_ in {"people", "persons"}:
            return "person"
        word = singular(head.text)
        if any(c.isupper() for c in word[1:]) and any(c.islower() for c in word):
            return word
        if (
            word.isupper()
            or (word[:-1].isupper() and len(word) > 2)
            or (head.pos_ == "PROPN" and any(c.isupper() for c in word[1:]))
        ):
            return word
        low = word.lower()
        return low if re.search(r"[a-z]", low) else None

    def _elliptic(self, doc: Doc, span: Span, q: Quantity, previous: tuple[Quantity, Span] | None) -> str | None:
        """The noun of the number before, or of the clause's subject."""
        sentence = span.sent
        if q.kind != "count" or q.notes.get("signed"):
            return None
        around = doc[max(sentence.start, span.start - 3) : span.start].text.lower()
        if (
            re.search(
                r"\b(?:score[sd]?|scoring|index|points?|rating|rated|level|closed at|ranked|average)\b",
                doc[max(sentence.start, span.start - 6) : span.start].text.lower(),
            )
            and not q.scaled
        ):
            return None
        if previous is not None:
            before, where = previous
            linked = re.search(
                r"(?:from|to|and|,|against|than|with|by|of which|including|versus|vs|or|compared with|another|further)(?: (?:about|around|some|nearly|just|only|over|more than|almost|roughly|under|less than|a))*\s*$",
                around,
            )
            if (
                before.kind == "count"
                and before.unit not in {"1", "", "time", "parameter", "token"}
                and linked
                and (where.sent.start == sentence.start)
            ):
                return before.unit.split("/")[0]
        token = span.root
        for _ in range(6):
            if token.head.i == token.i:
                break
            token = token.head
            if token.pos_ in {"VERB", "AUX"}:
                break
        if token.pos_ in {"VERB", "AUX"}:
            for child in token.lefts:
                if child.dep_ in {"nsubj", "nsubjpass"} and (
                    child.tag_ == "NNS"
                    or child.lower_ in {"population", "headcount", "membership", "staff", "workforce", "audience"}
                ):
                    low = singular(child.lower_)
                    if child.lower_ in {"population", "audience"}:
                        return "person"
                    if child.lower_ in {"headcount", "staff", "workforce"}:
                        return "employee"
                    return {"shipment": "unit", "sale": "unit", "delivery": "vehicle", "order": "order"}.get(low, low)
        return None


@Language.factory(
    "claimlines_counts",
    default_config={"lexicon": []},
    requires=["doc.spans", "token.dep"],
    assigns=["span._.quantity"],
)
def make_counts(nlp: Language, name: str, lexicon: list[str]) -> Counts:
    """Factory of :class:`Counts`."""
    return Counts(nlp, name, lexicon=lexicon)
