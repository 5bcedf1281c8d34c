"""What the binding sees of an article: layers indexed by sentence, clauses, and the discourse."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from claimlines.lexicon import Lexicon
from claimlines.metrics import MetricMention
from claimlines.names import Entity, Mention, Names
from claimlines.records import Period, Quantity

__all__ = ["Place", "Scene"]


@dataclass(slots=True)
class Place:
    """A quantity in its sentence.

    Attributes:
        quantity, span: the quantity and its tokens.
        sentence: index of its sentence.
        head: the token that stands for it in the parse (its counted noun, or its own root).
        attach: the word it depends on (through prepositions), or the head itself at a root.
        prep: the preposition between, lower case, or empty.
        verbs: governing verbs, nearest first.
        order: index among the article's quantities.
    """

    quantity: Quantity
    span: Span
    sentence: int
    head: Token
    attach: Token
    prep: str
    verbs: list[Token]
    order: int


@dataclass(slots=True)
class PeriodSpan:
    """A period mention and where it stands."""

    period: Period
    span: Span
    role: str
    sentence: int


@dataclass
class Scene:
    """The indexed layers of one Doc."""

    doc: Doc
    lexicon: Lexicon
    names: Names
    sentences: list[tuple[int, int]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    metrics: dict[int, list[MetricMention]] = field(default_factory=dict)
    mentions: dict[int, list[Mention]] = field(default_factory=dict)
    periods: dict[int, list[PeriodSpan]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        doc = self.doc
        self.text = doc.text
        self.sentences = doc.user_data.get("claimlines_sentences") or [(s.start, s.end) for s in doc.sents]
        self._starts = [s for s, _ in self.sentences]
        self.parsed = {self.sentence_of(i) for i in doc.user_data.get("claimlines_parsed", ())}
        for span in doc.spans.get("metrics", []):
            self.metrics.setdefault(self.sentence_of(span.start), []).append(span._.metric)
        self.all_mentions: list[Mention] = [s._.mention for s in doc.spans.get("subjects", [])]
        self.mention_ends = [m.end for m in self.all_mentions]
        self._mention_starts = [m.start for m in self.all_mentions]
        for mention in self.all_mentions:
            self.mentions.setdefault(self.sentence_of(mention.start), []).append(mention)
        self.entities: list[Entity] = doc.user_data.get("claimlines_entities", [])
        self.all_periods = [
            PeriodSpan(s._.period, s, s._.period_role, self.sentence_of(s.start)) for s in doc.spans.get("periods", [])
        ]
        for p in self.all_periods:
            self.periods.setdefault(p.sentence, []).append(p)
        for order, span in enumerate(doc.spans.get("quantities", [])):
            self.places.append(self._place(span, order))
        self._quantity_starts = [p.span.start for p in self.places]

    def sentence_of(self, token: int) -> int:
        """Index of the sentence a token stands in."""
        return max(0, bisect_right(self._starts, token) - 1)

    def sentence(self, index: int) -> tuple[int, int]:
        """Token bounds of a sentence."""
        return self.sentences[index]

    def quantities_between(self, a: int, b: int) -> int:
        """How many quantities begin strictly between two tokens."""
        low, high = sorted((a, b))
        return max(0, bisect_right(self._quantity_starts, high - 1) - bisect_right(self._quantity_starts, low))

    def names_between(self, low: int, high: int) -> bool:
        """Whether a name begins in the tokens ``[low, high)``."""
        return bisect_left(self._mention_starts, low) < bisect_left(self._mention_starts, high)

    def _place(self, span: Span, order: int) -> Place:
        q: Quantity = span._.quantity
        doc = self.doc
        noun = q.notes.get("noun_token")
        head = doc[noun] if noun is not None else span.root
        index = self.sentence_of(span.start)
        attach, prep = head, ""
        token = head
        for _ in range(5):
            up = token.head
            if up.i == token.i:
                break
            if up.pos_ == "ADP" or up.dep_ == "prep":
                prep = up.lower_
            elif span.start <= up.i < span.end:
                pass
            else:
                attach = up
                break
            token = up
        return Place(q, span, index, head, attach, prep, self._verbs(head), order)

    @staticmethod
    def _verbs(token: Token) -> list[Token]:
        out: list[Token] = []
        for _ in range(12):
            if token.pos_ in {"VERB", "AUX"} and token.dep_ not in {"aux", "auxpass"} and token.dep_ != "amod":
                out.append(token)
                if len(out) == 3:
                    break
            if token.head.i == token.i:
                break
            token = token.head
        return out

    # Discourse -----------------------------------------------------------------------

    @functools.cached_property
    def salience(self) -> list[int]:
        """Entity indices, the most mentioned first (earlier first mention wins a tie)."""
        return sorted(
            range(len(self.entities)),
            key=lambda i: (
                -len(self.entities[i].mentions),
                self.entities[i].mentions[0] if self.entities[i].mentions else 0,
            ),
        )

    @functools.cached_property
    def rank(self) -> dict[int, int]:
        """Entity index to its rank by salience."""
        return {entity: r for r, entity in enumerate(self.salience)}

    @functools.cached_property
    def main_org(self) -> int:
        """The most mentioned organisation that is no source of news or figures, or -1."""
        for index in self.salience:
            entity = self.entities[index]
            if entity.kind in {"org", "name"} and entity.detail not in {
                "news",
                "research_firm",
                "agency",
                "investor",
                "university",
            }:
                return index
        return -1

    @functools.cached_property
    def title_entities(self) -> set[int]:
        """Entities named in the title or the first sentence."""
        found: set[int] = set()
        title = (self.doc.user_data.get("claimlines_title") or "").lower()
        for m in self.all_mentions:
            if self.sentence_of(m.start) == 0 or (title and m.name.lower() in title):
                found.add(m.entity)
        return found

    @functools.cached_property
    def heading_of(self) -> list[int]:
        """For each sentence the index of the nearest heading above it, or -1."""
        out: list[int] = []
        current = -1
        for i, (start, end) in enumerate(self.sentences):
            text = self.doc[start:end].text
            if _is_heading(text):
                current = i
            out.append(current if current != i else -1)
        return out

    @functools.cached_property
    def sources(self) -> set[int]:
        """Entities that speak: subjects of verbs of saying, and what follows "according to"."""
        out: set[int] = set()
        doc = self.doc
        for m in self.all_mentions:
            before = doc[max(0, m.start - 3) : m.start].text.lower()
            if before.rstrip().endswith(
                (
                    "according to",
                    "by analysts",
                    "analysts",
                    "says",
                    "said",
                    "analyst",
                    "survey by",
                    "study by",
                    "report by",
                    "report from",
                    "figures from",
                    "data from",
                    "research from",
                    "research by",
                )
            ) or m.detail in {"research_firm", "news"}:
                out.add(m.entity)
            else:
                after = doc[m.end : m.end + 2].text.lower()
                if re.match(r"(?:said|says|predicts?|forecasts?|estimates?|found|reckons?|analyst)\b", after):
                    out.add(m.entity)
        return out

    @functools.cached_property
    def period_salience(self) -> dict[str, int]:
        """Resolved intervals to how often the article states them."""
        counts: dict[str, int] = {}
        for p in self.all_periods:
            if p.period.interval and p.period.kind in {"year", "quarter", "range", "month", "day", "week"}:
                counts[p.period.interval] = counts.get(p.period.interval, 0) + 1
        return counts

    def verb_subjects(self, verb: Token) -> list[Token]:
        """Subject tokens of a verb; of a clause without one, those of the clause it hangs on."""
        seen = verb
        for _ in range(4):
            subjects = [c for c in seen.children if c.dep_ in {"nsubj", "nsubjpass", "csubj"} and c.pos_ != "SCONJ"]
            relative = [s for s in subjects if s.lower_ in {"which", "that", "who"}]
            if relative and seen.dep_ in {"relcl", "acl"}:
                return [seen.head]
            if subjects:
                return subjects
            if (
                seen.dep_ in {"conj", "xcomp", "advcl", "ccomp", "acl", "relcl", "pcomp", "prep", "dep", "parataxis"}
                and seen.head.i != seen.i
            ):
                if seen.dep_ in {"acl", "relcl"} and seen.head.pos_ in {"NOUN", "PROPN"}:
                    return [seen.head]
                up = seen.head
                while up.pos_ not in {"VERB", "AUX"} and up.head.i != up.i:
                    up = up.head
                if up.i == seen.i:
                    return []
                seen = up
            else:
                return []
        return []


def _is_heading(text: str) -> bool:
    text = text.strip()
    if not text or len(text) > 90 or text[-1] in ".,;!?\"'":
        return False
    words = text.split()
    if len(words) > 12:
        return False
    capital = sum(w[0].isupper() or not w[0].isalpha() for w in words)
    return text[-1] == ":" or capital >= 0.6 * len(words) or len(words) <= 5
