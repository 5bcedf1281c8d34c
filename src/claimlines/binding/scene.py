"""What the binding sees of an article: layers indexed by sentence, clauses, and the discourse."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc, Span

from claimlines.lexicon import Lexicon
from claimlines.metrics import MetricMention
from claimlines.names import Entity, Mention, Names
from claimlines.records import Period, Quantity
from claimlines.tree import tree_of

if TYPE_CHECKING:
    from claimlines.binding.phrases import Noun
    from claimlines.binding.words import Around

__all__ = ["PeriodSpan", "Place", "Scene"]


@dataclass(slots=True)
class Place:
    """A quantity in its sentence; tokens are indices.

    Attributes:
        quantity, span: the quantity, and its tokens for those who want them as such.
        start, end: the same as indices.
        sentence: index of its sentence.
        head: the token that stands for it in the parse (its counted noun, or its own root).
        attach: the word it depends on (through prepositions), or the head itself at a root.
        prep: the preposition between, lower case, or empty.
        verbs: governing verbs, nearest first.
        order: index among the article's quantities.
        around: the words around it, once they were asked for.
    """

    quantity: Quantity
    span: Span
    start: int
    end: int
    sentence: int
    head: int
    attach: int
    prep: str
    verbs: list[int]
    order: int
    around: Around | None = None


@dataclass(slots=True)
class PeriodSpan:
    """A period mention and where it stands."""

    period: Period
    start: int
    end: int
    root: int
    role: str
    sentence: int
    interval: str | None
    text: str


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
        self.tree = tree_of(doc)
        self.text = self.tree.text
        self.sentences = doc.user_data.get("claimlines_sentences") or [(s.start, s.end) for s in doc.sents]
        self._starts = [s for s, _ in self.sentences]
        self.parsed = {self.sentence_of(i) for i in doc.user_data.get("claimlines_parsed", ())}
        for span in doc.spans.get("metrics", []):
            metric: MetricMention = span._.metric
            self.metrics.setdefault(self.sentence_of(metric.start), []).append(metric)
        self.all_mentions: list[Mention] = [s._.mention for s in doc.spans.get("subjects", [])]
        self.mention_ends = [m.end for m in self.all_mentions]
        self._mention_starts = [m.start for m in self.all_mentions]
        for mention in self.all_mentions:
            self.mentions.setdefault(self.sentence_of(mention.start), []).append(mention)
        self.entities: list[Entity] = doc.user_data.get("claimlines_entities", [])
        self.all_periods = [self._period(span) for span in doc.spans.get("periods", [])]
        for p in self.all_periods:
            self.periods.setdefault(p.sentence, []).append(p)
        for order, span in enumerate(doc.spans.get("quantities", [])):
            self.places.append(self._place(span, order))
        self._quantity_starts = [p.start for p in self.places]
        self.standings: dict[int, tuple[Any, ...]] = {}
        """By entity, what it is to the article: a group of features."""
        self.nouns: dict[int, Noun | None] = {}
        """By token, the noun there and its phrases, for those who asked."""
        self._subjects: dict[int, list[int]] = {}
        self._main_subjects: dict[int, int] = {}
        self._metric_tokens: dict[int, frozenset[int]] = {}

    def sentence_of(self, token: int) -> int:
        """Index of the sentence a token stands in."""
        return max(0, bisect_right(self._starts, token) - 1)

    def sentence(self, index: int) -> tuple[int, int]:
        """Token bounds of a sentence."""
        return self.sentences[index]

    def root(self, start: int, end: int) -> int:
        """The token of ``[start, end)`` that the others hang on."""
        if end - start == 1:
            return start
        root: int = self.doc[start:end].root.i
        return root

    def quantities_between(self, a: int, b: int) -> int:
        """How many quantities begin strictly between two tokens."""
        low, high = (a, b) if a < b else (b, a)
        starts = self._quantity_starts
        return max(0, bisect_right(starts, high - 1) - bisect_right(starts, low))

    def names_between(self, low: int, high: int) -> bool:
        """Whether a name begins in the tokens ``[low, high)``."""
        return bisect_left(self._mention_starts, low) < bisect_left(self._mention_starts, high)

    @functools.cached_property
    def numerals(self) -> frozenset[int]:
        """The tokens of all numbers, with their scales and currencies but without what they count."""
        idx = self.tree.idx
        return frozenset(
            i for p in self.places for i in range(p.start, p.end) if idx[i] < (p.quantity.number_end or p.quantity.end)
        )

    def metric_tokens(self, sentence: int) -> frozenset[int]:
        """The tokens of a sentence that are words of metric nouns."""
        found = self._metric_tokens.get(sentence)
        if found is None:
            found = self._metric_tokens[sentence] = frozenset(
                i for m in self.metrics.get(sentence, ()) if m.kind == "noun" for i in range(m.start, m.end)
            )
        return found

    def _period(self, span: Span) -> PeriodSpan:
        period: Period = span._.period
        return PeriodSpan(
            period,
            span.start,
            span.end,
            self.root(span.start, span.end),
            span._.period_role,
            self.sentence_of(span.start),
            period.interval,
            self.tree.slice(span.start, span.end),
        )

    def _place(self, span: Span, order: int) -> Place:
        q: Quantity = span._.quantity
        tree = self.tree
        start, end = span.start, span.end
        noun: int | None = q.notes.get("noun_token")
        head = noun if noun is not None else self.root(start, end)
        attach, prep = head, ""
        token = head
        for _ in range(5):
            up = tree.head[token]
            if up == token:
                break
            if tree.pos[up] == "ADP" or tree.dep[up] == "prep":
                prep = tree.lower[up]
            elif start <= up < end:
                pass
            else:
                attach = up
                break
            token = up
        return Place(q, span, start, end, self.sentence_of(start), head, attach, prep, self._verbs(head), order)

    def _verbs(self, token: int) -> list[int]:
        tree = self.tree
        out: list[int] = []
        for _ in range(12):
            if tree.pos[token] in _VERBAL and tree.dep[token] not in _NO_CLAUSE:
                out.append(token)
                if len(out) == 3:
                    break
            up = tree.head[token]
            if up == token:
                break
            token = up
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
            if _is_heading(self.tree.slice(start, end)):
                current = i
            out.append(current if current != i else -1)
        return out

    @functools.cached_property
    def paragraphs(self) -> list[int]:
        """For each sentence the index of its paragraph."""
        text, idx = self.tree.text, self.tree.idx
        out: list[int] = []
        number = at = 0
        for start, _ in self.sentences:
            number += "\n" in text[at : idx[start]]
            at = idx[start]
            out.append(number)
        return out

    @functools.cached_property
    def topics(self) -> dict[int, dict[int, int]]:
        """By paragraph, the entities it names, each with where first, in the order of these mentions."""
        out: dict[int, dict[int, int]] = {}
        for m in self.all_mentions:
            if m.entity >= 0:
                out.setdefault(self.paragraphs[self.sentence_of(m.start)], {}).setdefault(m.entity, m.start)
        return out

    @functools.cached_property
    def sources(self) -> set[int]:
        """Entities that speak: subjects of verbs of saying, and what follows "according to"."""
        out: set[int] = set()
        text = self.tree.slice
        for m in self.all_mentions:
            if (
                m.detail in {"research_firm", "news"}
                or text(max(0, m.start - 3), m.start).lower().rstrip().endswith(_BEFORE_SOURCE)
                or _AFTER_SOURCE.match(text(m.end, m.end + 2).lower())
            ):
                out.add(m.entity)
        return out

    @functools.cached_property
    def period_salience(self) -> dict[str, int]:
        """Resolved intervals to how often the article states them."""
        counts: dict[str, int] = {}
        for p in self.all_periods:
            if p.interval and p.period.kind in {"year", "quarter", "range", "month", "day", "week"}:
                counts[p.interval] = counts.get(p.interval, 0) + 1
        return counts

    def main_subject(self, sentence: int) -> int:
        """The subject token of a parsed sentence's main clause, or -1."""
        found = self._main_subjects.get(sentence)
        if found is None:
            found = -1
            if sentence in self.parsed:
                dep, head = self.tree.dep, self.tree.head
                start, end = self.sentences[sentence]
                found = next((i for i in range(start, end) if dep[i] in _SUBJECT and dep[head[i]] == "ROOT"), -1)
            self._main_subjects[sentence] = found
        return found

    def verb_subjects(self, verb: int) -> list[int]:
        """Subject tokens of a verb; of a clause without one, those of the clause it hangs on."""
        found = self._subjects.get(verb)
        if found is None:
            found = self._subjects[verb] = self._find_subjects(verb)
        return found

    def _find_subjects(self, verb: int) -> list[int]:
        tree = self.tree
        dep, pos, head = tree.dep, tree.pos, tree.head
        seen = verb
        for _ in range(4):
            subjects = [c for c in tree.children(seen) if dep[c] in _SUBJECT and pos[c] != "SCONJ"]
            if dep[seen] in {"relcl", "acl"} and any(tree.lower[s] in {"which", "that", "who"} for s in subjects):
                return [head[seen]]
            if subjects:
                return subjects
            if dep[seen] not in _DEPENDENT_CLAUSE or head[seen] == seen:
                return []
            up = head[seen]
            if dep[seen] in {"acl", "relcl"} and pos[up] in {"NOUN", "PROPN"}:
                return [up]
            while pos[up] not in _VERBAL and head[up] != up:
                up = head[up]
            if up == seen:
                return []
            seen = up
        return []


_VERBAL = frozenset(["VERB", "AUX"])
_NO_CLAUSE = frozenset(["aux", "auxpass", "amod"])
_SUBJECT = frozenset(["nsubj", "nsubjpass", "csubj"])
_DEPENDENT_CLAUSE = frozenset(["conj", "xcomp", "advcl", "ccomp", "acl", "relcl", "pcomp", "prep", "dep", "parataxis"])
_BEFORE_SOURCE = (
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
_AFTER_SOURCE = re.compile(r"(?:said|says|predicts?|forecasts?|estimates?|found|reckons?|analyst)\b")


def _is_heading(text: str) -> bool:
    text = text.strip()
    if not text or len(text) > 90 or text[-1] in ".,;!?\"'":
        return False
    words = text.split()
    if len(words) > 12:
        return False
    capital = sum(w[0].isupper() or not w[0].isalpha() for w in words)
    return text[-1] == ":" or capital >= 0.6 * len(words) or len(words) <= 5
