"""Candidates for a quantity's subject: names and noun phrases of the sentence, and of the discourse."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from claimlines.binding import subject_features as group
from claimlines.binding.coreference import references, resolved, respective
from claimlines.binding.phrases import clean_name, noun_at
from claimlines.binding.ranker import Feature, names_of
from claimlines.binding.roles import coarse, roles, subject_kinds
from claimlines.binding.scene import Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.metrics import MetricMention
from claimlines.names import Mention

__all__ = ["SubjectCandidate", "SubjectCandidates", "subject_candidates"]

_POSSESSIVE = {"\u2019s", "'s", "\u2019", "'"}
_RELATIVE = {"which", "who", "whose", "where"}
_CHAIN = 4
"""Sentences over which a subject chosen before is a candidate."""

_GAP = 5
"""Tokens between a name and a quantity that are features word for word."""


@dataclass(slots=True)
class SubjectCandidate:
    """A name (or None), the tokens that give it, and its features."""

    name: str | None
    start: int
    end: int
    relation: str
    marks: list[Feature]

    @property
    def features(self) -> list[str]:
        """The names of its features."""
        return names_of(self.marks)


def subject_candidates(
    scene: Scene,
    place: Place,
    metric: str,
    aspect: str,
    previous: tuple[str | None, int] | None,
    metric_mention: MetricMention | None = None,
) -> list[SubjectCandidate]:
    """The candidates for one quantity.

    Args:
        metric: its metric.
        aspect: its aspect class.
        previous: subject chosen for the quantity before, and its sentence.
        metric_mention: the words that name the metric, if any.
    """
    found = SubjectCandidates(scene, place, metric, metric_mention)
    found.chain(previous)
    return found.all


class SubjectCandidates:
    """Gathers the candidates of one quantity; the nearest role of a name comes first."""

    def __init__(self, scene: Scene, place: Place, metric: str, mention: MetricMention | None) -> None:
        self.scene = scene
        self.tree = scene.tree
        self.place = place
        self.metric = metric
        self.named = mention if mention is not None and mention.kind == "noun" else None
        self.kind = {"money": "money", "percent": "percent", "count": "count"}.get(place.quantity.kind, "measure")
        self.start, self.end = scene.sentence(place.sentence)
        self.roles = roles(scene, place, mention)
        self.refs = "+".join(sorted(references(scene, place, self.roles)))
        self.subjects = subject_kinds(scene, place)
        self.coarse = coarse(self.subjects)
        self.local = bool(scene.mentions.get(place.sentence))
        self.recency = _recency(scene, place)
        self.which = _relative_clause(scene, place)
        self.opened = _opened(scene, place)
        self.topic = _topics(scene, place)
        self.contrast = _contrast(scene, place)
        self.described = False
        self.out: dict[str, SubjectCandidate] = {}
        self._collect()

    @property
    def all(self) -> list[SubjectCandidate]:
        """All candidates."""
        return list(self.out.values())

    def _collect(self) -> None:
        scene, place = self.scene, self.place
        for offset in (0, -1, -2):
            index = place.sentence + offset
            if index < 0:
                continue
            for m in scene.mentions.get(index, ()):
                if not (m.start < place.end and place.start < m.end) and not _ticker(scene, m):
                    self.mention(m, offset)
        self.antecedents()
        self.headings()
        self.salient()
        if place.sentence in scene.parsed:
            self.noun_phrases()
        self.sentence_before()
        self.add(None, -1, -1, "null", [(group.nobody, self.metric, self.kind, self.local, around(scene, place).verb)])

    def add(self, name: str | None, first: int, last: int, relation: str, features: list[Feature]) -> None:
        """Add a candidate; of one known, only that it stands in this relation too."""
        key = (name or "").lower()
        existing = self.out.get(key)
        if existing is None:
            self.out[key] = SubjectCandidate(name, first, last, relation, [*self.related(relation), *features])
            return
        # What a name is besides its nearest role counts apart, or a name often mentioned would win by addition.
        existing.marks += self.also(relation, existing)

    # Names ---------------------------------------------------------------------------

    def entity(self, m: Mention) -> list[Feature]:
        """Features of what a mention stands for, wherever it stands."""
        scene, metric = self.scene, self.metric
        standing = _standing(scene, m)
        kind, detail, source = standing[1], standing[2], standing[7]
        shape = _shape(m.name)
        return [
            standing,
            (group.owner, kind, detail, source, metric, self.kind),
            (group.recency, self.recency.get(m.entity, "-"), kind, metric, self.refs),
            (group.topic, self.topic.get(m.entity, "not"), kind, self.refs, metric),
            (group.spelt, kind, shape),
            (group.found, m.source, kind, shape, metric),
        ]

    def mention(self, m: Mention, offset: int) -> None:
        """A name of the sentence, or of one of the two before."""
        tree, metric, place = self.tree, self.metric, self.place
        features = self.entity(m)
        prior = tree.lower[m.start - 1] if m.start else "^"
        if offset == 0:
            role = next((self.roles[i] for i in range(m.start, m.end) if i in self.roles), "")
            left = m.end <= place.start
            relation = role or ("left" if left else "right")
            distance = place.start - m.end if left else m.start - place.end
            between = min(self.scene.quantities_between(m.start, place.start), 3)
            behind = tree.orth[m.end] if m.end < len(tree) else ""
            post = tree.lower[m.end] if m.end < len(tree) else "$"
            if post[:1].isalpha() and post not in {"said", "says"}:
                post = "w"
            features += [
                (group.role, relation, m.kind, metric, m.detail),
                (group.position, "L" if left else "R", bucket(distance), between, m.kind, relation),
                (group.neighbours, prior, post, m.start == self.start, m.kind),
            ]
            if between == 0:
                features.append(f"leftnext|{m.kind}" if left else f"rightnext|{m.kind}|prior={prior}")
            features += self.gap(m.start, m.end, m.kind)
            if m.end == self.which:
                features += ["which", f"which|{m.kind}"]
            if behind in _POSSESSIVE:
                features.append((group.possessive, m.kind, self.kind, m.end <= place.attach < m.end + 6))
        else:
            relation = f"back{-offset}"
            begin = self.scene.sentence(place.sentence + offset)[0]
            position = "first" if m.start - begin <= 2 else "in"
            features += [
                (group.before, relation, position, m.kind, self.refs, self.local, _dependency(self.scene, m)),
                (group.same_paragraph, relation, self.topic.get(m.entity, "not"), position, m.kind),
                f"back|prior={prior}",
            ]
        name = clean_name(m.name)
        self.add(name, m.start, m.end, relation, features)
        if " of " in name:
            self.add(name.split(" of ", 1)[0], m.start, m.end, relation, [*features, f"beforeof|{m.kind}"])
        if 0 <= m.entity < len(self.scene.entities):
            full = clean_name(self.scene.entities[m.entity].name)
            if len(full) > len(name) and full.lower() != name.lower():
                words = len(full.split())
                mark = f"fullname|short={name.isupper()}|{m.kind}|{min(words, 4)}"
                self.add(full, m.start, m.end, relation, [*features, mark])
        if m.kind == "group" and m.canonical:
            self.add(m.canonical, m.start, m.end, relation, [*features, f"demonymplace|m={metric}"])

    def gap(self, start: int, end: int, kind: str) -> list[Feature]:
        """The very words between a name and the quantity, where they are few and hold no other name."""
        place = self.place
        left = end <= place.start
        low, high = (end, place.start) if left else (place.end, start)
        out: list[Feature] = []
        if left and self.opened is not None and 0 <= self.opened - end <= 1:
            out += ["paren", f"paren|{kind}"]
        if 0 <= high - low <= _GAP and not self.scene.names_between(low, high):
            words = self.tree.lower[low:high]
            text = " ".join([_digitless(word) for word in words])
            side = "L" if left else "R"
            out += [f"gap{side}={text}", f"gap{side}={text}|{kind}"]
            if words:
                out.append(f"gap{side}1={words[0]}|{kind}")
                joint = next((w for w, p in zip(words, self.tree.pos[low:high], strict=True) if p == "ADP"), "-")
                out += [f"gap{side}p={joint}|{kind}", f"gap{side}p={joint}|{kind}|{self.contrast}"]
        return out

    def antecedents(self) -> None:
        """What pronouns and descriptions stand for, and the name in a respective list."""
        scene, place = self.scene, self.place
        for index, how in (*resolved(scene, place, self.roles), *respective(scene, place)):
            m = scene.all_mentions[index]
            self.described = True
            mark = (group.antecedent, how, m.kind, self.metric, self.coarse)
            name = clean_name(m.name)
            existing = self.out.get(name.lower())
            if existing is not None:
                existing.marks += [f"rel={how}", f"{how}|{group.relation_class(existing.relation)}", mark]
            else:
                self.add(name, m.start, m.end, how, [*self.entity(m), mark])

    def headings(self) -> None:
        """Names of the heading above, and of the title."""
        scene, sentence = self.scene, self.place.sentence
        for index, tag in ((scene.heading_of[sentence], "heading"), (0, "title")):
            if index >= 0 and abs(index - sentence) > 2:
                for m in scene.mentions.get(index, ()):
                    self.add(clean_name(m.name), m.start, m.end, tag, [*self.entity(m), f"{tag}|{m.kind}"])

    def salient(self) -> None:
        """The most mentioned names."""
        scene = self.scene
        for entity in scene.salience[:3]:
            e = scene.entities[entity]
            if e.mentions:
                m = scene.all_mentions[e.mentions[0]]
                mark = (group.salient, self.refs, e.kind, self.local)
                self.add(clean_name(e.name), m.start, m.end, "salient", [*self.entity(m), mark])

    # Noun phrases ----------------------------------------------------------------------

    def noun_phrases(self) -> None:
        """Noun phrases in telling roles."""
        scene, place, metric, named = self.scene, self.place, self.metric, self.named
        for head, role in self.roles.items():
            noun = None if _owns_nothing(role) else noun_at(scene, head, place)
            if noun is None:
                continue
            owners, descriptor, rough = noun.owners, noun.descriptor, noun.rough
            if (
                named is not None
                and named.start <= head < named.end
                and not (owners or descriptor or noun.lemma == "market")
            ):
                continue  # "Acme's revenue" is what is measured, not whose it is
            if noun.definite and self.described and descriptor in {"org", "product"}:
                continue  # "the company" is somebody named before
            relation = f"np_{role}"
            of_head: list[Feature] = [
                (group.noun, noun.lemma, owners, noun.fine, rough, metric),
                (group.noun_role, role, owners, descriptor, noun.metric, noun.fine, rough),
                f"npplural={noun.plural}|{role}|{self.kind}",
            ]
            for p in noun.phrases:
                length = p.last - p.first
                distance = place.start - p.last if p.last <= place.start else p.first - place.end
                features: list[Feature] = [
                    *of_head, (group.phrase, role, p.shape, metric), (group.phrase_words, p.shape, p.proper, noun.metric, p.whole, noun.plural, rough),
                    (group.phrase_metric, p.whole, length == 1 and not p.proper, owners, metric), f"shape={p.shape}|len={min(length, 6)}",
                    (group.determined, p.determiner, descriptor, rough), f"npdist={bucket(distance)}|{role}", *self.gap(p.first, p.last, "np"),
                ]  # fmt: skip
                self.add(p.text, p.first, p.last, relation, features)
                if p.unpossessed != p.text:
                    self.add(p.unpossessed, p.first, p.last, relation, [f"np={role}|{p.shape}|noposs"])

    def sentence_before(self) -> None:
        """What the sentence before was about, where that is no name."""
        scene, metric = self.scene, self.metric
        head = scene.main_subject(self.place.sentence - 1) if self.place.sentence else -1
        noun = noun_at(scene, head, self.place) if head >= 0 else None
        if noun is None or noun.descriptor in {"org", "product"}:
            return
        same = scene.paragraphs[self.place.sentence - 1] == scene.paragraphs[self.place.sentence]
        for p in noun.phrases:
            if p.shape not in {"np", "aged", "nopos"}:
                continue
            features: list[Feature] = [
                (group.noun, noun.lemma, noun.owners, noun.fine, noun.rough, metric),
                (group.noun_before, noun.owners, noun.plural, noun.rough, self.refs, same, self.local),
                (group.phrase_metric, p.whole, p.last - p.first == 1 and not p.proper, noun.owners, metric),
            ]
            self.add(p.text, p.first, p.last, "np_before", features)

    # Discourse -------------------------------------------------------------------------

    def chain(self, chosen: tuple[str | None, int] | None) -> None:
        """Add the subject of the quantity before, or that a candidate is that subject.

        Args:
            chosen: its name, and the sentence of its quantity.
        """
        if chosen is None:
            return
        link = self.link(chosen[1])
        if link is not None:
            self.add(chosen[0], -1, -1, link[0], [link[1]])

    def link(self, sentence: int) -> tuple[str, Feature] | None:
        """The relation of a subject chosen in an earlier sentence, and its features; None where it lies too far back."""
        if self.place.sentence - sentence > _CHAIN:
            return None
        pos = self.tree.pos
        gap = min(self.place.sentence - sentence, 3)
        own = self.place.sentence in self.scene.parsed and any(
            role.startswith("subj") and pos[t] in {"PROPN", "NOUN"} for t, role in self.roles.items()
        )
        return f"prev{gap}", (group.chained, gap, own, self.refs, self.metric, self.local)

    def related(self, relation: str) -> list[Feature]:
        """The features of a new candidate by its relation alone."""
        return [
            (group.related, relation, self.kind, self.subjects, self.coarse), (group.related_metric, relation, self.metric),
            (group.contrasted, self.contrast, relation),
        ]  # fmt: skip

    def also(self, relation: str, existing: SubjectCandidate) -> list[Feature]:
        """What another relation than its nearest says of a candidate."""
        nearest = existing.relation
        classes = group.relation_class(relation), group.relation_class(nearest)
        marks: list[Feature] = [(group.also, relation, nearest), (group.also_class, *classes, self.coarse)]
        return [mark for mark in marks if mark not in existing.marks]


@lru_cache(maxsize=1 << 10)
def _owns_nothing(role: str) -> bool:
    """Whether phrases in a role are hardly ever a subject that no other role gives: 1 of 400 in the gold articles."""
    return role == "nearR" or role.startswith("vprep1") or role.endswith(("_by", "_comp", "_ncomp", "_conj", "_appos"))


def _standing(scene: Scene, m: Mention) -> tuple[Any, ...]:
    """What the entity of a mention is to the article: a group, made once an entity."""
    found = scene.standings.get(m.entity)
    if found is not None:
        return found
    known = 0 <= m.entity < len(scene.entities)
    entity = scene.entities[m.entity] if known else None
    kind = entity.kind if entity is not None else m.kind
    detail = (entity.detail if entity is not None else m.detail) if kind in {"org", "place"} else ""
    count = len(entity.mentions) if entity is not None else 1
    found = (
        group.standing,
        kind,
        detail,
        min(scene.rank.get(m.entity, 9), 4),
        min(count, 6),
        m.entity in scene.title_entities,
        m.entity == scene.main_org,
        m.entity in scene.sources,
    )
    if known:
        scene.standings[m.entity] = found
    return found


def _topics(scene: Scene, place: Place) -> dict[int, str]:
    """The entities that the paragraph names before a quantity: first of all or too, and whether alone of their kind."""
    named = [e for e, at in scene.topics.get(scene.paragraphs[place.sentence], {}).items() if at < place.start]
    kinds = [scene.entities[e].kind for e in named]
    counts = Counter(kinds)
    return {
        e: ("too" if i else "first") + (" alone" if counts[kind] == 1 else "")
        for i, (e, kind) in enumerate(zip(named, kinds, strict=True))
    }


def _recency(scene: Scene, place: Place) -> dict[int, str]:
    """For entities mentioned shortly before a quantity: how many others of their kind came since (0 to 3)."""
    out: dict[int, str] = {}
    seen: dict[str, int] = {}
    latest = bisect_right(scene.mention_ends, place.start)
    sources = scene.sources
    for m in reversed(scene.all_mentions[max(0, latest - 40) : latest]):
        entity = m.entity
        if entity < 0 or entity in out or entity in sources:
            continue
        kind = scene.entities[entity].kind
        rank = seen.get(kind, 0)
        seen[kind] = rank + 1
        out[entity] = str(rank) if rank < 3 else "3"
    return out


def _relative_clause(scene: Scene, place: Place) -> int:
    """Where the name would end that the quantity's relative clause hangs on (``Disney, which had sales of $30bn``), or -1."""
    tree = scene.tree
    start, _ = scene.sentence(place.sentence)
    for i in range(place.start - 1, max(start, place.start - 12), -1):
        if tree.lower[i] in _RELATIVE:
            while i > start and tree.punct[i - 1]:
                i -= 1
            return i
    return -1


def _opened(scene: Scene, place: Place) -> int | None:
    """The token of the bracket that is open at a quantity."""
    orth = scene.tree.orth
    start, _ = scene.sentence(place.sentence)
    for i in range(place.start - 1, max(start, place.start - 15) - 1, -1):
        if orth[i] == ")":
            return None
        if orth[i] in {"(", "["}:
            return i
    return None


def _dependency(scene: Scene, m: Mention) -> str:
    """The role of a name in its own sentence, as far as it was parsed."""
    dep, heads = scene.tree.dep, scene.tree.head
    token = m.end - 1
    for _ in range(3):
        if dep[token] in {"compound", "amod", "nmod", "nummod", "appos"} and heads[token] != token:
            token = heads[token]
        else:
            break
    return dep[token] or "-"


_CONTRASTS = frozenset(["compared", "against", "versus", "vs", "vs.", "than", "while", "whereas", "and", "but", "with", "to", "from", "or", "nor"])
"""Words before a quantity that set it beside another."""


def _contrast(scene: Scene, place: Place) -> str:
    """The nearest word, among the four before a quantity, that sets it beside another; ``-`` for none."""
    lower = scene.tree.lower
    start, _ = scene.sentence(place.sentence)
    for i in range(place.start - 1, max(start, place.start - 5) - 1, -1):
        if lower[i] in _CONTRASTS:
            return lower[i]
    return "-"


@lru_cache(maxsize=1 << 12)
def _shape(name: str) -> str:
    """A name's spelling in one word."""
    if any(c.isdigit() for c in name):
        return "digit"
    if name.isupper():
        return "upper"
    return "title" if name[:1].isupper() else "lower"


@lru_cache(maxsize=1 << 13)
def _digitless(word: str) -> str:
    """A word, or ``#`` for one with a digit."""
    return "#" if any(c.isdigit() for c in word) else word


def _ticker(scene: Scene, m: Mention) -> bool:
    """``(NYSE: IBM)``: an exchange and a code in parentheses name nobody else."""
    tree = scene.tree
    if ":" not in tree.orth[m.end : m.end + 1] and tree.orth[max(0, m.start - 1)] != ":":
        return False
    return (
        tree.slice(m.start, m.end).isupper()
        and bool(re.search(r"\([^()]{0,12}$", tree.slice(max(0, m.start - 3), m.start)))
        and bool(re.match(r"[A-Z .&]*(?::\s*[A-Z.]+)?\)", tree.slice(m.start, m.end + 4)))
    )
