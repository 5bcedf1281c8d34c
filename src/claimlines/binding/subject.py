"""Candidates for a quantity's subject: names and noun phrases of the sentence, and of the discourse."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from claimlines.binding.scene import Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.names import Mention
from claimlines.surface import plain

__all__ = ["SubjectCandidate", "subject_candidates"]

_MODIFIERS = {"compound", "amod", "nmod", "poss", "nummod", "case", "punct", "advmod", "quantmod", "npadvmod"}
_DETERMINER = re.compile(
    r"^(?:the|a|an|its|their|his|her|our|your|my|this|that|these|those|some|all|many|most|more|other|each|every|both|any|another|several|such|no|of|whose|just|only|new|latest|also)\s+",
    re.IGNORECASE,
)
_PRONOUNS = {"it", "its", "they", "their", "them", "he", "his", "she", "her", "we", "our", "us", "itself", "i", "my"}
_METRICS_OF_GROUP = {"survey_share", "penetration_rate", "adoption_rate"}


@dataclass(slots=True)
class SubjectCandidate:
    """A name (or None), the tokens that give it, and its features."""

    name: str | None
    start: int
    end: int
    relation: str
    features: list[str] = field(default_factory=list)


def subject_candidates(scene: Scene, place: Place, metric: str, aspect: str, previous: tuple[str | None, int] | None) -> list[SubjectCandidate]:
    """The candidates for one quantity.

    Args:
        metric: its metric.
        aspect: its aspect class.
        previous: subject chosen for the quantity before, and its sentence.
    """
    doc = scene.doc
    q = place.quantity
    words = around(scene, place)
    kind = {"money": "money", "percent": "percent", "count": "count"}.get(q.kind, "measure")
    out: dict[str, SubjectCandidate] = {}
    roles = _roles(scene, place)
    start, end = scene.sentence(place.sentence)

    def add(name: str | None, first: int, last: int, relation: str, features: list[str]) -> None:
        key = (name or "").lower()
        marks = [f"rel={relation}", f"rel={relation}|m={metric}", f"rel={relation}|k={kind}", *features]
        existing = out.get(key)
        if existing is None:
            out[key] = SubjectCandidate(name, first, last, relation, marks)
        else:
            seen = set(existing.features)
            existing.features += [m for m in marks if m not in seen]

    refs = _references(scene, place, roles)
    nearest: dict[str, int] = {}
    for offset in (0, -1, -2):
        index = place.sentence + offset
        if index < 0:
            continue
        for m in scene.mentions.get(index, ()):
            if m.start < place.span.end and place.span.start < m.end:
                continue
            _add_mention(scene, place, m, offset, metric, kind, roles, refs, nearest, add)
    heading = scene.heading_of[place.sentence]
    for index, tag in ((heading, "heading"), (0, "title")):
        if index < 0 or abs(index - place.sentence) <= 2:
            continue
        for m in scene.mentions.get(index, ()):
            add(_clean(m.name), m.start, m.end, tag, [*_entity_features(scene, m, metric, kind), f"{tag}|{m.kind}"])
    for entity in scene.salience[:3]:
        e = scene.entities[entity]
        if e.mentions:
            m = scene.all_mentions[e.mentions[0]]
            add(_clean(e.name), m.start, m.end, "salient", [*_entity_features(scene, m, metric, kind), f"refs={'+'.join(sorted(refs))}|salient|{e.kind}", f"local={bool(scene.mentions.get(place.sentence))}|salient"])
    if place.sentence in scene.parsed:
        for token, role in roles.items():
            for first, last, shape in _phrases(doc, doc[token], place):
                text = _clean(doc[first:last].text)
                if not text or len(text) > 90 or text.lower() in _PRONOUNS:
                    continue
                head = doc[token]
                lemma = head.lemma_.lower()
                group = scene.names.groups.get(lemma, "")
                descriptor = scene.names.descriptors.get(lemma, "")
                plural = head.tag_ in {"NNS", "NNPS"}
                proper = any(t.pos_ == "PROPN" for t in doc[first:last])
                metricish = _is_metric_noun(scene, place, head)
                add(text, first, last, f"np_{role}", [
                    f"np={role}|{shape}", f"np={role}|{shape}|m={metric}", f"npg={group}|m={metric}", f"npg={group}|{role}", f"npd={descriptor}|{role}", f"nphead={lemma}",
                    f"npplural={plural}|{role}|{kind}", f"npproper={proper}|{shape}", f"npmetric={metricish}|{role}", f"shape={shape}|len={min(last - first, 6)}",
                    f"npdet={doc[max(first - 1, 0)].lower_ if doc[max(first - 1, 0)].pos_ in ('DET', 'PRON') else '-'}|{descriptor}", f"npm={metric}|{lemma}", f"npdist={bucket(place.span.start - last if last <= place.span.start else first - place.span.end)}|{role}",
                ])  # fmt: skip
                plain_text = re.sub(r"[’']s ", " ", text)
                if plain_text != text:
                    add(plain_text, first, last, f"np_{role}", [f"np={role}|{shape}|noposs"])
    if previous is not None and place.sentence - previous[1] <= 4:
        gap = min(place.sentence - previous[1], 3)
        own = bool(roles and place.sentence in scene.parsed and any(doc[t].pos_ in {"PROPN", "NOUN"} for t, r in roles.items() if r.startswith("subj")))
        add(previous[0], -1, -1, f"prev{gap}", [f"prevsubj={gap}|own={own}", f"prevsubj={gap}|refs={'+'.join(sorted(refs))}", f"prevsubj={gap}|m={metric}", f"prevsubj={gap}|names={bool(scene.mentions.get(place.sentence))}"])
    add(None, -1, -1, "null", [f"null|m={metric}", f"null|k={kind}", f"null|names={bool(scene.mentions.get(place.sentence))}", f"null|v={words.verb}"])
    return list(out.values())


def _add_mention(scene: Scene, place: Place, m: Mention, offset: int, metric: str, kind: str, roles: dict[int, str], refs: set[str], nearest: dict[str, int], add: object) -> None:
    doc = scene.doc
    features = _entity_features(scene, m, metric, kind)
    if offset == 0:
        role = next((roles[i] for i in range(m.start, m.end) if i in roles), "")
        left = m.end <= place.span.start
        distance = place.span.start - m.end if left else m.start - place.span.end
        between = scene.quantities_between(m.start, place.span.start)
        side = "L" if left else "R"
        key = f"{side}|{m.kind}"
        order = nearest.get(key, 0)
        nearest[key] = order + 1
        prior = doc[m.start - 1].lower_ if m.start else "^"
        post = doc[m.end].lower_ if m.end < len(doc) else "$"
        relation = role or ("left" if left else "right")
        features += [
            f"role={relation}|{m.kind}", f"role={relation}|m={metric}|{m.kind}", f"role={relation}|{m.detail}", f"{side}|{bucket(distance)}|{m.kind}", f"{side}|b={min(between, 3)}|{m.kind}",
            f"prior={prior}|{m.kind}", f"post={post if not post[:1].isalpha() or post in {'said', 'says'} else 'w'}|{m.kind}", f"{side}|b={min(between, 3)}|{relation}",
            f"first={m.start == scene.sentence(place.sentence)[0]}|{m.kind}",
        ]  # fmt: skip
        if not left and between == 0:
            features.append(f"rightnext|{m.kind}|prior={prior}")
        if left and between == 0:
            features.append(f"leftnext|{m.kind}")
        if doc[m.end : m.end + 1].text in {"’s", "'s", "’", "'"}:
            owned = doc[m.end + 1 : m.end + 5].text.lower()
            features.append(f"possessive|{m.kind}|{kind}")
            features.append(f"possessive|adj={place.attach.i in range(m.end, m.end + 6)}|{m.kind}")
            del owned
    else:
        relation = f"back{-offset}"
        position = "first" if m.start - scene.sentence(place.sentence + offset)[0] <= 2 else "in"
        features += [f"{relation}|{position}|{m.kind}", f"{relation}|refs={'+'.join(sorted(refs))}|{m.kind}|{position}", f"{relation}|names={bool(scene.mentions.get(place.sentence))}|{m.kind}"]
    name = _clean(m.name)
    add(name, m.start, m.end, relation, features)  # type: ignore[operator]
    if m.entity >= 0 and m.entity < len(scene.entities):
        full = _clean(scene.entities[m.entity].name)
        if full.lower() != name.lower() and len(full) > len(name):
            add(full, m.start, m.end, relation, [*features, f"fullname|short={name.isupper()}|{m.kind}"])  # type: ignore[operator]
    if m.kind == "group" and m.canonical:
        add(m.canonical, m.start, m.end, relation, [*features, f"demonymplace|m={metric}"])  # type: ignore[operator]


def _entity_features(scene: Scene, m: Mention, metric: str, kind: str) -> list[str]:
    rank = scene.rank.get(m.entity, 9)
    entity = scene.entities[m.entity] if 0 <= m.entity < len(scene.entities) else None
    ek = entity.kind if entity is not None else m.kind
    count = len(entity.mentions) if entity is not None else 1
    detail = (entity.detail if entity is not None else m.detail) if ek in {"org", "place"} else ""
    return [
        f"ek={ek}|m={metric}", f"ek={ek}|k={kind}", f"ed={detail}", f"ed={detail}|m={metric}", f"rank={min(rank, 4)}|{ek}", f"count={min(count, 6)}",
        f"intitle={m.entity in scene.title_entities}|{ek}", f"mainorg={m.entity == scene.main_org}", f"source={m.entity in scene.sources}|{ek}", f"src={m.source}|{ek}",
        f"source={m.entity in scene.sources}|m={metric}|{ek}",
    ]  # fmt: skip


def _roles(scene: Scene, place: Place) -> dict[int, str]:
    """Tokens that stand in a telling relation to the quantity, and which."""
    doc = scene.doc
    if place.sentence not in scene.parsed:
        return {}
    start, end = scene.sentence(place.sentence)
    roles: dict[int, str] = {}

    def put(token: Token, role: str) -> None:
        if start <= token.i < end and not place.span.start <= token.i < place.span.end and token.i not in roles:
            roles[token.i] = role

    def expand(token: Token, role: str) -> None:
        put(token, role)
        for child in token.children:
            if child.dep_ == "poss":
                put(child, role + "_poss")
            elif child.dep_ == "compound" and child.pos_ == "PROPN":
                put(child, role + "_comp")
            elif child.dep_ == "prep" and child.lower_ in {"of", "in", "for", "at", "by", "from", "among", "on", "with", "to"}:
                for p in child.children:
                    if p.dep_ == "pobj":
                        put(p, f"{role}_{child.lower_}")
                        for g in p.children:
                            if g.dep_ == "poss":
                                put(g, f"{role}_{child.lower_}_poss")
            elif child.dep_ in {"appos", "conj"} and child.pos_ in {"PROPN", "NOUN"}:
                put(child, role + "_" + child.dep_)

    for depth, verb in enumerate(place.verbs[:3]):
        for subject in scene.verb_subjects(verb):
            expand(subject, f"subj{depth}")
        for child in verb.children:
            if child.dep_ == "agent":
                for p in child.children:
                    if p.dep_ == "pobj":
                        put(p, f"agent{depth}")
            elif child.dep_ == "dobj" and depth == 0:
                expand(child, "obj")
            elif child.dep_ == "prep" and child.lower_ in {"in", "for", "at", "of", "among", "by", "from", "on", "to", "with", "across"} and depth < 2:
                for p in child.children:
                    if p.dep_ == "pobj":
                        put(p, f"vprep{depth}_{child.lower_}")
    expand(place.head, "own")
    if place.attach.i != place.head.i:
        expand(place.attach, "att")
    token = place.head
    for _ in range(4):
        if token.head.i == token.i or token.head.pos_ in {"VERB", "AUX"}:
            break
        token = token.head
        if token.pos_ in {"NOUN", "PROPN"}:
            expand(token, "up")
    for i in range(max(start, place.span.start - 6), min(end, place.span.end + 8)):
        t = doc[i]
        if t.pos_ in {"NOUN", "PROPN"} and t.i not in roles and not place.span.start <= i < place.span.end and t.dep_ not in {"compound"}:
            roles[i] = "nearL" if i < place.span.start else "nearR"
    return roles


def _phrases(doc: Doc, head: Token, place: Place) -> list[tuple[int, int, str]]:
    """Noun phrases around a head: bare, without its possessor, and with what follows it."""
    if head.pos_ in {"PRON", "DET"} and head.lower_ not in {"those"} or head.pos_ in {"VERB", "AUX", "PUNCT", "SPACE", "SYM"}:
        return []
    first = head.i
    while first > 0 and first > head.left_edge.i:
        prev = doc[first - 1]
        if prev.dep_ in {"det", "predet"} or prev.pos_ in {"DET", "VERB"} and prev.dep_ != "amod" or prev.text in {",", ";", ":", "(", ")", "\u2014", "\u2013", "•", '"', "\u201c", "\u201d"} or prev.is_space or prev.like_num and prev.text[0].isdigit() or prev.pos_ in {"ADP", "CCONJ", "SCONJ", "AUX"} or prev.pos_ == "PRON" and prev.dep_ != "poss":
            break
        if place.span.start <= prev.i < place.span.end:
            break
        if prev.pos_ == "PRON":
            break
        first -= 1
    last = head.i + 1
    out = [(first, last, "np")]
    possessive = next((i for i in range(head.i - 1, first, -1) if doc[i].text in {"'s", "’s", "’", "'"}), None)
    if possessive is not None:
        out.append((possessive + 1, last, "nopos"))
    if first < head.i and doc[head.i - 1].dep_ in {"amod", "compound"}:
        out.append((head.i, last, "bare"))
        if head.i - first >= 3:
            out.append((head.i - 1, last, "two"))
    right = head.right_edge.i + 1
    if right > last:
        stop = last
        for i in range(last, min(right, last + 12)):
            t = doc[i]
            if t.text in {",", ";", ":", "(", "\u2014", "\u2013"} or t.is_space or place.span.start <= i < place.span.end:
                break
            stop = i + 1
        while stop > last and doc[stop - 1].is_punct:
            stop -= 1
        if stop > last and doc[last].lower_ in {"of", "in", "for", "with", "who", "that", "from", "living", "on", "aged", "using", "interviewed", "asked", "surveyed", "at", "and", "under", "without", "earning"}:
            out.append((first, stop, "full_" + doc[last].lower_ if doc[last].lower_ in {"of", "in", "with", "who", "and", "for"} else "full"))
            inner = next((i for i in range(last + 1, stop) if doc[i].pos_ == "ADP" or doc[i].lower_ in {"who", "that", "which"}), None)
            if inner is not None and inner - last >= 2:
                out.append((first, inner, "mid"))
    return out


def _is_metric_noun(scene: Scene, place: Place, head: Token) -> bool:
    return any(m.start <= head.i < m.end and m.kind == "noun" for m in scene.metrics.get(place.sentence, ()))


def _references(scene: Scene, place: Place, roles: dict[int, str]) -> set[str]:
    """Pronouns and definite descriptions in telling roles: ``it``, ``they``, ``org``, ``product`` ..."""
    doc = scene.doc
    out: set[str] = set()
    for token, role in roles.items():
        t = doc[token]
        if not role.startswith(("subj", "att", "own", "up", "obj")):
            continue
        if t.lower_ in {"it", "its"}:
            out.add("it")
        elif t.lower_ in {"they", "their", "we", "our"}:
            out.add("they")
        elif t.lower_ in {"he", "she", "his", "her", "i"}:
            out.add("he")
        elif t.pos_ == "NOUN":
            kind = scene.names.descriptors.get(t.lemma_.lower())
            if kind and any(c.dep_ == "det" and c.lower_ in {"the", "this"} for c in t.children):
                out.add(kind)
    return out


def _clean(text: str) -> str:
    """A name as claims write it: one line, no determiner, no possessive at the end."""
    text = " ".join(text.replace("\u200b", "").split())
    text = re.sub(r"^[•\-–—*#>\"“'‘(\s]+|[\s\"”,.;:]+$", "", text) if not text.endswith(("Inc.", "Corp.", "Co.", "Ltd.", "U.S.", "Bros.")) else re.sub(r"^[•\-–—*#>\"“'‘(\s]+", "", text)
    text = re.sub(r"[’'](?:s)?$", "", text)
    for _ in range(2):
        text = _DETERMINER.sub("", text)
    return plain(text).strip() if "\u2019" not in text else text.strip()
