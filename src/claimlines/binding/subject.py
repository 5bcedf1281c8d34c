"""Candidates for a quantity's subject: names and noun phrases of the sentence, and of the discourse."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from claimlines.binding.scene import Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.names import Mention
from claimlines.surface import plain

__all__ = ["SubjectCandidate", "subject_candidates"]

_MODIFIERS = {"compound", "amod", "nmod", "poss", "nummod", "case", "punct", "advmod", "quantmod", "npadvmod"}
_DETERMINER = re.compile(
    r"^(?:the|a|an|its|their|his|her|our|your|my|this|that|these|those|some|all|many|most|more|other|each|every|both|any|another|several|such|no|of|whose|just|only|also)\s+",
    re.IGNORECASE,
)
_PRONOUNS = {"it", "its", "they", "their", "them", "he", "his", "she", "her", "we", "our", "us", "itself", "i", "my"}
_ENTITY_LEVEL = ("ek=", "ed=", "rank=", "count=", "intitle=", "mainorg=", "source=")


@dataclass(slots=True)
class SubjectCandidate:
    """A name (or None), the tokens that give it, and its features."""

    name: str | None
    start: int
    end: int
    relation: str
    features: list[str] = field(default_factory=list)


def subject_candidates(
    scene: Scene, place: Place, metric: str, aspect: str, previous: tuple[str | None, int] | None
) -> list[SubjectCandidate]:
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
    _start, _end = scene.sentence(place.sentence)

    def add(name: str | None, first: int, last: int, relation: str, features: list[str]) -> None:
        key = (name or "").lower()
        existing = out.get(key)
        if existing is None:
            marks = [
                f"rel={relation}",
                f"rel={relation}|m={metric}",
                f"rel={relation}|k={kind}",
                f"P={relation}|{subject_kinds}",
                f"C={_class(relation)}|{coarse}",
                f"C={_class(relation)}|{coarse}|k={kind}",
                *features,
            ]
            out[key] = SubjectCandidate(name, first, last, relation, marks)
        else:
            # What a name is besides its nearest role counts apart, or a name often mentioned would win by addition.
            seen = set(existing.features)
            existing.features += [
                m
                for m in [
                    f"also={relation}|{existing.relation}",
                    f"A={_class(relation)}|{_class(existing.relation)}|{coarse}",
                    *(f for f in features if f.startswith(_ENTITY_LEVEL)),
                ]
                if m not in seen
            ]

    refs = _references(scene, place, roles)
    subject_kinds = _subject_kinds(scene, place)
    coarse = _coarse(subject_kinds)
    for offset in (0, -1, -2):
        index = place.sentence + offset
        if index < 0:
            continue
        for m in scene.mentions.get(index, ()):
            if (m.start < place.span.end and place.span.start < m.end) or _ticker(doc, m):
                continue
            _add_mention(scene, place, m, offset, metric, kind, roles, refs, add)
    for index, how in (*_resolved(scene, place, roles), *_respective(scene, place)):
        m = scene.all_mentions[index]
        marks = [f"{how}|{m.kind}", f"{how}|m={metric}", f"{how}|{coarse}"]
        existing = out.get(_clean(m.name).lower())
        if existing is not None:
            existing.features += [f"rel={how}", f"{how}|{_class(existing.relation)}", *marks]
        else:
            add(_clean(m.name), m.start, m.end, how, [*_entity_features(scene, m, metric, kind), *marks])
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
            add(
                _clean(e.name),
                m.start,
                m.end,
                "salient",
                [
                    *_entity_features(scene, m, metric, kind),
                    f"refs={'+'.join(sorted(refs))}|salient|{e.kind}",
                    f"local={bool(scene.mentions.get(place.sentence))}|salient",
                ],
            )
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
                whole = _all_metric(scene, place, first, last)
                add(text, first, last, f"np_{role}", [
                    f"np={role}|{shape}", f"np={role}|{shape}|m={metric}", f"npg={group}|m={metric}", f"npg={group}|{role}", f"npd={descriptor}|{role}", f"nphead={lemma}",
                    f"npplural={plural}|{role}|{kind}", f"npproper={proper}|{shape}", f"npmetric={metricish}|{role}", f"npmetric={metricish}|whole={whole}|{shape}", f"npwhole={whole}|m={metric}", f"npgen={last - first == 1 and not proper}|g={group}|m={metric}", f"shape={shape}|len={min(last - first, 6)}",
                    f"npdet={doc[max(first - 1, 0)].lower_ if doc[max(first - 1, 0)].pos_ in ('DET', 'PRON') else '-'}|{descriptor}", f"npm={metric}|{lemma}", f"npdist={bucket(place.span.start - last if last <= place.span.start else first - place.span.end)}|{role}",
                ])  # fmt: skip
                plain_text = re.sub(r"[’']s ", " ", text)
                if plain_text != text:
                    add(plain_text, first, last, f"np_{role}", [f"np={role}|{shape}|noposs"])
    if previous is not None and place.sentence - previous[1] <= 4:
        gap = min(place.sentence - previous[1], 3)
        own = bool(
            roles
            and place.sentence in scene.parsed
            and any(doc[t].pos_ in {"PROPN", "NOUN"} for t, r in roles.items() if r.startswith("subj"))
        )
        add(
            previous[0],
            -1,
            -1,
            f"prev{gap}",
            [
                f"prevsubj={gap}|own={own}",
                f"prevsubj={gap}|refs={'+'.join(sorted(refs))}",
                f"prevsubj={gap}|m={metric}",
                f"prevsubj={gap}|names={bool(scene.mentions.get(place.sentence))}",
            ],
        )
    add(
        None,
        -1,
        -1,
        "null",
        [
            f"null|m={metric}",
            f"null|k={kind}",
            f"null|names={bool(scene.mentions.get(place.sentence))}",
            f"null|v={words.verb}",
        ],
    )
    return list(out.values())


def _ticker(doc: Doc, m: Mention) -> bool:
    """``(NYSE: IBM)``: an exchange and a code in parentheses name nobody else."""
    return (
        bool(re.search(r"\([^()]{0,12}$", doc[max(0, m.start - 3) : m.start].text + doc[m.start : m.start].text))
        and bool(re.match(r"[A-Z .&]*(?::\s*[A-Z.]+)?\)", doc[m.start : m.end + 4].text))
        and doc[m.start : m.end].text.isupper()
        and (doc[m.end : m.end + 1].text == ":" or doc[max(0, m.start - 1)].text == ":")
    )


def _add_mention(
    scene: Scene,
    place: Place,
    m: Mention,
    offset: int,
    metric: str,
    kind: str,
    roles: dict[int, str],
    refs: set[str],
    add: object,
) -> None:
    doc = scene.doc
    features = _entity_features(scene, m, metric, kind)
    if offset == 0:
        role = next((roles[i] for i in range(m.start, m.end) if i in roles), "")
        left = m.end <= place.span.start
        distance = place.span.start - m.end if left else m.start - place.span.end
        between = scene.quantities_between(m.start, place.span.start)
        side = "L" if left else "R"
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
            features.append(f"possessive|{m.kind}|{kind}")
            features.append(f"possessive|adj={place.attach.i in range(m.end, m.end + 6)}|{m.kind}")
    else:
        relation = f"back{-offset}"
        position = "first" if m.start - scene.sentence(place.sentence + offset)[0] <= 2 else "in"
        features += [
            f"{relation}|{position}|{m.kind}",
            f"{relation}|refs={'+'.join(sorted(refs))}|{m.kind}|{position}",
            f"{relation}|names={bool(scene.mentions.get(place.sentence))}|{m.kind}",
        ]
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
            elif child.dep_ in {"compound", "nmod"} or (child.dep_ == "amod" and child.pos_ in {"NOUN", "PROPN"}):
                put(child, role + ("_comp" if child.pos_ == "PROPN" else "_ncomp"))
            elif child.dep_ == "prep" and child.lower_ in {
                "of",
                "in",
                "for",
                "at",
                "by",
                "from",
                "among",
                "on",
                "with",
                "to",
            }:
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
            elif (
                child.dep_ == "prep"
                and child.lower_ in {"in", "for", "at", "of", "among", "by", "from", "on", "to", "with", "across"}
                and depth < 2
            ):
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
        if (
            t.pos_ in {"NOUN", "PROPN"}
            and t.i not in roles
            and not place.span.start <= i < place.span.end
            and t.dep_ not in {"compound"}
        ):
            roles[i] = "nearL" if i < place.span.start else "nearR"
    return roles


def _phrases(doc: Doc, head: Token, place: Place) -> list[tuple[int, int, str]]:
    """Noun phrases around a head: bare, without its possessor, and with what follows it."""
    if (head.pos_ in {"PRON", "DET"} and head.lower_ not in {"those"}) or head.pos_ in {
        "VERB",
        "AUX",
        "PUNCT",
        "SPACE",
        "SYM",
    }:
        return []
    first = head.i
    while first > 0 and first > head.left_edge.i:
        prev = doc[first - 1]
        if (
            prev.dep_ in {"det", "predet"}
            or (prev.pos_ in {"DET", "VERB"} and prev.dep_ != "amod")
            or prev.text in {",", ";", ":", "(", ")", "\u2014", "\u2013", "•", '"', "\u201c", "\u201d"}
            or prev.is_space
            or (prev.like_num and prev.text[0].isdigit())
            or prev.pos_ in {"ADP", "CCONJ", "SCONJ", "AUX"}
            or (prev.pos_ == "PRON" and prev.dep_ != "poss")
        ):
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
            if (
                t.text in {",", ";", ":", "(", "\u2014", "\u2013"}
                or t.is_space
                or place.span.start <= i < place.span.end
            ):
                break
            stop = i + 1
        while stop > last and doc[stop - 1].is_punct:
            stop -= 1
        if stop > last and doc[last].lower_ in {
            "of",
            "in",
            "for",
            "with",
            "who",
            "that",
            "from",
            "living",
            "on",
            "aged",
            "using",
            "interviewed",
            "asked",
            "surveyed",
            "at",
            "and",
            "under",
            "without",
            "earning",
        }:
            out.append(
                (
                    first,
                    stop,
                    "full_" + doc[last].lower_
                    if doc[last].lower_ in {"of", "in", "with", "who", "and", "for"}
                    else "full",
                )
            )
            inner = next(
                (i for i in range(last + 1, stop) if doc[i].pos_ == "ADP" or doc[i].lower_ in {"who", "that", "which"}),
                None,
            )
            if inner is not None and inner - last >= 2:
                out.append((first, inner, "mid"))
    return out


def _is_metric_noun(scene: Scene, place: Place, head: Token) -> bool:
    return any(m.start <= head.i < m.end and m.kind == "noun" for m in scene.metrics.get(place.sentence, ()))


def _subject_kinds(scene: Scene, place: Place) -> str:
    """What the nearest clauses have as subjects: names, groups, metrics, pronouns, descriptions."""
    if place.sentence not in scene.parsed:
        return "flat"
    out = []
    for verb in place.verbs[:2]:
        kinds = [_kind_of(scene, place, s) for s in scene.verb_subjects(verb)[:1]]
        out.append(kinds[0] if kinds else "none")
    return "+".join(out) or "noverb"


def _coarse(kinds: str) -> str:
    """The nearest clause's subject as one of few classes: does the sentence itself say whose the figure is?"""
    first = kinds.split("+")[0]
    if first.endswith("_src"):
        return "source"
    if first in {"org", "product", "place", "person", "name"}:
        return "name"
    if first.startswith("metric_of"):
        return "owned" if not first.endswith("pron") else "ref"
    if first.startswith("desc") or first == "pron":
        return "ref" if "_of_" not in first or first.endswith("pron") else "owned"
    if first.startswith("metric"):
        return "metric"
    if first.startswith(("group", "nps")):
        return "group"
    return "np" if first.startswith("np") else "none"


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


def _kind_of(scene: Scene, place: Place, token: Token) -> str:
    """A subject in one word; of a metric noun also what owns it."""
    for m in scene.mentions.get(place.sentence, ()):
        if m.start <= token.i < m.end:
            return m.kind + ("_src" if m.entity in scene.sources else "")
    if token.pos_ == "PRON":
        return "pron"
    owner = ""
    for child in token.children:
        if child.dep_ in {"poss", "compound", "nmod", "amod"}:
            for m in scene.mentions.get(place.sentence, ()):
                if m.start <= child.i < m.end:
                    owner = "_of_" + m.kind
            if child.dep_ == "poss" and child.pos_ == "PRON":
                owner = "_of_pron"
    if _is_metric_noun(scene, place, token):
        return "metric" + owner
    lemma = token.lemma_.lower()
    group = scene.names.groups.get(lemma)
    if group and token.tag_ == "NNS":
        return "group" + owner
    described = scene.names.descriptors.get(lemma)
    if described:
        return f"desc_{described}{owner}"
    return ("nps" if token.tag_ == "NNS" else "np") + owner


def _all_metric(scene: Scene, place: Place, first: int, last: int) -> bool:
    """Whether the phrase is nothing but words of a metric: then it names what is measured, not whose."""
    covered = {i for m in scene.metrics.get(place.sentence, ()) if m.kind == "noun" for i in range(m.start, m.end)}
    return all(i in covered for i in range(first, last))


def _resolved(scene: Scene, place: Place, roles: dict[int, str]) -> list[tuple[int, str]]:
    """Antecedents of the nearest pronoun or definite description: mention indices and how they were reached."""
    doc = scene.doc
    _start, _ = scene.sentence(place.sentence)
    order = sorted(
        (t for t, r in roles.items() if r.startswith(("subj", "own", "att", "up", "obj", "vprep"))),
        key=lambda t: _ROLE_ORDER.get(roles[t].split("_")[0], 9),
    )
    for token in order:
        t = doc[token]
        if t.lower_ in {"it", "its", "which", "they", "their", "itself"}:
            wanted, how = {"org", "product", "name", "place"}, "it"
        elif t.pos_ == "NOUN" and any(
            c.dep_ in {"det", "poss"} and c.lower_ in {"the", "this", "that", "these", "both"} for c in t.children
        ):
            described = scene.names.descriptors.get(t.lemma_.lower())
            if described == "org":
                wanted, how = {"org", "name"}, "the_org"
            elif described == "product":
                wanted, how = {"product", "name"}, "the_product"
            else:
                continue
        else:
            continue
        latest = bisect_right(scene.mention_ends, token)
        before = [
            k
            for k in range(max(0, latest - 40), latest)
            if scene.all_mentions[k].kind in wanted and scene.all_mentions[k].entity not in scene.sources
        ]
        if not before:
            continue
        recent = before[-6:]
        subject = [
            k
            for k in recent
            if scene.all_mentions[k].start - scene.sentence(scene.sentence_of(scene.all_mentions[k].start))[0] <= 2
        ]
        kind_first = (
            [k for k in reversed(recent) if scene.all_mentions[k].kind in {"product"}] if how == "the_product" else []
        )
        best = kind_first[0] if kind_first else subject[-1] if subject else recent[-1]
        out = [(best, f"coref_{how}")]
        main = [k for k in recent if scene.all_mentions[k].entity == scene.main_org]
        if how == "the_org" and main and main[-1] != best:
            out.insert(0, (main[-1], "coref_main"))
        return out
    return []


_ROLE_ORDER = {"subj0": 0, "own": 1, "att": 2, "obj": 3, "up": 4, "subj1": 5, "vprep0": 6, "subj2": 7}


def _respective(scene: Scene, place: Place) -> list[tuple[int, str]]:
    """``A, B and C shipped 3, 2 and 1 million, respectively``: the name in the quantity's own place of the list."""
    doc = scene.doc
    start, end = scene.sentence(place.sentence)
    at = next((i for i in range(place.span.end, end) if doc[i].lower_ == "respectively"), None)
    if at is None:
        return []
    row = [
        p
        for p in scene.places[max(0, place.order - 12) : place.order + 12]
        if p.sentence == place.sentence and p.quantity.kind == place.quantity.kind and p.span.end <= at
    ]
    first = row[0].span.start if row else start
    low = bisect_right(scene.mention_ends, start)
    listed = [
        k for k in range(low, min(low + 40, len(scene.all_mentions))) if start <= scene.all_mentions[k].start < first
    ]
    if len(row) < 2 or len(listed) < len(row):
        return []
    names = listed[-len(row) :]
    position = next((i for i, p in enumerate(row) if p is place), None)
    return [] if position is None else [(names[position], "respectively")]


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
    text = (
        re.sub(r"^[•\-–—*#>\"“'‘(\s]+|[\s\"”,.;:]+$", "", text)
        if not text.endswith(("Inc.", "Corp.", "Co.", "Ltd.", "U.S.", "Bros."))
        else re.sub(r"^[•\-–—*#>\"“'‘(\s]+", "", text)
    )
    text = re.sub(r"[’'](?:s)?$", "", text)
    for _ in range(2):
        text = _DETERMINER.sub("", text)
    return plain(text).strip() if "\u2019" not in text else text.strip()
