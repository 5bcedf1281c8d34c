"""Candidates for a quantity's subject: names and noun phrases of the sentence, and of the discourse."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from spacy.tokens import Doc

from claimlines.binding.coreference import references, resolved, respective
from claimlines.binding.roles import coarse, is_metric_noun, only_metric, phrases, roles, subject_kinds
from claimlines.binding.scene import Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.metrics import MetricMention
from claimlines.names import Mention
from claimlines.surface import plain
from claimlines.vectors import vectors

__all__ = ["SubjectCandidate", "subject_candidates"]

_DETERMINER = re.compile(
    r"^(?:the|a|an|its|their|his|her|our|your|my|this|that|these|those|some|all|many|most|more|other|each|every|both|any|another|several|such|no|of|whose|just|only|also)\s+",
    re.IGNORECASE,
)
_PRONOUNS = {"it", "its", "they", "their", "them", "he", "his", "she", "her", "we", "our", "us", "itself", "i", "my"}
_ENTITY_LEVEL = ("ek=", "ed=", "rank=", "count=", "intitle=", "mainorg=", "source=", "rec=")
_POSSESSIVE = {"\u2019s", "'s", "\u2019", "'"}
_RELATIVE = {"which", "who", "whose", "where"}
_GAP = 5
"""Tokens between a name and a quantity that are features word for word."""


@dataclass(slots=True)
class SubjectCandidate:
    """A name (or None), the tokens that give it, and its features."""

    name: str | None
    start: int
    end: int
    relation: str
    features: list[str] = field(default_factory=list)


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
    return _Candidates(scene, place, metric, metric_mention).collect(previous)


class _Candidates:
    """Gathers the candidates of one quantity; the nearest role of a name comes first."""

    def __init__(self, scene: Scene, place: Place, metric: str, mention: MetricMention | None) -> None:
        self.scene = scene
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
        self.out: dict[str, SubjectCandidate] = {}

    def collect(self, previous: tuple[str | None, int] | None) -> list[SubjectCandidate]:
        """All candidates."""
        scene, place = self.scene, self.place
        for offset in (0, -1, -2):
            index = place.sentence + offset
            if index < 0:
                continue
            for m in scene.mentions.get(index, ()):
                if not (m.start < place.span.end and place.span.start < m.end) and not _ticker(scene.doc, m):
                    self.mention(m, offset)
        self.antecedents()
        self.headings()
        self.salient()
        if place.sentence in scene.parsed:
            self.noun_phrases()
        self.previous(previous)
        v = around(scene, place).verb
        self.add(
            None, -1, -1, "null",
            [f"null|m={self.metric}", f"null|k={self.kind}", f"null|names={self.local}", f"null|v={v}"],
        )  # fmt: skip
        return list(self.out.values())

    def add(self, name: str | None, first: int, last: int, relation: str, features: list[str]) -> None:
        """Add a candidate, or what is new of one known."""
        key = (name or "").lower()
        existing = self.out.get(key)
        group = _class(relation)
        if existing is None:
            self.out[key] = SubjectCandidate(name, first, last, relation, [
                f"rel={relation}", f"rel={relation}|m={self.metric}", f"rel={relation}|k={self.kind}", f"P={relation}|{self.subjects}",
                f"C={group}|{self.coarse}", f"C={group}|{self.coarse}|k={self.kind}", f"C={group}|m={self.metric}", *features,
            ])  # fmt: skip
            return
        # What a name is besides its nearest role counts apart, or a name often mentioned would win by addition.
        seen = set(existing.features)
        existing.features += [
            mark
            for mark in [
                f"also={relation}|{existing.relation}", f"A={group}|{_class(existing.relation)}|{self.coarse}",
                *(f for f in features if f.startswith(_ENTITY_LEVEL)),
            ]
            if mark not in seen
        ]  # fmt: skip

    # Names ---------------------------------------------------------------------------

    def entity(self, m: Mention) -> list[str]:
        """Features of what a mention stands for, wherever it stands."""
        scene, metric = self.scene, self.metric
        known = 0 <= m.entity < len(scene.entities)
        entity = scene.entities[m.entity] if known else None
        ek = entity.kind if entity is not None else m.kind
        count = len(entity.mentions) if entity is not None else 1
        detail = (entity.detail if entity is not None else m.detail) if ek in {"org", "place"} else ""
        source = m.entity in scene.sources
        recent = self.recency.get(m.entity, "-")
        shape = _shape(m.name)
        return [
            f"ek={ek}|m={metric}", f"ek={ek}|k={self.kind}", f"ed={detail}", f"ed={detail}|m={metric}",
            f"rank={min(scene.rank.get(m.entity, 9), 4)}|{ek}", f"count={min(count, 6)}", f"intitle={m.entity in scene.title_entities}|{ek}",
            f"mainorg={m.entity == scene.main_org}", f"source={source}|{ek}", f"src={m.source}|{ek}", f"source={source}|m={metric}|{ek}",
            f"rec={recent}|{ek}", f"rec={recent}|{ek}|m={metric}", f"rec={recent}|{ek}|refs={self.refs}", f"ek={ek}|sh={shape}", f"sh={shape}|m={metric}",
        ]  # fmt: skip

    def mention(self, m: Mention, offset: int) -> None:
        """A name of the sentence, or of one of the two before."""
        doc, metric, place = self.scene.doc, self.metric, self.place
        features = self.entity(m)
        prior = doc[m.start - 1].lower_ if m.start else "^"
        if offset == 0:
            role = next((self.roles[i] for i in range(m.start, m.end) if i in self.roles), "")
            left = m.end <= place.span.start
            relation = role or ("left" if left else "right")
            distance = place.span.start - m.end if left else m.start - place.span.end
            between = min(self.scene.quantities_between(m.start, place.span.start), 3)
            side = "L" if left else "R"
            post = doc[m.end].lower_ if m.end < len(doc) else "$"
            if post[:1].isalpha() and post not in {"said", "says"}:
                post = "w"
            features += [
                f"role={relation}|{m.kind}", f"role={relation}|m={metric}|{m.kind}", f"role={relation}|{m.detail}", f"{side}|{bucket(distance)}|{m.kind}",
                f"{side}|b={between}|{m.kind}", f"prior={prior}|{m.kind}", f"post={post}|{m.kind}", f"{side}|b={between}|{relation}",
                f"first={m.start == self.start}|{m.kind}",
            ]  # fmt: skip
            if between == 0:
                features += [f"leftnext|{m.kind}"] if left else [f"rightnext|{m.kind}|prior={prior}"]
            features += self.gap(m.start, m.end, m.kind)
            if m.end == self.which:
                features += ["which", f"which|{m.kind}"]
            if doc[m.end : m.end + 1].text in _POSSESSIVE:
                near = place.attach.i in range(m.end, m.end + 6)
                features += [f"possessive|{m.kind}|{self.kind}", f"possessive|adj={near}|{m.kind}"]
        else:
            relation = f"back{-offset}"
            begin = self.scene.sentence(place.sentence + offset)[0]
            position = "first" if m.start - begin <= 2 else "in"
            dep = _dependency(doc, m)
            features += [
                f"{relation}|{position}|{m.kind}", f"{relation}|refs={self.refs}|{m.kind}|{position}", f"{relation}|names={self.local}|{m.kind}",
                f"{relation}|{dep}|{m.kind}", f"{relation}|{dep}|refs={self.refs}", f"back|prior={prior}",
            ]  # fmt: skip
        name = _clean(m.name)
        self.add(name, m.start, m.end, relation, features)
        if 0 <= m.entity < len(self.scene.entities):
            full = _clean(self.scene.entities[m.entity].name)
            if full.lower() != name.lower() and len(full) > len(name):
                words = len(full.split())
                mark = f"fullname|short={name.isupper()}|{m.kind}|{min(words, 4)}"
                self.add(full, m.start, m.end, relation, [*features, mark])
        if m.kind == "group" and m.canonical:
            self.add(m.canonical, m.start, m.end, relation, [*features, f"demonymplace|m={metric}"])

    def gap(self, start: int, end: int, kind: str) -> list[str]:
        """The very words between a name and the quantity, where they are few and hold no other name."""
        doc, span = self.scene.doc, self.place.span
        left = end <= span.start
        low, high = (end, span.start) if left else (span.end, start)
        out = []
        if left and self.opened is not None and 0 <= self.opened - end <= 1:
            out += ["paren", f"paren|{kind}"]
        if 0 <= high - low <= _GAP and not self.scene.names_between(low, high):
            words = [t.lower_ for t in doc[low:high]]
            text = " ".join("#" if any(c.isdigit() for c in w) else w for w in words)
            side = "L" if left else "R"
            out += [f"gap{side}={text}", f"gap{side}={text}|{kind}"]
            if words:
                out.append(f"gap{side}1={words[0]}|{kind}")
        return out

    def antecedents(self) -> None:
        """What pronouns and descriptions stand for, and the name in a respective list."""
        scene, place = self.scene, self.place
        for index, how in (*resolved(scene, place, self.roles), *respective(scene, place)):
            m = scene.all_mentions[index]
            marks = [f"{how}|{m.kind}", f"{how}|m={self.metric}", f"{how}|{self.coarse}"]
            existing = self.out.get(_clean(m.name).lower())
            if existing is not None:
                existing.features += [f"rel={how}", f"{how}|{_class(existing.relation)}", *marks]
            else:
                self.add(_clean(m.name), m.start, m.end, how, [*self.entity(m), *marks])

    def headings(self) -> None:
        """Names of the heading above, and of the title."""
        scene, sentence = self.scene, self.place.sentence
        for index, tag in ((scene.heading_of[sentence], "heading"), (0, "title")):
            if index >= 0 and abs(index - sentence) > 2:
                for m in scene.mentions.get(index, ()):
                    self.add(_clean(m.name), m.start, m.end, tag, [*self.entity(m), f"{tag}|{m.kind}"])

    def salient(self) -> None:
        """The most mentioned names, and the latest of each kind."""
        scene = self.scene
        chosen = scene.salience[:3] + [e for e, r in self.recency.items() if r == "0"]
        for entity in dict.fromkeys(chosen):
            e = scene.entities[entity]
            if e.mentions:
                m = scene.all_mentions[e.mentions[0]]
                marks = [f"refs={self.refs}|salient|{e.kind}", f"local={self.local}|salient"]
                relation = "salient" if entity in scene.salience[:3] else "recent"
                self.add(_clean(e.name), m.start, m.end, relation, [*self.entity(m), *marks])

    # Noun phrases ----------------------------------------------------------------------

    def noun_phrases(self) -> None:
        """Noun phrases in telling roles."""
        doc, metric = self.scene.doc, self.metric
        known = vectors()
        for token, role in self.roles.items():
            head = doc[token]
            found = phrases(doc, head, self.place)
            if not found:
                continue
            lemma = head.lemma_.lower()
            group = self.scene.names.groups.get(lemma, "")
            descriptor = self.scene.names.descriptors.get(lemma, "")
            plural = head.tag_ in {"NNS", "NNPS"}
            named = self.named
            if named is not None and named.start <= token < named.end and not (group or descriptor or lemma == "market"):
                continue  # "Acme's revenue" is what is measured, not whose it is
            metricish = is_metric_noun(self.scene, self.place, head)
            fine, rough = known.fine(lemma), known.coarse(lemma)
            for first, last, shape in found:
                text = _clean(doc[first:last].text)
                if not text or len(text) > 90 or text.lower() in _PRONOUNS:
                    continue
                proper = any(t.pos_ == "PROPN" for t in doc[first:last])
                whole = only_metric(self.scene, self.place, first, last)
                before = doc[max(first - 1, 0)]
                determiner = before.lower_ if before.pos_ in {"DET", "PRON"} else "-"
                distance = self.place.span.start - last if last <= self.place.span.start else first - self.place.span.end
                features = [
                    f"np={role}|{shape}", f"np={role}|{shape}|m={metric}", f"npg={group}|m={metric}", f"npg={group}|{role}", f"npd={descriptor}|{role}",
                    f"nphead={lemma}", f"npplural={plural}|{role}|{self.kind}", f"npproper={proper}|{shape}", f"npmetric={metricish}|{role}",
                    f"npmetric={metricish}|whole={whole}|{shape}", f"npwhole={whole}|m={metric}",
                    f"npgen={last - first == 1 and not proper}|g={group}|m={metric}", f"shape={shape}|len={min(last - first, 6)}",
                    f"npdet={determiner}|{descriptor}", f"npm={metric}|{lemma}", f"npdist={bucket(distance)}|{role}",
                    f"npf={fine}", f"npf={fine}|{role}", f"npc={rough}|{role}", f"npc={rough}|m={metric}", f"npc={rough}|{shape}|{plural}", f"npdet={determiner}|{rough}",
                    *self.gap(first, last, "np"),
                ]  # fmt: skip
                self.add(text, first, last, f"np_{role}", features)
                bare = re.sub(r"[\u2019']s ", " ", text)
                if bare != text:
                    self.add(bare, first, last, f"np_{role}", [f"np={role}|{shape}|noposs"])

    # Discourse -------------------------------------------------------------------------

    def previous(self, chosen: tuple[str | None, int] | None) -> None:
        """The subject of the quantity before."""
        if chosen is None or self.place.sentence - chosen[1] > 4:
            return
        scene, doc = self.scene, self.scene.doc
        gap = min(self.place.sentence - chosen[1], 3)
        own = self.place.sentence in scene.parsed and any(
            role.startswith("subj") and doc[t].pos_ in {"PROPN", "NOUN"} for t, role in self.roles.items()
        )
        self.add(
            chosen[0], -1, -1, f"prev{gap}",
            [
                f"prevsubj={gap}|own={own}", f"prevsubj={gap}|refs={self.refs}", f"prevsubj={gap}|m={self.metric}", f"prevsubj={gap}|names={self.local}",
            ],
        )  # fmt: skip


def _recency(scene: Scene, place: Place) -> dict[int, str]:
    """For entities mentioned shortly before a quantity: how many others of their kind came since (0 to 3)."""
    out: dict[int, str] = {}
    seen: dict[str, int] = {}
    latest = bisect_right(scene.mention_ends, place.span.start)
    for k in range(latest - 1, max(-1, latest - 41), -1):
        m = scene.all_mentions[k]
        if m.entity < 0 or m.entity in out or m.entity in scene.sources:
            continue
        kind = scene.entities[m.entity].kind
        rank = seen.get(kind, 0)
        seen[kind] = rank + 1
        out[m.entity] = str(rank) if rank < 3 else "3"
    return out


def _relative_clause(scene: Scene, place: Place) -> int:
    """Where the name would end that the quantity's relative clause hangs on (``Disney, which had sales of $30bn``), or -1."""
    doc = scene.doc
    start, _ = scene.sentence(place.sentence)
    for i in range(place.span.start - 1, max(start, place.span.start - 12), -1):
        if doc[i].lower_ in _RELATIVE:
            while i > start and doc[i - 1].is_punct:
                i -= 1
            return i
    return -1


def _opened(scene: Scene, place: Place) -> int | None:
    """The token of the bracket that is open at a quantity."""
    doc = scene.doc
    start, _ = scene.sentence(place.sentence)
    for i in range(place.span.start - 1, max(start, place.span.start - 15) - 1, -1):
        if doc[i].text == ")":
            return None
        if doc[i].text in {"(", "["}:
            return i
    return None


def _dependency(doc: Doc, m: Mention) -> str:
    """The role of a name in its own sentence, as far as it was parsed."""
    token = doc[m.end - 1]
    for _ in range(3):
        if token.dep_ in {"compound", "amod", "nmod", "nummod", "appos"} and token.head.i != token.i:
            token = token.head
        else:
            break
    return token.dep_ or "-"


def _shape(name: str) -> str:
    """A name's spelling in one word."""
    if any(c.isdigit() for c in name):
        return "digit"
    if name.isupper():
        return "upper"
    return "title" if name[:1].isupper() else "lower"


def _ticker(doc: Doc, m: Mention) -> bool:
    """``(NYSE: IBM)``: an exchange and a code in parentheses name nobody else."""
    return (
        bool(re.search(r"\([^()]{0,12}$", doc[max(0, m.start - 3) : m.start].text + doc[m.start : m.start].text))
        and bool(re.match(r"[A-Z .&]*(?::\s*[A-Z.]+)?\)", doc[m.start : m.end + 4].text))
        and doc[m.start : m.end].text.isupper()
        and (doc[m.end : m.end + 1].text == ":" or doc[max(0, m.start - 1)].text == ":")
    )


def _class(relation: str) -> str:
    """A relation as one of few classes."""
    if relation in {"subj0", "subj0_poss", "subj0_comp", "subj0_ncomp"}:
        return "subject"
    if relation.startswith("subj0_"):
        return "subjectpp"
    if relation.startswith(("subj", "agent")):
        return "upper"
    if relation.startswith(("own", "att", "obj", "up", "vprep")):
        return "close"
    if relation.startswith("np_"):
        return "np" + _class(relation[3:])
    if relation.startswith("near"):
        return "near"
    return relation


def _clean(text: str) -> str:
    """A name as claims write it: one line, no determiner, no possessive at the end."""
    text = " ".join(text.replace("\u200b", "").split())
    text = (
        re.sub(r"^[•\-–—*#>\"“'‘(\s]+|[\s\"”,.;:]+$", "", text)
        if not text.endswith(("Inc.", "Corp.", "Co.", "Ltd.", "U.S.", "Bros."))
        else re.sub(r"^[•\-–—*#>\"“'‘(\s]+", "", text)
    )
    text = re.sub(r"[’'](?:s)?$", "", text)
    for _ in range(2):
        text = _DETERMINER.sub("", text)
    return plain(text).strip() if "\u2019" not in text else text.strip()
